//! Verdicts, root causes and waivers.

use jiff::civil::date;

use super::*;
use crate::render::canned;

const CHECKS: [(&str, &str); 2] = [("contract", "Environment & config"), ("queues", "Redis & queues")];

fn facts(complete: bool, waivers: Vec<WaiverEntry>) -> RunFacts {
    let checks = CHECKS.iter().map(|(id, title)| {
        let owns = if *id == "queues" {
            vec!["queues", "redis"]
        } else {
            vec![*id]
        };
        CheckFacts { id, title, owns }
    });
    RunFacts {
        run: Run {
            complete,
            interrupted: false,
            mode: "full".into(),
            ..canned::healthy().run
        },
        checks: checks.collect(),
        waivers,
        today: date(2026, 11, 22),
        notices: Vec::new(),
    }
}

fn probe(id: &str, status: Status) -> ProbeReport {
    let some = canned::healthy().checks.remove(0).probes.remove(0);
    ProbeReport {
        id: id.into(),
        status,
        fingerprint: "f00".into(),
        blocked_by: None,
        waived: None,
        ..some
    }
}

fn report(second: &[ProbeReport], waivers: Vec<WaiverEntry>) -> Report {
    let mut probes = vec![(0, probe("contract.reachable", Status::Pass))];
    probes.extend(second.iter().map(|probe| (1, probe.clone())));
    build(facts(true, waivers), probes, Vec::new(), Vec::new())
}

fn waiver(probe: &str, fingerprint: &str, expires: Date) -> WaiverEntry {
    WaiverEntry {
        probe: probe.into(),
        fingerprint: fingerprint.into(),
        owner: "ops".into(),
        reason: "known".into(),
        expires,
        line: 1,
    }
}

#[test]
fn the_worst_status_decides() {
    let verdict = |status| {
        report(
            &[
                probe("queues.depth", Status::Pass),
                probe("queues.paused", status),
            ],
            Vec::new(),
        )
        .verdict
    };
    assert_eq!(verdict(Status::Pass), Verdict::Go);
    assert_eq!(verdict(Status::Warn), Verdict::GoWithWarnings);
    assert_eq!(verdict(Status::Pending), Verdict::Incomplete);
    assert_eq!(verdict(Status::Fail), Verdict::NoGo);
}

#[test]
fn a_check_of_which_nothing_ran_is_unknown() {
    let report = report(&[], Vec::new());
    assert_eq!(
        (report.verdict, report.checks[1].status),
        (Verdict::Incomplete, Status::Pending)
    );
}

#[test]
fn what_the_user_switched_off_is_left_out() {
    let probes = vec![(0, probe("contract.reachable", Status::Pass))];
    let off = NotRun {
        id: "redis.connect".into(),
        reason: "--skip".into(),
        by_user: true,
    };
    let report = build(facts(false, Vec::new()), probes, vec![off], Vec::new());
    assert_eq!(
        (report.verdict, report.checks.len(), report.summary.not_run),
        (Verdict::Go, 1, 1)
    );
    assert!(
        report.headline.contains("no go-live verdict"),
        "{}",
        report.headline
    );
}

#[test]
fn root_causes_leave_out_what_waits_behind_them() {
    let behind = ProbeReport {
        blocked_by: Some("redis.connect".into()),
        ..probe("queues.depth", Status::Pending)
    };
    let report = report(&[probe("redis.connect", Status::Fail), behind], Vec::new());
    assert_eq!(report.root_causes, ["redis.connect"]);
}

#[test]
fn a_waiver_covers_one_failure_until_its_day() {
    let failed = [probe("redis.eviction", Status::Fail)];
    let state = |waiver: WaiverEntry| {
        let report = report(&failed, vec![waiver]);
        (report.verdict, report.waivers[0].state)
    };
    let (day, past) = (date(2026, 11, 22), date(2026, 11, 21));
    assert_eq!(
        state(waiver("redis.eviction", "f00", day)),
        (Verdict::GoWithWarnings, WaiverState::Active)
    );
    assert_eq!(
        state(waiver("redis.eviction", "f00", past)),
        (Verdict::NoGo, WaiverState::Expired)
    );
    assert_eq!(
        state(waiver("redis.eviction", "bad", day)),
        (Verdict::NoGo, WaiverState::Unmatched)
    );
    assert_eq!(
        state(waiver("redis.nothing", "f00", day)),
        (Verdict::NoGo, WaiverState::Unmatched)
    );
    assert_eq!(
        state(waiver("contract.reachable", "", day)),
        (Verdict::NoGo, WaiverState::Unused)
    );
    let waived = report(&failed, vec![waiver("redis.eviction", "f00", day)]);
    assert_eq!(waived.headline, "GO with 1 waiver");
    assert_eq!(
        waived.checks[1].probes[0].status,
        Status::Fail,
        "it still shows as what it is"
    );
}

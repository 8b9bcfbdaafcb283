//! The policy decides: its waivers and thresholds, not the old run's.

use golive_core::outcome::Status;
use golive_core::render::canned;
use golive_core::report::{Verdict, WaiverState};

use super::*;

fn under(text: &str, old: Report) -> Report {
    let (contract, waivers) = Contract::parse("policy.toml", text).unwrap();
    let policy = Policy {
        contract,
        waivers,
        given: Vec::new(),
    };
    judge(old, policy).unwrap()
}

fn waiver(probe: &str, fingerprint: &str, expires: &str) -> String {
    format!(
        "[[waiver]]\nprobe = \"{probe}\"\nfingerprint = \"{fingerprint}\"\nowner = \"ada\"\nreason = \"known\"\nexpires = \"{expires}\"\n"
    )
}

#[test]
fn the_old_runs_waivers_do_not_count_and_the_policys_do() {
    let bare = under("", canned::report());
    let leaks = |report: &Report| {
        let all = report.checks.iter().flat_map(|check| &check.probes);
        all.filter(|probe| probe.id == "security.error-leaks")
            .map(ProbeReport::effective_status)
            .next()
    };
    assert_eq!(leaks(&bare), Some(Status::Fail));
    assert!(bare.root_causes.contains(&"security.error-leaks".to_owned()));
    let waived = under(
        &waiver("security.error-leaks", "fedcba987654", "2999-01-01"),
        canned::report(),
    );
    assert_eq!(leaks(&waived), Some(Status::Warn));
    assert_eq!(waived.waivers[0].state, WaiverState::Active);
    let past = under(
        &waiver("security.error-leaks", "fedcba987654", "2020-01-01"),
        canned::report(),
    );
    assert_eq!(
        (leaks(&past), past.waivers[0].state),
        (Some(Status::Fail), WaiverState::Expired)
    );
}

#[test]
fn a_laxer_threshold_passes_and_a_stricter_one_does_not() {
    let mut healthy = canned::healthy();
    let latency = canned::report().checks[7].probes[1].clone();
    healthy.checks[7].probes.push(latency);
    let lax = "[thresholds]\nreport_p95_ms = 1000\nreport_p50_ms = 300\n";
    let judged = under(lax, healthy.clone());
    assert_eq!(judged.verdict, Verdict::Go, "{:?}", judged.notices);
    let strict = under("[thresholds]\nreport_p95_ms = 400\n", healthy);
    assert_eq!(strict.verdict, Verdict::NoGo);
    assert_eq!(strict.root_causes, ["reports.latency"]);
}

#[test]
fn a_report_that_lacks_probes_is_no_go_live_verdict() {
    let judged = under("", canned::healthy());
    assert!(
        !judged.run.complete && judged.headline.contains("no go-live verdict"),
        "{}",
        judged.headline
    );
    let mut emptied = canned::healthy();
    emptied.checks.pop();
    assert_eq!(under("", emptied).verdict, Verdict::Incomplete);
}

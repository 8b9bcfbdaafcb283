//! Nothing is lost by folding, nothing is shown twice.

use super::*;
use crate::render::canned;

#[test]
fn every_probe_that_is_not_pass_is_in_exactly_one_place() {
    for report in [canned::report(), canned::healthy(), canned::interrupted()] {
        let findings = Findings::of(&report);
        let groups = findings
            .unknown
            .iter()
            .chain(&findings.blocked)
            .flat_map(Group::ids);
        let single = findings
            .failed
            .iter()
            .chain(&findings.warned)
            .map(|probe| probe.id.as_str());
        let mut seen: Vec<&str> = groups.chain(single).collect();
        let mut all: Vec<&str> = probes(&report)
            .filter(|probe| probe.effective_status() != Status::Pass)
            .map(|probe| probe.id.as_str())
            .collect();
        seen.sort_unstable();
        all.sort_unstable();
        assert_eq!(seen, all);
    }
}

#[test]
fn what_waits_is_folded_behind_its_root() {
    let report = canned::report();
    let findings = Findings::of(&report);
    let ids: Vec<&str> = findings.failed.iter().map(|probe| probe.id.as_str()).collect();
    assert_eq!(ids, report.root_causes);
    assert_eq!(
        findings.behind("redis.connect").map(|group| group.probes.len()),
        Some(3)
    );
    assert_eq!(findings.behind_elsewhere().count(), 0);
    assert_eq!(
        findings.first().map(|probe| probe.id.as_str()),
        Some("redis.connect")
    );
}

#[test]
fn an_interrupted_run_is_one_group() {
    let report = canned::interrupted();
    let findings = Findings::of(&report);
    assert_eq!(findings.unknown.len(), 1);
    assert_eq!(
        findings.unknown[0].ids(),
        ["webhooks.raw-body", "templates.triggers"]
    );
}

#[test]
fn a_waived_root_still_shows_what_waits_behind_it() {
    let mut report = canned::report();
    let redis = report
        .checks
        .iter_mut()
        .flat_map(|check| &mut check.probes)
        .find(|probe| probe.id == "redis.connect");
    redis.expect("in the canned run").waived = Some(canned::waived());
    let findings = Findings::of(&report);
    assert_eq!(
        findings
            .behind_elsewhere()
            .map(|group| group.key.as_str())
            .collect::<Vec<_>>(),
        ["redis.connect"]
    );
}

#[test]
fn ids_find_their_check_by_name_or_sibling() {
    let report = canned::report();
    let id = |probe| check_of(&report, probe).map(|check| check.id.as_str());
    assert_eq!(
        (id("redis.memory"), id("metrics.json"), id("nowhere.x")),
        (Some("queues"), Some("metrics"), None)
    );
}

//! Every kind of change, and none.

use golive_core::render::canned;

use super::*;

#[test]
fn a_run_does_not_differ_from_itself() {
    let diff = compare(&canned::report(), &canned::report());
    assert!(!diff.got_worse && diff.measurements.is_empty() && diff.notes.is_empty());
    assert_eq!(diff.unchanged.values().sum::<usize>(), 17);
}

#[test]
fn every_kind_of_change() {
    let (mut old, mut new) = (canned::report(), canned::report());
    let status = |report: &mut Report, id: &str, status| {
        let all = report.checks.iter_mut().flat_map(|check| &mut check.probes);
        all.filter(|probe| probe.id == id)
            .for_each(|probe| probe.status = status);
    };
    status(&mut new, "contract.ready", Status::Fail);
    status(&mut old, "contract.reachable", Status::Warn);
    new.checks[2].probes.retain(|probe| probe.id != "redis.connect");
    old.checks[8].probes.clear();
    let latency = new.checks[7]
        .probes
        .iter_mut()
        .find(|probe| probe.id == "reports.latency")
        .unwrap();
    latency.measurements[1].value = 790.0;
    latency.fingerprint = "another".to_owned();
    let diff = compare(&old, &new);
    let ids = |changes: &[Change]| changes.iter().map(|change| change.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&diff.worse), ["contract.ready"]);
    assert_eq!(ids(&diff.better), ["contract.reachable"]);
    assert_eq!(ids(&diff.changed), ["reports.latency"]);
    assert_eq!(diff.gone[0].id, "redis.connect");
    assert_eq!(diff.added[0].id, "metrics.endpoint");
    assert_eq!(diff.measurements.len(), 1);
    assert_eq!(diff.measurements[0].crossed, Some(Crossed::In));
    assert!(diff.got_worse);
}

#[test]
fn a_new_probe_that_fails_is_worse_and_one_that_passes_is_not() {
    let (mut old, mut new) = (canned::healthy(), canned::healthy());
    old.checks[8].probes.clear();
    assert!(!compare(&old, &new).got_worse);
    new.checks[8].probes[0].status = Status::Pending;
    assert!(compare(&old, &new).got_worse);
}

#[test]
fn a_waiver_counts_as_a_warning_on_both_sides() {
    let (old, mut new) = (canned::report(), canned::report());
    let all = new.checks.iter_mut().flat_map(|check| &mut check.probes);
    all.for_each(|probe| probe.waived = None);
    let diff = compare(&old, &new);
    assert_eq!(
        (diff.worse[0].old, diff.worse[0].new),
        (Status::Warn, Status::Fail)
    );
    assert_eq!(diff.worse[0].id, "security.error-leaks");
}

#[test]
fn a_component_of_which_nothing_ran_is_worse() {
    let (old, mut new) = (canned::healthy(), canned::healthy());
    new.checks[8].probes.clear();
    assert!(!compare(&old, &new).got_worse, "the same verdict, one probe gone");
    new.verdict = Verdict::Incomplete;
    assert!(compare(&old, &new).got_worse);
    assert!(!compare(&new, &old).got_worse);
}

//! The same limits as the probes' own, and nothing forgiven that is no figure.

use golive_core::render::canned;

use super::*;

fn probe(id: &str, status: Status, reason: Option<Reason>, figures: &[(&str, f64)]) -> ProbeReport {
    let mut probe = canned::probe(id, "a title");
    (probe.status, probe.reason) = (status, reason);
    probe.measurements = figures
        .iter()
        .map(|(name, value)| Measurement::new(*name, *value, "x"))
        .collect();
    probe
}

#[test]
fn the_same_limits_as_the_probes_own() {
    use Status::{Fail, Pass, Warn};
    for (id, figures, status) in [
        ("queues.depth", vec![("a", 99.0)], Pass),
        ("queues.depth", vec![("a", 1.0), ("b", 100.0)], Warn),
        ("queues.dead-letters", vec![("a", 1.0)], Fail),
        (
            "database.pii-phone-coverage",
            vec![("phone coverage", 95.0)],
            Pass,
        ),
        (
            "database.pii-phone-coverage",
            vec![("phone coverage", 94.9)],
            Warn,
        ),
        (
            "database.pii-email-coverage",
            vec![("email coverage", 49.9), ("without ciphertext", 7.0)],
            Fail,
        ),
        ("reports.cache-hit-rate", vec![("hit rate", 80.0)], Warn),
        (
            "reports.latency",
            vec![("hits p50", 10.0), ("misses p95", 800.0)],
            Warn,
        ),
        ("reports.latency", vec![("misses p95", 1600.0)], Fail),
        ("webhooks.accepts.orders-create", vec![("answer", 5000.0)], Fail),
        ("contract.tls", vec![("certificate", 14.0)], Warn),
    ] {
        let mut probe = probe(id, Pass, None, &figures);
        let judged = judge(&mut probe, &Thresholds::default());
        assert_eq!(probe.status, status, "{id} {figures:?}");
        assert_eq!(matches!(judged, Judged::Changed(_)), status != Pass, "{id}");
    }
}

#[test]
fn every_rule_answers_to_a_key_that_is_named() {
    let keys = serde_json::to_value(Thresholds::default()).unwrap();
    for key in HEEDED {
        assert!(keys.get(key.trim_start_matches("thresholds.")).is_some(), "{key}");
    }
}

#[test]
fn other_findings_are_not_forgiven() {
    let lax = Thresholds {
        queue_depth: 1_000,
        tls_days: 1,
        ..Thresholds::default()
    };
    let figures = [("a", 10.0)];
    let mut other = probe("queues.depth", Status::Fail, Some(Reason::QueryFailed), &figures);
    assert_eq!(judge(&mut other, &lax), Judged::NotByFigures);
    assert_eq!(other.status, Status::Fail);
    let mut tls = probe(
        "contract.tls",
        Status::Warn,
        Some(Reason::Threshold),
        &[("certificate", 9.0)],
    );
    assert_eq!((judge(&mut tls, &lax), tls.status), (Judged::Blind, Status::Warn));
    let mut few = probe("reports.latency", Status::Pending, Some(Reason::Threshold), &[]);
    assert_eq!(judge(&mut few, &lax), Judged::Blind);
}

#[test]
fn dead_letters_of_all_queues_count_together() {
    let two = Thresholds {
        dead_letters: 2,
        ..Thresholds::default()
    };
    let failing = |figures: &[(&str, f64)]| {
        let mut probe = probe(
            "queues.dead-letters",
            Status::Fail,
            Some(Reason::Threshold),
            figures,
        );
        judge(&mut probe, &two);
        probe.status
    };
    assert_eq!(failing(&[("a", 2.0), ("b", 0.0)]), Status::Pass);
    assert_eq!(failing(&[("a", 2.0), ("b", 1.0)]), Status::Fail);
}

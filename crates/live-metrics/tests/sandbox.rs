//! The probes against the sandbox: healthy, in its other dialects, and with every fault they own.

use golive_core::contract::Contract;
use golive_core::outcome::{Reason, Status};
use golive_core::report::{ProbeReport, Report};
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use golive_sandbox::{Options, Sandbox, harness};
use live_metrics::LiveMetrics;

#[tokio::test]
async fn healthy_passes() {
    harness::assert_healthy(&LiveMetrics).await;
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveMetrics, "metrics").await;
}

#[test]
fn every_probe_has_a_fault() {
    harness::assert_every_probe_has_a_fault(&LiveMetrics, "metrics", &[]);
}

fn probes(report: &Report) -> Vec<&ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes).collect()
}

/// A prefix and a token are as healthy, and a run that only reads sends only reads.
#[tokio::test]
async fn prefixed_guarded_and_only_read() {
    let mut options = Options::from_test_env();
    options.dialect.metrics_prefix = true;
    options.metrics_token = true;
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let read_only = Selection {
        read_only: true,
        ..Selection::default()
    };
    let reading = harness::verify_selected(&[&LiveMetrics], &sandbox, &read_only).await;
    let sent = sandbox.requests().all();
    let full = harness::verify(&[&LiveMetrics], &sandbox).await;
    sandbox.stop().await;
    for report in [&reading, &full] {
        let unhealthy: Vec<_> = probes(report)
            .into_iter()
            .filter(|probe| probe.status != Status::Pass)
            .collect();
        assert!(unhealthy.is_empty(), "{unhealthy:#?}");
    }
    assert!(probes(&reading).len() >= 10 && probes(&full).len() > probes(&reading).len());
    assert!(sent.iter().all(|request| request.method == "GET"), "{sent:#?}");
    let required = probes(&full)
        .into_iter()
        .find(|probe| probe.id == "metrics.required")
        .expect("it ran");
    assert!(
        required.summary.contains("with prefix sms_blossom_"),
        "{}",
        required.summary
    );
}

/// A token that is wanted and not known here is said, and everything waits behind it.
#[tokio::test]
async fn a_token_that_is_not_known_here() {
    let mut options = Options::from_test_env();
    options.metrics_token = true;
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let env = sandbox
        .env()
        .into_iter()
        .filter(|(name, _)| name != "METRICS_TOKEN");
    let settings = Settings::from_map(env);
    let verified = golive_core::testing::verify(
        &[&LiveMetrics],
        settings,
        Contract::default(),
        &Selection::default(),
    )
    .await;
    sandbox.stop().await;
    let report = verified.expect("a plan");
    for probe in probes(&report) {
        assert_eq!(probe.status, Status::Pending, "{}", probe.id);
        if probe.id == "metrics.endpoint" {
            assert_eq!(probe.reason, Some(Reason::SettingMissing));
            assert!(
                probe.summary.contains("METRICS_TOKEN is not set"),
                "{}",
                probe.summary
            );
        } else {
            assert_eq!(
                probe.blocked_by.as_deref(),
                Some("metrics.endpoint"),
                "{}",
                probe.id
            );
        }
    }
}

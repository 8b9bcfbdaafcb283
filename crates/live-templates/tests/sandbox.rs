//! The probes against the sandbox: healthy in both dialects, and with every fault they own.

use golive_core::outcome::Status;
use golive_sandbox::{Options, Sandbox, harness};
use live_templates::LiveTemplates;

#[tokio::test]
async fn healthy_passes() {
    harness::assert_healthy(&LiveTemplates).await;
}

#[tokio::test]
async fn other_dialects_pass_and_are_named() {
    let mut options = Options::from_test_env();
    options.dialect.preview_rendered = true;
    options.dialect.guarded_templates = true;
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let report = harness::verify(&[&LiveTemplates], &sandbox).await;
    sandbox.stop().await;
    for probe in report.checks.iter().flat_map(|check| &check.probes) {
        assert_eq!(probe.status, Status::Pass, "{}: {}", probe.id, probe.summary);
    }
    let triggers = &report.checks[0].probes[0];
    assert!(
        triggers.summary.contains("admin token") && triggers.summary.contains("rendered"),
        "{}",
        triggers.summary
    );
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveTemplates, "templates").await;
}

#[test]
fn every_probe_has_a_fault() {
    harness::assert_every_probe_has_a_fault(&LiveTemplates, "templates", &[]);
}

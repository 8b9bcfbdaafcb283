//! The probes against the sandbox: healthy, in every dialect, harmless, and with every fault they own.

use golive_core::outcome::Status;
use golive_core::report::{ProbeReport, Report};
use golive_core::scheduler::Selection;
use golive_sandbox::harness;
use golive_sandbox::{Options, Sandbox};
use live_security::LiveSecurity;

#[tokio::test]
async fn healthy_passes() {
    harness::assert_healthy(&LiveSecurity).await;
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveSecurity, "security").await;
}

#[test]
fn every_probe_has_a_fault() {
    harness::assert_every_probe_has_a_fault(&LiveSecurity, "security", &[]);
}

fn not_passed(report: &Report) -> Vec<&ProbeReport> {
    let probes = report.checks.iter().flat_map(|check| &check.probes);
    probes.filter(|probe| probe.status != Status::Pass).collect()
}

async fn verify(options: Options) -> (Sandbox, Report) {
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let report = harness::verify(&[&LiveSecurity], &sandbox).await;
    (sandbox, report)
}

#[tokio::test]
async fn other_dialects_pass() {
    let mut options = Options::from_test_env();
    options.metrics_token = true;
    options.dialect.standard_rate_headers = true;
    options.dialect.guarded_templates = true;
    options.dialect.mitto_hmac_header = true;
    options.dialect.lenient_receipts = true;
    let (sandbox, report) = verify(options).await;
    sandbox.stop().await;
    assert!(not_passed(&report).is_empty(), "{:#?}", not_passed(&report));
    assert!(report.not_run.is_empty(), "{:#?}", report.not_run);
}

/// A limit that is out of reach is measured, not reached, and a small one is enough.
#[tokio::test]
async fn limits_of_any_size() {
    let mut options = Options::from_test_env();
    options.limits.public = 2_000;
    let (sandbox, report) = verify(options).await;
    let asked = sandbox.requests().all();
    let public = asked.iter().filter(|request| request.path.starts_with("/public"));
    assert!(public.count() < 150, "the burst is bounded");
    sandbox.stop().await;
    let own: Vec<&str> = not_passed(&report)
        .iter()
        .map(|probe| probe.id.as_str())
        .collect();
    assert_eq!(
        own,
        ["security.rate-limit-headers"],
        "another limit than the contract's is a WARN"
    );
}

/// Before the burst, all requests fit into a window together with those of the other checks.
#[tokio::test]
async fn requests_stay_within_their_budget() {
    let (sandbox, _report) = verify(Options::from_test_env()).await;
    let asked = sandbox.requests().all();
    sandbox.stop().await;
    let burst = |path: &str, query: &str| path == "/public/unsubscribe" && query.is_empty();
    let (public, admin): (Vec<_>, Vec<_>) = asked
        .iter()
        .filter(|request| !burst(&request.path, &request.query))
        .partition(|request| request.path.starts_with("/public"));
    assert!(public.len() <= 60, "{} storefront requests", public.len());
    assert!(admin.len() <= 260, "{} other requests", admin.len());
    assert!(asked.iter().all(|request| !request.path.ends_with("/send-now")));
}

#[tokio::test]
async fn a_read_only_run_writes_nothing() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("a sandbox");
    let before = sandbox.snapshot().await.expect("a snapshot");
    let selection = Selection {
        read_only: true,
        ..Selection::default()
    };
    let report = harness::verify_selected(&[&LiveSecurity], &sandbox, &selection).await;
    let writes: Vec<(String, String)> = sandbox.requests().writes().into_keys().collect();
    let after = sandbox.snapshot().await.expect("a snapshot");
    sandbox.stop().await;
    assert!(not_passed(&report).is_empty(), "{:#?}", not_passed(&report));
    assert!(
        writes.iter().all(|(_, path)| path.starts_with("/templates/")),
        "{writes:?}"
    );
    assert_eq!(before, after);
}

//! The probes against the sandbox: healthy, and with every fault they own.

use golive_sandbox::harness;
use live_reports_cache::LiveReportsCache;

#[tokio::test]
async fn healthy_passes() {
    harness::assert_healthy(&LiveReportsCache).await;
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveReportsCache, "reports").await;
}

#[test]
fn every_probe_has_a_fault() {
    harness::assert_every_probe_has_a_fault(&LiveReportsCache, "reports", &[]);
}

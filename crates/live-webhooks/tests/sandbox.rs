//! The probes against the sandbox: healthy, and with every fault they own.

use golive_sandbox::harness;
use live_webhooks::LiveWebhooks;

#[tokio::test(flavor = "multi_thread")]
async fn healthy_passes() {
    harness::assert_healthy(&LiveWebhooks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveWebhooks, "webhooks").await;
}

#[test]
fn every_probe_has_a_fault() {
    harness::assert_every_probe_has_a_fault(&LiveWebhooks, "webhooks", &[]);
}

//! The probes against the sandbox: healthy, and with every fault they own.

use golive_sandbox::harness;
use live_queues::LiveQueues;

#[tokio::test]
async fn healthy_passes() {
    harness::assert_healthy(&LiveQueues).await;
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveQueues, "queues").await;
}

#[test]
fn every_probe_has_a_fault() {
    let exempt = [(
        "redis.tls",
        "does not apply on loopback; its judge is table-tested",
    )];
    harness::assert_every_probe_has_a_fault(&LiveQueues, "queues", &exempt);
}

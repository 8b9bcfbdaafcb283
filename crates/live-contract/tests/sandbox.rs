//! The probes against the sandbox: healthy, and with every fault they own.

use golive_sandbox::harness;
use live_contract::LiveContract;

#[tokio::test]
async fn healthy_passes() {
    harness::assert_healthy(&LiveContract).await;
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveContract, "contract").await;
}

#[test]
fn every_probe_has_a_fault() {
    let exempt = [(
        "contract.tls",
        "does not apply on loopback; its judge is table-tested",
    )];
    harness::assert_every_probe_has_a_fault(&LiveContract, "contract", &exempt);
}

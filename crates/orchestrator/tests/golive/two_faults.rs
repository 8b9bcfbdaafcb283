//! Two independent faults at once are two root causes, each its owner's; what stands behind them waits.

use golive_core::outcome::Status;
use golive_core::report::ProbeReport;
use golive_sandbox::{Options, Sandbox, faults, harness};

async fn both_are_blamed(names: [&str; 2]) {
    let options = names
        .iter()
        .fold(Options::from_test_env(), |options, name| options.fault(*name));
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let report = harness::verify(golive::CHECKS, &sandbox).await;
    sandbox.stop().await;
    let mut owners = names.map(|name| faults::find(name).expect("a fault").owner);
    owners.sort_unstable();
    let mut roots = report.root_causes.clone();
    roots.sort_unstable();
    assert_eq!(roots, owners, "{names:?}");
    let mut waiting = 0;
    let all = report.checks.iter().flat_map(|check| &check.probes);
    for probe in all.filter(|probe| probe.status != Status::Pass) {
        let ProbeReport {
            id,
            blocked_by,
            summary,
            ..
        } = probe;
        let root = owners.iter().any(|owner| id == owner);
        let behind = blocked_by.as_deref().is_some_and(|by| owners.contains(&by));
        assert!(
            root != behind,
            "{names:?}: {id} {} by itself: {summary}",
            probe.status
        );
        waiting += u32::from(behind);
    }
    assert!(waiting > 0, "{names:?}: nothing waits behind them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_worker_and_a_failed_migration() {
    both_are_blamed(["queues.workers-all-missing", "database.migration-failed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_report_and_a_campaign_that_is_not_stored() {
    both_are_blamed(["reports.overview-error", "campaigns.create-stores-nothing"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_nobody_registered_and_metrics_that_are_not_there() {
    both_are_blamed(["webhooks.topic-missing", "metrics.endpoint-error"]).await;
}

//! The campaigns check against sandboxes: healthy, and with each fault it owns.

use golive_core::check::Check;
use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_core::report::{CleanupStatus, ProbeReport, Report};
use golive_core::scheduler::Selection;
use golive_sandbox::{Dialect, Options, Sandbox, harness};
use live_campaigns_discounts::LiveCampaignsDiscounts;

fn probes(report: &Report) -> impl Iterator<Item = &ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes)
}

/// Verifies a sandbox; answers the report and what the run changed.
async fn run(options: Options) -> (Report, Vec<String>) {
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let before = sandbox.snapshot().await.expect("a snapshot");
    let report = harness::verify(&[&LiveCampaignsDiscounts], &sandbox).await;
    let changes = sandbox
        .snapshot()
        .await
        .expect("a sandbox")
        .changes_since(&before);
    sandbox.stop().await;
    (report, changes)
}

fn assert_clean(report: &Report) {
    let unhealthy: Vec<_> = probes(report)
        .filter(|probe| probe.status != Status::Pass)
        .collect();
    assert!(unhealthy.is_empty(), "{unhealthy:#?}");
    let left: Vec<_> = report
        .cleanup
        .iter()
        .filter(|entry| entry.status != CleanupStatus::Done)
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_sandbox_passes_and_is_left_as_it_was() {
    let (report, changes) = run(Options::from_test_env()).await;
    assert_clean(&report);
    assert!(report.not_run.is_empty(), "{:?}", report.not_run);
    // The one thing that cannot be taken back, and that TEST_PHONE asks for.
    assert_eq!(changes, ["messages sent: 0 -> 1"]);
    let audience = probes(&report)
        .find(|probe| probe.id == "campaigns.estimate-audience")
        .expect("it ran");
    let words = "210 recipients, PostgreSQL knows 240 contacts of whom 210 consent; 42 in a segment of 42";
    assert_eq!(audience.summary, words);
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("5555550142"), "TEST_PHONE in the report");
    assert!(
        !text.contains("petal-and-stem"),
        "another shop's domain in the report"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_test_phone_and_cleanup_role_nothing_is_left_either() {
    let dialect = Dialect {
        minimal_env: true,
        ..Dialect::default()
    };
    let (report, changes) = run(Options {
        dialect,
        ..Options::from_test_env()
    })
    .await;
    assert_clean(&report);
    let not_run: Vec<&str> = report.not_run.iter().map(|probe| probe.id.as_str()).collect();
    assert_eq!(not_run, ["campaigns.test-send-delivers"]);
    assert_eq!(changes, [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_target_would_not_delete_is_deleted_or_listed() {
    let fault = "campaigns.create-not-a-draft";
    let (report, changes) = run(Options::from_test_env().fault(fault)).await;
    assert_eq!(report.root_causes, ["campaigns.create"]);
    assert_eq!(changes, [] as [&str; 0], "the cleanup role did it");
    let dialect = Dialect {
        minimal_env: true,
        ..Dialect::default()
    };
    let (report, changes) = run(Options {
        dialect,
        ..Options::from_test_env().fault(fault)
    })
    .await;
    assert_eq!(changes.len(), 1, "{changes:?}");
    let left = report
        .cleanup
        .iter()
        .find(|entry| entry.status == CleanupStatus::Left);
    assert!(
        left.is_some_and(|left| left.detail.contains(r#"DELETE FROM "Campaign" WHERE "id" IN"#)),
        "{left:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_probe_works_alone() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("a sandbox");
    let before = sandbox.snapshot().await.expect("a snapshot");
    for probe in LiveCampaignsDiscounts.probes(&Contract::default()) {
        let id = probe.facts().id.to_string();
        let selection = Selection {
            only: vec![id.clone()],
            ..Selection::default()
        };
        let report = harness::verify_selected(&[&LiveCampaignsDiscounts], &sandbox, &selection).await;
        assert_clean(&report);
        assert_eq!(probes(&report).map(|probe| &probe.id).collect::<Vec<_>>(), [&id]);
    }
    let changes = sandbox
        .snapshot()
        .await
        .expect("a snapshot")
        .changes_since(&before);
    sandbox.stop().await;
    assert_eq!(changes, ["messages sent: 0 -> 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveCampaignsDiscounts, "campaigns").await;
}

#[test]
fn every_probe_has_a_fault() {
    harness::assert_every_probe_has_a_fault(&LiveCampaignsDiscounts, "campaigns", &[]);
}

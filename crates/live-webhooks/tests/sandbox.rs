//! The probes against the sandbox: healthy, and with every fault they own.

use golive_core::outcome::{Evidence, Status};
use golive_core::report::{CleanupStatus, Report};
use golive_sandbox::{Options, Sandbox, harness};
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

async fn verified(options: Options) -> (Sandbox, Report) {
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let report = harness::verify(&[&LiveWebhooks], &sandbox).await;
    (sandbox, report)
}

#[tokio::test(flavor = "multi_thread")]
async fn second_dialects_pass() {
    for headers in [false, true] {
        let mut options = Options::from_test_env();
        options.dialect.lenient_receipts = headers;
        options.dialect.mitto_hmac_header = true;
        let (sandbox, report) = verified(options).await;
        sandbox.stop().await;
        let summary = &report.summary;
        assert_eq!(
            (summary.fail, summary.warn, summary.pending, summary.not_run),
            (0, 0, 0, 0)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_providers_secret_its_callbacks_do_not_apply() {
    let mut options = Options::from_test_env();
    options.dialect.minimal_env = true;
    let (sandbox, report) = verified(options).await;
    sandbox.stop().await;
    let ids: Vec<&str> = report.not_run.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["webhooks.mitto-dlr", "webhooks.mitto-inbound"]);
    assert!(
        report.checks[0]
            .probes
            .iter()
            .all(|probe| probe.status == Status::Pass)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_removed_is_listed_with_its_sql() {
    let mut options = Options::from_test_env();
    options.cleanup_role = false;
    let (sandbox, report) = verified(options).await;
    sandbox.stop().await;
    let [left] = report.cleanup.as_slice() else {
        panic!("{:?}", report.cleanup)
    };
    assert_eq!(left.status, CleanupStatus::Left);
    let sql = "DELETE FROM \"Event\" WHERE \"id\" IN (";
    assert!(
        left.detail.contains("16 rows stay") && left.detail.contains(sql),
        "{}",
        left.detail
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn privacy_topics_only_ever_name_a_shop_that_cannot_exist() {
    let (sandbox, report) = verified(Options::from_test_env()).await;
    sandbox.stop().await;
    let nowhere = format!("golive-{}.myshopify.com", report.run.id);
    let sent = report.checks[0].probes.iter().flat_map(|probe| &probe.evidence);
    let mut seen = 0;
    for evidence in sent {
        let Evidence::Http(http) = evidence else { continue };
        if http.url.ends_with("redact") || http.url.ends_with("data_request") {
            seen += 1;
            assert_eq!(http.request_headers["x-shopify-shop-domain"], nowhere);
            assert!(
                http.request_body
                    .as_ref()
                    .is_some_and(|body| body.contains(&nowhere))
            );
        }
    }
    assert_eq!(seen, 3 * (2 + 7), "every request to them was looked at");
}

//! The contract's second dialects are spoken on demand, and are just as healthy.

mod client;

use client::{Client, hmac, until};
use golive_sandbox::{Dialect, Options, Sandbox};
use serde_json::json;

async fn speaking(dialect: Dialect) -> (Sandbox, Client) {
    let mut options = Options::from_test_env();
    options.dialect = dialect;
    let sandbox = Sandbox::start(options).await.expect("it starts");
    let client = Client::new(&sandbox);
    (sandbox, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_ways_of_saying_it() {
    let (sandbox, client) = speaking(Dialect {
        older_health: true,
        colon_ciphertext: true,
        standard_rate_headers: true,
        short_queue_path: true,
        guarded_templates: true,
        shop_claim: true,
        lenient_receipts: true,
        mitto_hmac_header: true,
        ..Dialect::default()
    })
    .await;
    let health = client.get("/health").await.json();
    assert_eq!((&health["ok"], &health["database"]), (&json!(true), &json!(true)));
    assert!(
        health["piiCoverage"]["phone"]
            .as_f64()
            .is_some_and(|percent| percent > 95.0)
    );
    assert_eq!(client.get("/queue").await.json()["redis"], true);
    assert_eq!(client.get("/queue/health").await.status, 404);
    let templates = client.get("/templates/triggers").await;
    assert_eq!(templates.status, 401);
    assert_eq!(templates.header("ratelimit-limit"), Some("600"));
    let receipt = r#"{"message_id":"golive-none","status":"delivered","timestamp":1}"#;
    let signature = hex::encode(hmac(&sandbox.env()["MITTO_HMAC_SECRET"], receipt));
    let path = "/webhooks/mitto/dlr";
    assert_eq!(
        client
            .send("POST", path, &[("x-mitto-hmac-sha256", &signature)], receipt)
            .await
            .status,
        200
    );
    assert_eq!(
        client
            .send("POST", path, &[("x-mitto-signature", &signature)], receipt)
            .await
            .status,
        401
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_canonical_callbacks() {
    let (sandbox, client) = speaking(Dialect::default()).await;
    let receipt = r#"{"message_id":"golive-none","status":"delivered","timestamp":1}"#;
    let signature = hex::encode(hmac(&sandbox.env()["MITTO_HMAC_SECRET"], receipt));
    let known = receipt.replace("golive-none", "sandbox-1-0");
    let known_signature = hex::encode(hmac(&sandbox.env()["MITTO_HMAC_SECRET"], &known));
    for (headers, body, status) in [
        (vec![], receipt, 401),
        (vec![("x-mitto-signature", "00")], receipt, 401),
        (vec![("x-mitto-signature", signature.as_str())], receipt, 404),
        (
            vec![("x-mitto-signature", known_signature.as_str())],
            known.as_str(),
            200,
        ),
    ] {
        let answer = client.send("POST", "/webhooks/mitto/dlr", &headers, body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_required_variables_are_enough() {
    let (sandbox, client) = speaking(Dialect {
        minimal_env: true,
        ..Dialect::default()
    })
    .await;
    assert_eq!(sandbox.env().len(), 9);
    until("it is ready", async || {
        client.get("/health/ready").await.status == 200
    })
    .await;
    sandbox.stop().await;
}

//! A healthy sandbox keeps the contract, on a real PostgreSQL and a real Redis.

mod client;

use std::time::Instant;

use client::{Client, sign_proxy, until};
use golive_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use sqlx::Connection as _;

async fn started() -> (Sandbox, Client) {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("it starts");
    let client = Client::new(&sandbox);
    (sandbox, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_fast_and_says_it_is_well() {
    started().await.0.stop().await;
    let began = Instant::now();
    let (sandbox, client) = started().await;
    let took = began.elapsed();
    assert!(took.as_millis() < 1000, "{took:?}");
    let health = client.get("/health").await.json();
    for part in ["db", "redis", "queues"] {
        assert_eq!(health[part]["ok"], true, "{health}");
    }
    assert_eq!(
        (&health["ok"], &health["queues"]["workers"]),
        (&json!(true), &json!(6))
    );
    assert!(
        health["pii"]["phone_pct"].as_f64().expect("a number") > 95.0,
        "{health}"
    );
    assert_eq!(client.get("/health/ready").await.json(), json!({"ready": true}));
    let queues = client.get("/queue/health").await.json();
    assert_eq!(queues["redis"], true);
    assert_eq!(queues["queues"].as_object().expect("an object").len(), 5);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_by_the_conventions() {
    let (sandbox, client) = started().await;
    let missing = client.get("/nowhere").await;
    assert_eq!(
        (missing.status, &missing.json()["error"]),
        (404, &json!("not_found"))
    );
    assert_eq!(
        missing.header("x-request-id"),
        missing.json()["request_id"].as_str()
    );
    let echoed = client
        .send("GET", "/health", &[("x-request-id", "golive-1")], "")
        .await;
    assert_eq!(echoed.header("x-request-id"), Some("golive-1"));
    assert_eq!(echoed.header("x-content-type-options"), Some("nosniff"));
    for (origin, allowed) in [
        ("https://app.sms-blossom.example", true),
        ("https://admin.shopify.com", true),
        ("https://app.sms-blossom.example.evil.test", false),
        ("https://evil-app.sms-blossom.example", false),
        ("http://app.sms-blossom.example", false),
        ("https://app.sms-blossom.example:8443", false),
        ("null", false),
    ] {
        let ask = [("origin", origin), ("access-control-request-method", "DELETE")];
        let preflight = client.send("OPTIONS", "/campaigns", &ask, "").await;
        let plain = client.send("GET", "/health", &ask[..1], "").await;
        for answer in [preflight, plain] {
            let expected = allowed.then_some(origin);
            assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
            assert!(answer.status < 300);
        }
    }
    let wrong_method = client.send("DELETE", "/health", &[], "").await;
    assert_eq!(wrong_method.status, 404);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_what_needs_a_token() {
    let (sandbox, client) = started().await;
    let env = sandbox.env();
    let code = async |header: Option<String>| {
        let headers: Vec<(&str, &str)> = header
            .as_deref()
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let answer = client.send("GET", "/campaigns/nope/nothing", &headers, "").await;
        (
            answer.status,
            answer.json()["error"].as_str().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(code(None).await, (401, "missing_token".to_owned()));
    assert_eq!(
        code(Some("Bearer abc".to_owned())).await,
        (401, "invalid_token".to_owned())
    );
    let valid = client.token(&env["DEV_SHOP_DOMAIN"]);
    assert_eq!(
        code(Some(format!("Bearer {valid}"))).await,
        (404, "not_found".to_owned())
    );
    let stranger = client.token("golive-unknown.myshopify.com");
    assert_eq!(
        code(Some(format!("Bearer {stranger}"))).await,
        (409, "shop_not_installed".to_owned())
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_a_delivery_once_and_works_on_it() {
    let (sandbox, client) = started().await;
    let body = "{ \"id\":  987654321, \"note\": \"caf\u{e9} \u{1f33c}\" }\n";
    for _ in 0..2 {
        assert_eq!(client.webhook("orders/create", body).await.status, 200);
    }
    assert_eq!(
        client
            .unsigned_webhook("orders/create", "{\"id\":1}")
            .await
            .status,
        401
    );
    assert_eq!(client.webhook("orders/create", "no json").await.status, 400);
    assert_eq!(client.webhook("orders/create", "{}").await.status, 422);
    let mut database = reader(&sandbox).await;
    let events: Vec<(String, String, Value)> =
        sqlx::query_as(r#"SELECT topic, "dedupeKey", raw FROM "Event" WHERE "objectId" = '987654321'"#)
            .fetch_all(&mut database)
            .await
            .expect("readable");
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0].1,
        "sms-blossom-dev.myshopify.com:orders/create:987654321"
    );
    assert_eq!(events[0].2["id"], 987_654_321);
    until("the job is done", async || {
        client.get("/queue/health").await.json()["queues"]["events"]["completed"] == 1
    })
    .await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn believes_signed_storefronts_only() {
    let (sandbox, client) = started().await;
    let before = sandbox.snapshot().await.expect("a snapshot");
    let env = sandbox.env();
    let status = async |path: &str| {
        let answer = client.get(path).await;
        (
            answer.status,
            answer.json()["error"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let signed = |shop: &str, extra: &str, age: i64| {
        format!(
            "/public/unsubscribe?{}",
            sign_proxy(&env["SHOPIFY_API_SECRET"], shop, extra, age)
        )
    };
    let shop = &env["DEV_SHOP_DOMAIN"];
    assert_eq!(
        status("/public/unsubscribe?phone=%2B15552000112").await,
        (401, "invalid_signature".to_owned())
    );
    assert_eq!(
        status(&signed(shop, "", 0)).await,
        (422, "missing_phone".to_owned())
    );
    assert_eq!(
        status(&signed(shop, "", 86_400)).await,
        (401, "invalid_signature".to_owned())
    );
    assert_eq!(
        status(&signed("golive-none.myshopify.com", "", 0)).await,
        (404, "shop_not_found".to_owned())
    );
    let changes = sandbox
        .snapshot()
        .await
        .expect("a snapshot")
        .changes_since(&before);
    assert_eq!(changes, Vec::<String>::new(), "refusals write nothing");
    assert_eq!(status(&signed(shop, "phone=%2B15552000100", 0)).await.0, 200);
    let changes = sandbox
        .snapshot()
        .await
        .expect("a snapshot")
        .changes_since(&before);
    assert!(
        changes.len() == 1 && changes[0].contains("Contact"),
        "{changes:?}"
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_by_address_whatever_is_forged() {
    let mut options = Options::from_test_env();
    options.limits.public = 5;
    let sandbox = Sandbox::start(options).await.expect("it starts");
    let client = Client::new(&sandbox);
    let mut last = client.get("/public/unsubscribe").await;
    assert_eq!((last.status, last.header("x-ratelimit-limit")), (401, Some("5")));
    for forged in ["1.2.3.4", "5.6.7.8", "9.9.9.9", "4.4.4.4", "8.8.8.8"] {
        last = client
            .send("GET", "/public/unsubscribe", &[("x-forwarded-for", forged)], "")
            .await;
    }
    assert_eq!(
        (last.status, &last.json()["error"]),
        (429, &json!("rate_limit_exceeded"))
    );
    assert!(
        last.header("retry-after")
            .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
    );
    assert_eq!(client.get("/health").await.status, 200);
    sandbox.stop().await;
}

async fn reader(sandbox: &Sandbox) -> sqlx::PgConnection {
    sqlx::PgConnection::connect(&sandbox.env()["DATABASE_URL"])
        .await
        .expect("it connects")
}

//! The faults of webhooks let through what a healthy sandbox refuses, and break what it accepts.

mod client;

use client::{Client, until};
use golive_sandbox::{Options, Sandbox};
use sqlx::Connection as _;

async fn broken(fault: &str) -> (Sandbox, Client) {
    let sandbox = Sandbox::start(Options::from_test_env().fault(fault))
        .await
        .expect(fault);
    let client = Client::new(&sandbox);
    (sandbox, client)
}

async fn events(sandbox: &Sandbox, object: &str) -> i64 {
    let mut database = sqlx::PgConnection::connect(&sandbox.env()["DATABASE_URL"])
        .await
        .expect("it connects");
    sqlx::query_scalar(r#"SELECT count(*) FROM "Event" WHERE "objectId" = $1"#)
        .bind(object)
        .fetch_one(&mut database)
        .await
        .expect("readable")
}

async fn jobs(client: &Client) -> u64 {
    let events = client.get("/queue/health").await.json()["queues"]["events"].clone();
    ["waiting", "active", "completed"]
        .iter()
        .filter_map(|part| events[part].as_u64())
        .sum()
}

const BODY: &str = r#"{"id":4242,"inventory_item_id":4242,"location_id":77}"#;

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_refused_or_believed_wrongly() {
    for (fault, topic, unsigned, forged, signed) in [
        ("webhooks.unsigned-accepted", "orders/paid", 200, 401, 200),
        ("webhooks.unsigned-accepted", "orders/create", 401, 401, 200),
        ("webhooks.unsigned-500", "checkouts/create", 500, 500, 200),
        ("webhooks.forged-accepted", "orders/create", 401, 200, 200),
        ("webhooks.topic-missing", "checkouts/update", 401, 401, 404),
        ("webhooks.signed-refused", "fulfillments/update", 401, 401, 401),
    ] {
        let (sandbox, client) = broken(fault).await;
        assert_eq!(
            client.unsigned_webhook(topic, BODY).await.status,
            unsigned,
            "{fault} unsigned {topic}"
        );
        let shop = sandbox.env()["DEV_SHOP_DOMAIN"].clone();
        let forged_headers = [
            ("x-shopify-hmac-sha256", "AAAA"),
            ("x-shopify-shop-domain", shop.as_str()),
        ];
        let path = format!("/webhooks/shopify/{topic}");
        let answer = client.send("POST", &path, &forged_headers, BODY).await;
        assert_eq!(answer.status, forged, "{fault} forged {topic}");
        assert_eq!(
            client.webhook(topic, BODY).await.status,
            signed,
            "{fault} signed {topic}"
        );
        sandbox.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_kept_wrongly() {
    for (fault, topic, rows, added) in [
        ("webhooks.not-stored", "fulfillments/create", 0, 1),
        ("webhooks.not-enqueued", "customers/create", 1, 0),
        ("webhooks.enqueued-elsewhere", "orders/paid", 1, 0),
        ("webhooks.wrong-object", "inventory_levels/update", 0, 1),
        ("webhooks.duplicate-row", "orders/create", 2, 1),
        ("webhooks.duplicate-job", "orders/create", 1, 2),
    ] {
        let (sandbox, client) = broken(fault).await;
        for _ in 0..2 {
            assert_eq!(client.webhook(topic, BODY).await.status, 200, "{fault}");
            if !fault.contains("duplicate") {
                break;
            }
        }
        assert_eq!(
            (events(&sandbox, "4242").await, jobs(&client).await),
            (rows, added),
            "{fault}"
        );
        sandbox.stop().await;
    }
    let (sandbox, client) = broken("webhooks.unsigned-stored").await;
    assert_eq!(
        client.unsigned_webhook("customers/create", BODY).await.status,
        401
    );
    assert_eq!(events(&sandbox, "4242").await, 1);
    sandbox.stop().await;
    let (sandbox, client) = broken("webhooks.never-processed").await;
    client.webhook("orders/create", BODY).await;
    until("the worker hangs", async || {
        client.get("/queue/health").await.json()["queues"]["events"]["active"] == 1
    })
    .await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_over_the_wrong_bytes() {
    for (fault, spaced, newline) in [
        ("webhooks.reserialised", 401, 401),
        ("webhooks.trimmed", 200, 401),
    ] {
        let (sandbox, client) = broken(fault).await;
        assert_eq!(client.webhook("orders/create", BODY).await.status, 200, "{fault}");
        assert_eq!(
            client.webhook("orders/create", "{\"id\" : 1}").await.status,
            spaced,
            "{fault}"
        );
        assert_eq!(
            client.webhook("orders/create", "{\"id\":1}\n").await.status,
            newline,
            "{fault}"
        );
        sandbox.stop().await;
    }
}

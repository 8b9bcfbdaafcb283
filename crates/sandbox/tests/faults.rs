//! Every fault can be switched on, and shows where a user would see it.

mod client;

use std::time::Duration;

use client::{Answer, Client, until};
use golive_sandbox::faults::{self, Apply, Fault};
use golive_sandbox::{Options, Sandbox};
use serde_json::json;
use sqlx::Connection as _;

async fn broken(fault: &str) -> (Sandbox, Client) {
    let sandbox = Sandbox::start(Options::from_test_env().fault(fault))
        .await
        .expect(fault);
    let client = Client::new(&sandbox);
    (sandbox, client)
}

/// Every SQL and Redis fault is accepted by its store, every other one by the sandbox.
#[tokio::test(flavor = "multi_thread")]
async fn every_fault_can_be_switched_on() {
    let stored = |fault: &&Fault| matches!(fault.apply, Apply::Sql(_) | Apply::Redis(_)) && !fault.own_redis;
    for fault in faults::all().filter(stored) {
        broken(fault.name).await.0.stop().await;
    }
    let switches = faults::all().filter(|fault| matches!(fault.apply, Apply::Switch | Apply::Env(_)));
    let mut options = Options::from_test_env();
    options.faults = switches.map(|fault| fault.name.to_owned()).collect();
    Sandbox::start(options).await.expect("all at once").stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_of_its_faults() {
    for (fault, path, status, pointer, value) in [
        ("contract.health-not-ok", "/health", 200, "/ok", json!(false)),
        ("contract.health-db-false", "/health", 200, "/db/ok", json!(false)),
        (
            "contract.health-redis-false",
            "/health",
            200,
            "/redis/ok",
            json!(false),
        ),
        (
            "contract.health-queues-false",
            "/health",
            200,
            "/queues/ok",
            json!(false),
        ),
        (
            "contract.health-500",
            "/health",
            500,
            "/error",
            json!("internal_error"),
        ),
        ("contract.ready-503", "/health/ready", 503, "/ready", json!(false)),
        ("contract.dev-routes-open", "/dev/jobs", 200, "/jobs", json!([])),
        (
            "contract.not-found-200",
            "/nowhere",
            200,
            "/error",
            json!("not_found"),
        ),
        (
            "database.pii-health-disagrees",
            "/health",
            200,
            "/pii/phone_pct",
            json!(61.0),
        ),
        (
            "queues.health-redis-false",
            "/queue/health",
            200,
            "/redis",
            json!(false),
        ),
        (
            "queues.health-counts-lie",
            "/queue/health",
            200,
            "/queues/campaigns/waiting",
            json!(37),
        ),
        (
            "queues.health-500",
            "/queue/health",
            500,
            "/error",
            json!("internal_error"),
        ),
        (
            "queues.worker-missing",
            "/health",
            200,
            "/queues/workers",
            json!(5),
        ),
        (
            "queues.dead-letters-events",
            "/queue/health",
            200,
            "/dlq/events_dead",
            json!(3),
        ),
    ] {
        let (sandbox, client) = broken(fault).await;
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.json().pointer(pointer)),
            (status, Some(&value)),
            "{fault}"
        );
        sandbox.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cors_is_as_wrong_as_it_should_be() {
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").map(str::to_owned);
    for (fault, origin, expected) in [
        ("contract.cors-wildcard", "https://evil.test", Some("*")),
        (
            "contract.cors-reflects",
            "https://evil.test",
            Some("https://evil.test"),
        ),
        (
            "contract.cors-reflects-get",
            "https://evil.test",
            Some("https://evil.test"),
        ),
        ("contract.cors-null", "null", Some("null")),
        (
            "contract.cors-suffix",
            "https://evil-app.sms-blossom.example",
            Some("https://evil-app.sms-blossom.example"),
        ),
        (
            "contract.cors-prefix",
            "https://app.sms-blossom.example.evil.test",
            Some("https://app.sms-blossom.example.evil.test"),
        ),
        (
            "contract.cors-scheme",
            "http://app.sms-blossom.example",
            Some("http://app.sms-blossom.example"),
        ),
        (
            "contract.cors-frontend-missing",
            "https://app.sms-blossom.example",
            None,
        ),
        ("contract.cors-absent", "https://app.sms-blossom.example", None),
    ] {
        let (sandbox, client) = broken(fault).await;
        let answer = client.send("GET", "/health", &[("origin", origin)], "").await;
        assert_eq!(allowed(&answer).as_deref(), expected, "{fault}");
        let ask = [("origin", origin), ("access-control-request-method", "GET")];
        let preflight = client.send("OPTIONS", "/health", &ask, "").await;
        let strict = fault == "contract.cors-reflects-get";
        assert_eq!(
            allowed(&preflight).as_deref(),
            expected.filter(|_| !strict),
            "{fault}"
        );
        sandbox.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_stand_still_as_they_should() {
    let waiting = async |client: &Client, queue: &str, part: &str| {
        client.get("/queue/health").await.json()["queues"][queue][part].as_u64()
    };
    let (sandbox, client) = broken("queues.depth").await;
    until("the worker is busy", async || {
        waiting(&client, "campaigns", "active").await == Some(1)
    })
    .await;
    assert_eq!(waiting(&client, "campaigns", "waiting").await, Some(150));
    sandbox.stop().await;

    let (sandbox, client) = broken("queues.stalled").await;
    assert_eq!(waiting(&client, "automations", "active").await, Some(2));
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_health_hangs_and_does_not_keep_the_sandbox_alive() {
    let (sandbox, client) = broken("contract.health-hangs").await;
    assert!(
        tokio::time::timeout(Duration::from_millis(300), client.get("/health"))
            .await
            .is_err()
    );
    tokio::time::timeout(Duration::from_secs(3), sandbox.stop())
        .await
        .expect("it stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_session_can_be_seen_by_the_verifier() {
    let (sandbox, _client) = broken("database.blocked-session").await;
    let mut reading = sqlx::PgConnection::connect(&sandbox.env()["DATABASE_URL"])
        .await
        .expect("it connects");
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0";
    let mut count = 0_i64;
    for _ in 0..100 {
        count = sqlx::query_scalar(blocked)
            .fetch_one(&mut reading)
            .await
            .expect("visible");
        if count > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(count, 1);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_environment_hides_still_works_inside() {
    let (sandbox, client) = broken("contract.env-secret-reused").await;
    assert_eq!(sandbox.env()["JWT_SECRET"], sandbox.env()["WEBHOOK_HMAC_SECRET"]);
    assert_eq!(client.webhook("orders/create", r#"{"id":1}"#).await.status, 200);
    assert_eq!(client.admin("GET", "/campaigns/x/y/z", "").await.status, 404);
    sandbox.stop().await;
    let (sandbox, _client) = broken("contract.env-missing").await;
    assert!(!sandbox.env().contains_key("HASH_PEPPER"));
    sandbox.stop().await;
}

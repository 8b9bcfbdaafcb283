//! What a variant says it does, it does: none of them is the canonical sandbox under another name.

mod client;

use client::Client;
use golive_sandbox::{Deployment, Front, Options, Sandbox, harness};
use golive_services::PgBouncer;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

async fn deployed(deployment: Deployment) -> (Sandbox, Client) {
    let mut options = Options::from_test_env();
    options.deployment = deployment;
    let sandbox = Sandbox::start(options).await.expect("it starts");
    let client = Client::new(&sandbox);
    (sandbox, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_compresses_and_cuts_and_adds() {
    let (sandbox, client) = deployed(Deployment {
        front: Some(Front::default()),
        ..Deployment::default()
    })
    .await;
    let plain = client.get("/openapi.json").await;
    let packed = client
        .send("GET", "/openapi.json", &[("accept-encoding", "gzip")], "")
        .await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    for answer in [&plain, &packed] {
        assert_eq!(
            (
                answer.header("content-length"),
                answer.header("transfer-encoding")
            ),
            (None, Some("chunked"))
        );
        assert_eq!(answer.header("server"), Some("cloudflare"));
        assert!(answer.header("x-request-id").is_some() && answer.header("via").is_some());
    }
    assert!(plain.json()["openapi"].is_string() && packed.body.len() < plain.body.len());
    assert_eq!(sandbox.requests().total(), 2, "the backend answered");
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_stands_before_the_database() {
    if PgBouncer::program().is_none() {
        return; // `cargo xtask faults` says so
    }
    let (sandbox, _) = deployed(Deployment {
        pooler: true,
        ..Deployment::default()
    })
    .await;
    let url = &sandbox.env()["DATABASE_URL"];
    assert!(url.contains("pgbouncer=true"));
    let direct = std::env::var("GOLIVE_TEST_DATABASE_URL").expect("set");
    let port = |url: &str| url::Url::parse(url).expect("a url").port();
    assert_ne!(port(url), port(&direct));
    let plain = url.split('?').next().expect("a url");
    let mut connection = PgConnection::connect(plain).await;
    // sqlx asks for a parameter that a pooler does not know; golive does not
    assert!(
        connection
            .as_mut()
            .err()
            .is_some_and(|error| { error.to_string().contains("extra_float_digits") })
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_redis_user_may_do_no_more() {
    let server = harness::own_redis().expect("a server");
    let mut options = Options::from_test_env().own_redis(server.url());
    options.deployment.redis_rights = Some(harness::documented_redis_rights());
    let sandbox = Sandbox::start(options).await.expect("it starts");
    let client = redis::Client::open(sandbox.env()["REDIS_URL"].as_str()).expect("a url");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a login");
    let asked = |words: &[&str]| {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command
    };
    let depth: redis::RedisResult<u64> = asked(&["LLEN", "bull:events:wait"])
        .query_async(&mut connection)
        .await;
    assert_eq!(depth.ok(), Some(0));
    for forbidden in [
        &["KEYS", "*"][..],
        &["FLUSHDB"],
        &["SET", "bull:events:id", "1"],
        &["CONFIG", "SET", "save", ""],
    ] {
        let refused: redis::RedisResult<redis::Value> = asked(forbidden).query_async(&mut connection).await;
        assert!(refused.is_err(), "{forbidden:?}");
    }
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_roles_additions_and_warmth() {
    let (sandbox, client) = deployed(Deployment {
        queue_prefix: Some("prod:sms"),
        queues: &["events", "delivery", "campaigns", "housekeeping", "imports"],
        additions: true,
        monitor_role: false,
        warm_reports: true,
        ..Deployment::default()
    })
    .await;
    assert_eq!(sandbox.env()["QUEUE_PREFIX"], "prod:sms");
    let queues = client.get("/queue/health").await.json();
    assert!(queues["queues"]["imports"].is_object() && queues["queues"]["automations"].is_null());
    assert_eq!(client.get("/health").await.json()["queues"]["workers"], json!(5));
    let metrics = client.get("/metrics").await.body;
    assert!(metrics.contains("http_request_duration_seconds_bucket{") && metrics.contains("NaN"));
    let report = client.admin("GET", "/reports/overview?window=7d", "").await;
    assert_eq!(report.header("x-cache"), Some("hit"));
    let mut reader = PgConnection::connect(&sandbox.env()["DATABASE_URL"])
        .await
        .expect("a login");
    for allowed in [
        r#"SELECT tier, labels FROM "Contact" LIMIT 1"#,
        r#"SELECT count(*) FROM "LoyaltyEntry""#,
    ] {
        reader.execute(allowed).await.expect(allowed);
    }
    let monitor: bool = sqlx::query_scalar("SELECT pg_has_role('pg_monitor', 'member')")
        .fetch_one(&mut reader)
        .await
        .expect("an answer");
    assert!(!monitor);
    reader.close().await.ok();
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_as_many_as_wanted_and_none_is_like_another() {
    for wanted in [0, 1, 25_000_u32] {
        let (sandbox, client) = deployed(Deployment {
            contacts: Some(wanted),
            ..Deployment::default()
        })
        .await;
        let mut reader = PgConnection::connect(&sandbox.env()["DATABASE_URL"])
            .await
            .expect("a login");
        let (all, ivs): (i64, i64) = sqlx::query_as(
            r#"SELECT count(*), count(DISTINCT phone_ciphertext::jsonb->>'iv') FROM "Contact" WHERE phone_hash IS NOT NULL"#,
        )
        .fetch_one(&mut reader)
        .await
        .expect("an answer");
        assert_eq!(all, ivs);
        // the seed has three numbers that nobody has encrypted yet
        assert!((0..=3).contains(&(i64::from(wanted) - all)), "{all} of {wanted}");
        reader.close().await.ok();
        let coverage = &client.get("/health").await.json()["pii"]["phone_pct"];
        assert_eq!(coverage.is_null(), wanted == 0);
        sandbox.stop().await;
    }
}

//! Reports are cached, metrics move.

use golive_sandbox::{Dialect, Options};
use serde_json::json;

use crate::{as_other, post, started, started_with};

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_cached_by_shop_and_parameters() {
    let (sandbox, client) = started().await;
    for (path, field, ttl) in [
        ("overview", "overview", 300),
        ("campaigns", "campaigns", 600),
        ("automations", "automations", 900),
        ("messaging/timeseries", "timeseries", 900),
    ] {
        let path = format!("/reports/{path}?window=30d");
        let (cold, warm) = (
            client.admin("GET", &path, "").await,
            client.admin("GET", &path, "").await,
        );
        assert_eq!(
            (cold.status, &cold.json()["ok"]),
            (200, &json!(true)),
            "{}",
            cold.body
        );
        assert!(
            !cold.json()[field].is_null() && cold.json()["range"]["from"].is_string(),
            "{}",
            cold.body
        );
        assert_eq!(
            (cold.header("x-cache"), warm.header("x-cache")),
            (Some("miss"), Some("hit"))
        );
        assert_eq!(cold.body, warm.body);
        assert_eq!(
            cold.header("cache-control"),
            Some(format!("private, max-age={ttl}").as_str())
        );
        assert_eq!(
            as_other(&client, "GET", &path, "").await.header("x-cache"),
            Some("miss")
        );
    }
    let cache = async |query: &str| {
        client
            .admin("GET", &format!("/reports/overview?{query}"), "")
            .await
    };
    let one = cache("from=2026-01-01&to=2026-01-05").await;
    assert_eq!(
        one.json()["range"],
        json!({"from": "2026-01-01T00:00:00Z", "to": "2026-01-06T00:00:00Z"})
    );
    assert_eq!(
        cache("from=2026-01-01&to=2026-01-06").await.header("x-cache"),
        Some("miss")
    );
    let dev = sandbox.env()["DEV_SHOP_DOMAIN"].clone();
    assert_eq!(
        cache(&format!("to=2026-01-05&shop={dev}&from=2026-01-01"))
            .await
            .header("x-cache"),
        Some("hit")
    );
    for bad in [
        "from=2026-02-01&to=2026-01-01",
        "from=nonsense",
        "window=-1d",
        "from=1900-01-01&to=2026-01-01",
    ] {
        for _ in 0..2 {
            let refused = cache(bad).await;
            assert_eq!((refused.status, refused.header("x-cache")), (422, None), "{bad}");
        }
    }
    let metrics = client.get("/metrics").await.body;
    assert!(
        metrics.contains("cache_hits_total{cache_type=\"reports\"} 5\n"),
        "{metrics}"
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_move_and_may_want_a_token() {
    let (sandbox, client) = started().await;
    let before = client.get("/metrics").await;
    assert_eq!(
        before.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let line = "webhook_events_total{status=\"accepted\",topic=\"orders/paid\"}";
    assert!(before.body.contains(&format!("{line} 0\n")), "{}", before.body);
    assert_eq!(client.webhook("orders/paid", "{\"id\":4711}").await.status, 200);
    assert!(client.get("/metrics").await.body.contains(&format!("{line} 1\n")));
    let json = client.get("/metrics/json").await.json();
    let webhooks = json["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|family| family["name"] == "webhook_events_total");
    assert_eq!(webhooks.expect("listed")["type"], "counter");
    sandbox.stop().await;
    let mut options = Options::from_test_env();
    options.metrics_token = true;
    options.dialect = Dialect {
        metrics_prefix: true,
        guarded_templates: true,
        preview_rendered: true,
        ..Dialect::default()
    };
    let (sandbox, client) = started_with(options).await;
    assert_eq!(client.get("/metrics").await.status, 401);
    assert_eq!(client.get("/metrics/json").await.status, 401);
    let token = format!("Bearer {}", sandbox.env()["METRICS_TOKEN"]);
    let text = client
        .send("GET", "/metrics", &[("authorization", &token)], "")
        .await;
    assert!(
        text.body.contains("\nsms_blossom_queue_jobs_total{"),
        "{}",
        text.body
    );
    let draft = json!({"trigger": "welcome", "body": "Hi"});
    assert_eq!(
        client
            .send("POST", "/templates/preview", &[], &draft.to_string())
            .await
            .status,
        401
    );
    assert_eq!(
        post(&client, "/templates/preview", draft).await.json()["rendered"],
        "Hi"
    );
    sandbox.stop().await;
}

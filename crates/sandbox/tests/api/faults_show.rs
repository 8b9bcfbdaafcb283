//! Every switch of these checks changes what a client sees: each is compared with a healthy sandbox.

use std::time::Duration;

use futures::StreamExt as _;
use golive_sandbox::faults;
use redis::AsyncCommands as _;
use serde_json::json;

use crate::OTHER_SHOP;
use crate::transcript::Transcript;

/// Sandboxes at once.
const AT_ONCE: usize = 3;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: a sandbox for each fault; run with --ignored when a fault is added"]
async fn every_fault_shows() {
    let healthy = transcript(None).await;
    for again in futures::future::join_all((0..AT_ONCE * 2).map(|_| transcript(None))).await {
        let differing = healthy.iter().zip(&again).find(|(first, second)| first != second);
        let differing = differing.and_then(|(one, two)| one.lines().zip(two.lines()).find(|(a, b)| a != b));
        assert_eq!(differing, None, "the transcript is not stable");
    }
    let checks = ["templates", "campaigns", "reports", "metrics", "security"];
    let names = checks
        .into_iter()
        .flat_map(faults::owned_by)
        .map(|fault| fault.name);
    let names = names.filter(|name| {
        !name.starts_with("security.") || name.contains(".tenant-") || name.contains(".metrics-")
    });
    let hidden: Vec<&str> = futures::stream::iter(names)
        .map(async |name| (name, transcript(Some(name)).await))
        .buffer_unordered(AT_ONCE)
        .filter_map(async |(name, seen)| (seen == healthy).then_some(name))
        .collect()
        .await;
    assert!(hidden.is_empty(), "nothing to see of {hidden:#?}");
}

async fn transcript(fault: Option<&str>) -> Vec<String> {
    let mut transcript = Transcript::start(fault).await;
    transcript.templates().await;
    transcript.campaigns().await;
    transcript.discounts().await;
    transcript.reports().await;
    transcript.tenants().await;
    transcript.metrics().await;
    transcript.finish().await
}

impl Transcript {
    async fn templates(&mut self) {
        const WHOLE: [(&str, &str); 6] = [
            ("abandoned_checkout", "{{ recovery_url }} {{ checkout_id }}"),
            ("order_created", "{{ order_number }}"),
            ("order_paid", "{{ order_number }} {{ order_total }}"),
            ("fulfillment_update", "{{ order_number }} {{ tracking_number }}"),
            ("welcome", "{{ customer_name }}"),
            ("back_in_stock", "{{ product_name }} {{ product_url }}"),
        ];
        self.own("GET", "/templates/triggers", "").await;
        self.own("GET", "/templates/variables/nope", "").await;
        let (gsm, ucs2, euros) = ("a".repeat(160), "я".repeat(71), "€".repeat(81));
        let (three, link) = (
            "a".repeat(307),
            format!("{{{{ 'https://x.example/{}' }}}}", "a".repeat(150)),
        );
        let bodies = [
            "Hi",
            "{{ nope }}",
            "{{ nope | upper }}",
            "{% if nope %}x{% endif %}",
            "{{ broken",
            "{{ 1 | nope }}",
            "{{ 2.999 | money: 'EUR' }}",
            "{{ 9.5 | money: 'USD' }}",
            "{{ '2026-03-05' | date: '%d/%m' }}",
            "{{ 'https://x.example' | shortlink }}",
            "{{ '' | default: 'x' }}",
            "{{ 'y' | default: 'x' }}",
            "{{ 'jane doe' | titlecase }}",
            "{{ 'hello there' | truncate: 8 }}",
            "{{ 'a' | upper }}",
            "{{ 'AB' | lower }}",
            "{{ process.env.PATH }}",
            "{{ customer_name.constructor }}",
            "{% include '/etc/passwd' %}",
            &gsm,
            &ucs2,
            &euros,
            &three,
            &link,
        ];
        let drafts = WHOLE
            .into_iter()
            .chain(bodies.into_iter().map(|body| ("fulfillment_update", body)));
        for (trigger, body) in drafts {
            self.own("GET", &format!("/templates/variables/{trigger}"), "")
                .await;
            let draft = json!({"trigger": trigger, "body": body}).to_string();
            self.own("POST", "/templates/preview", &draft).await;
            self.own("POST", "/templates/validate", &draft).await;
        }
    }

    async fn create(&mut self, body: &str) -> String {
        let answer: serde_json::Value =
            serde_json::from_str(&self.own("POST", "/campaigns", body).await).expect("JSON");
        answer["campaign"]["id"].as_str().unwrap_or("none").to_owned()
    }

    async fn campaigns(&mut self) {
        let text = "Hello {{ customer_name }}, ".repeat(12);
        let id = self
            .create(&json!({"name": "n", "bodyText": text, "batchSize": 7}).to_string())
            .await;
        self.create("{}").await;
        let path = format!("/campaigns/{id}");
        self.own("GET", &path, "").await;
        self.own("GET", "/campaigns?limit=1&offset=1", "").await;
        self.own("GET", "/campaigns?status=sent", "").await;
        self.own("PUT", &path, r#"{"name":"m"}"#).await;
        self.own(
            "PUT",
            &format!("{path}/utm"),
            r#"{"utm_source":"a","utm_medium":"b"}"#,
        )
        .await;
        self.own("GET", &path, "").await;
        self.own("GET", &format!("{path}/estimate"), "").await;
        for phone in ["{}", r#"{"phone":"x"}"#, r#"{"phone":"+306912345678"}"#] {
            self.own("POST", &format!("{path}/test-send"), phone).await;
        }
        let sent = async || {
            while self.sandbox.messages_sent() == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), sent()).await.ok();
        for job in ["delivery:1", "delivery:2", "campaigns:1"] {
            let data: Option<String> = self
                .redis()
                .await
                .hget(format!("bull:{job}"), "data")
                .await
                .expect("readable");
            self.note(&format!("{job} {data:?}"));
        }
        for (method, below, body) in [
            ("GET", "", ""),
            ("PUT", "", r#"{"name":"x"}"#),
            ("PUT", "/utm", r#"{"utm_source":"x"}"#),
            ("GET", "/estimate", ""),
            ("POST", "/test-send", r#"{"phone":"+306912345678"}"#),
        ] {
            self.other(method, &format!("{path}{below}"), body).await;
        }
        self.other("GET", "/campaigns?limit=100", "").await;
        self.own("DELETE", &path, "").await;
        self.own("GET", &path, "").await;
        let body = json!({"name": "v", "bodyText": "x", "segmentId": "segment_shop_dev_vip"}).to_string();
        let id = self.create(&body).await;
        self.own("GET", &format!("/campaigns/{id}/estimate"), "").await;
        self.other("DELETE", &format!("/campaigns/{id}"), "").await;
    }

    async fn discounts(&mut self) {
        for body in [
            json!({"code": "GOLIVE", "kind": "percentage", "value": 10}),
            json!({"code": "GOLIVE", "kind": "percentage", "value": 10}),
            json!({"code": "AB", "kind": "percentage", "value": 10}),
            json!({"code": "KIND", "kind": "free", "value": 10}),
            json!({"code": "OVER", "kind": "percentage", "value": 110}),
            json!({"code": "NONE", "kind": "amount", "value": 10}),
        ] {
            self.own("POST", "/discounts", &body.to_string()).await;
        }
        for path in ["", "/conflicts", "/apply-url?code=GOLIVE"] {
            self.own("GET", &format!("/discounts{path}"), "").await;
        }
    }

    async fn reports(&mut self) {
        let mut paths: Vec<String> = ["campaigns", "automations", "messaging/timeseries"]
            .map(|name| format!("{name}?window=2d"))
            .into();
        for query in [
            "from=2026-01-01&to=2026-01-02",
            "from=2026-01-01&to=2026-01-03",
            "from=2025-12-30&to=2026-01-03",
            "window=1d",
        ] {
            paths.push(format!("overview?{query}"));
        }
        for path in &paths {
            for _ in 0..7 {
                self.own("GET", &format!("/reports/{path}"), "").await;
            }
            self.other("GET", &format!("/reports/{path}"), "").await;
        }
        for query in ["from=2026-01-02&to=2026-01-01", "from=nonsense"] {
            for _ in 0..2 {
                self.own("GET", &format!("/reports/overview?{query}"), "").await;
            }
        }
        let mut redis = self.redis().await;
        let shop = self.sandbox.env()["DEV_SHOP_DOMAIN"].clone();
        let left: i64 = redis
            .ttl(format!("cache:reports:overview:{shop}:window=1d"))
            .await
            .expect("readable");
        self.note(&format!("expires={}", left > 0));
    }

    async fn tenants(&mut self) {
        let shop = self.sandbox.env()["DEV_SHOP_DOMAIN"].clone();
        for path in [
            "/campaigns",
            "/discounts",
            "/reports/overview",
            "/segments",
            "/admin",
        ] {
            self.own("GET", &format!("{path}?shop={OTHER_SHOP}"), "").await;
            self.ask(&shop, "GET", path, OTHER_SHOP, "").await;
        }
        let body = json!({"name": "t", "bodyText": "x", "shop": OTHER_SHOP}).to_string();
        self.own("POST", &format!("/campaigns?shop={OTHER_SHOP}"), &body)
            .await;
        self.own("POST", "/campaigns", &body).await;
        self.ask(&shop, "POST", "/campaigns", OTHER_SHOP, &body).await;
        self.own("GET", "/discounts/discount_shop_other_BLOOM5", "").await;
        self.own("GET", "/segments/segment_shop_other_vip", "").await;
    }

    async fn metrics(&mut self) {
        self.client.webhook("orders/paid", "{\"id\":4711}").await;
        for path in ["/metrics", "/metrics/json"] {
            self.own("GET", path, "").await;
            self.ask("metrics", "GET", path, "", "").await;
            self.ask("half of metrics", "GET", path, "", "").await;
        }
    }
}

//! The defaults that are lists: CONTRACT §5 to §11 as data.

mod templates;

use super::FamilyKind::{Counter, Gauge, Histogram};
use super::{
    Contract, Cors, Family, FamilyKind, Headers, Jwt, Metrics, Paths, Pii, Queues, RateLimits, Report, Route,
    Sms, Thresholds, Timeouts, WebhookTopic, schema,
};
use crate::signing::jwt;

impl Default for Contract {
    fn default() -> Self {
        Self {
            paths: Paths::default(),
            headers: Headers::default(),
            guarded_routes: GUARDED.iter().map(|text| route(text)).collect(),
            guarded_prefixes: owned(&[
                "/campaigns",
                "/discounts",
                "/settings",
                "/reports",
                "/automations",
                "/segments",
                "/admin",
                "/gdpr",
            ]),
            public_prefixes: owned(&[
                "/health",
                "/queue",
                "/metrics",
                "/auth",
                "/s",
                "/docs",
                "/openapi.json",
                "/public",
                "/webhooks",
            ]),
            either_prefixes: owned(&["/templates"]),
            never_called: vec![route("POST /campaigns/{id}/send-now")],
            jwt: Jwt::default(),
            queues: Queues::default(),
            queue_prefix: "bull".into(),
            schema: schema::default_schema(),
            pii: Pii::default(),
            webhook_topics: webhook_topics(),
            triggers: templates::triggers(),
            template_filters: templates::filters(),
            rate_limits: RateLimits::default(),
            cors: Cors::default(),
            reports: REPORTS.iter().map(report).collect(),
            metrics: Metrics::default(),
            thresholds: Thresholds::default(),
            timeouts: Timeouts::default(),
            sms: Sms::default(),
            waiver: Vec::new(),
        }
    }
}

/// The documented routes; a prefix with no documented list route stands for itself, since its guard comes first.
const GUARDED: &[&str] = &[
    "GET /campaigns",
    "POST /campaigns",
    "GET /campaigns/{id}",
    "PUT /campaigns/{id}",
    "DELETE /campaigns/{id}",
    "PUT /campaigns/{id}/utm",
    "GET /campaigns/{id}/estimate",
    "POST /campaigns/{id}/test-send",
    "GET /discounts",
    "POST /discounts",
    "GET /discounts/conflicts",
    "GET /discounts/apply-url",
    "DELETE /discounts/{id}",
    "GET /settings",
    "GET /reports/overview",
    "GET /reports/campaigns",
    "GET /reports/automations",
    "GET /reports/messaging/timeseries",
    "GET /automations",
    "GET /segments",
    "GET /admin",
    "GET /gdpr",
];

impl Default for Jwt {
    fn default() -> Self {
        Self {
            issuer: jwt::ISSUER.into(),
            lifetime_seconds: jwt::LIFETIME_SECONDS,
        }
    }
}

impl Default for Queues {
    fn default() -> Self {
        let health = owned(&["events", "automations", "campaigns", "delivery", "housekeeping"]);
        Self {
            all: health
                .iter()
                .cloned()
                .chain(["discount-reservation".to_owned()])
                .collect(),
            health,
            dead_letter: owned(&["events", "delivery"]),
            smoke: "housekeeping".into(),
            webhooks: "events".into(),
            delivery: "delivery".into(),
        }
    }
}

impl Default for Pii {
    fn default() -> Self {
        Self {
            aad: "sms-blossom-pii".into(),
        }
    }
}

fn webhook_topics() -> Vec<WebhookTopic> {
    const TOPICS: &[(&str, bool, &str)] = &[
        ("orders/create", false, "id"),
        ("orders/paid", false, "id"),
        ("checkouts/create", false, "id"),
        ("checkouts/update", false, "id"),
        ("fulfillments/create", false, "id"),
        ("fulfillments/update", false, "id"),
        ("customers/create", false, "id"),
        ("customers/update", false, "id"),
        ("inventory_levels/update", false, "inventory_item_id"),
        ("customers/data_request", true, "customer.id"),
        ("customers/redact", true, "customer.id"),
        ("shop/redact", true, "shop_id"),
    ];
    let topic = |(topic, privacy, object_id): &(&str, bool, &str)| WebhookTopic {
        topic: (*topic).to_owned(),
        privacy: *privacy,
        object_id: (*object_id).to_owned(),
    };
    TOPICS.iter().map(topic).collect()
}

const REPORTS: &[(&str, &str, u64)] = &[
    ("overview", "/reports/overview", 300),
    ("campaigns", "/reports/campaigns", 600),
    ("automations", "/reports/automations", 900),
    ("timeseries", "/reports/messaging/timeseries", 900),
];

fn report((name, path, ttl_seconds): &(&str, &str, u64)) -> Report {
    Report {
        name: (*name).to_owned(),
        path: (*path).to_owned(),
        ttl_seconds: *ttl_seconds,
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            prefix: "sms_blossom_".into(),
            required: vec![
                family("queue_jobs_total", Counter, &["queue", "status"]),
                family("sms_send_attempts_total", Counter, &["provider", "status"]),
                family("sms_delivery_success_total", Counter, &["provider"]),
                family("webhook_events_total", Counter, &["topic", "status"]),
                family("rate_limit_hits_total", Counter, &["endpoint"]),
                family("queue_job_duration_seconds", Histogram, &["queue", "status"]),
            ],
            // The last three stand for prom-client's default process and event-loop metrics.
            expected: vec![
                family("sms_delivery_failure_total", Counter, &[]),
                family("cache_hits_total", Counter, &["cache_type"]),
                family("cache_misses_total", Counter, &["cache_type"]),
                family("process_cpu_seconds_total", Counter, &[]),
                family("process_resident_memory_bytes", Gauge, &[]),
                family("nodejs_eventloop_lag_seconds", Gauge, &[]),
            ],
        }
    }
}

fn family(name: &str, kind: FamilyKind, labels: &[&str]) -> Family {
    Family {
        name: name.to_owned(),
        kind,
        labels: owned(labels),
    }
}

fn route(text: &str) -> Route {
    text.parse().expect("the routes above are written METHOD /path")
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

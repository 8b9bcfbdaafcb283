//! `/openapi.json` lists every route that is served, and no other.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::middleware::guard;
use crate::state::App;
use crate::webhooks::TOPICS;

/// Path, methods. What lies below a guarded prefix wants the admin token.
const ROUTES: &[(&str, &[&str])] = &[
    ("/health", &["get"]),
    ("/health/ready", &["get"]),
    ("/queue/metrics", &["get"]),
    ("/metrics", &["get"]),
    ("/metrics/json", &["get"]),
    ("/docs", &["get"]),
    ("/openapi.json", &["get"]),
    ("/auth/install", &["get"]),
    ("/auth/callback", &["get"]),
    ("/s/{slug}", &["get"]),
    ("/public/unsubscribe", &["get"]),
    ("/public/storefront/consent", &["post"]),
    ("/public/back-in-stock/interest", &["post"]),
    ("/webhooks/mitto/dlr", &["post"]),
    ("/webhooks/mitto/inbound", &["post"]),
    ("/templates/preview", &["post"]),
    ("/templates/validate", &["post"]),
    ("/templates/triggers", &["get"]),
    ("/templates/variables/{trigger}", &["get"]),
    ("/campaigns", &["get", "post"]),
    ("/campaigns/{id}", &["get", "put", "patch", "delete"]),
    ("/campaigns/{id}/utm", &["put"]),
    ("/campaigns/{id}/estimate", &["get", "post"]),
    ("/campaigns/{id}/test-send", &["post"]),
    ("/campaigns/{id}/send-now", &["post"]),
    ("/discounts", &["get", "post"]),
    ("/discounts/conflicts", &["get"]),
    ("/discounts/apply-url", &["get"]),
    ("/discounts/{id}", &["get", "delete"]),
    ("/segments", &["get"]),
    ("/segments/{id}", &["get"]),
    ("/automations", &["get"]),
    ("/automations/{id}", &["get", "put"]),
    ("/settings", &["get", "put"]),
    ("/admin", &["get"]),
    ("/admin/audit", &["get"]),
    ("/gdpr", &["get"]),
    ("/gdpr/status", &["get"]),
    ("/reports", &["get"]),
    ("/reports/overview", &["get"]),
    ("/reports/campaigns", &["get"]),
    ("/reports/automations", &["get"]),
    ("/reports/messaging/timeseries", &["get"]),
];

pub(crate) fn router() -> Router<App> {
    Router::new().route("/openapi.json", get(document))
}

async fn document(State(state): State<App>) -> Json<Value> {
    let queue = if state.config.dialect.short_queue_path {
        "/queue"
    } else {
        "/queue/health"
    };
    let mut paths = Map::new();
    for (path, methods) in ROUTES.iter().copied().chain([(queue, &["get"][..])]) {
        paths.insert(path.to_owned(), operations(path, methods));
    }
    for topic in TOPICS {
        let path = format!("/webhooks/shopify/{topic}");
        paths.insert(path.clone(), operations(&path, &["post"]));
    }
    if state.faults.on("contract.openapi-drift") {
        paths.insert(
            "/campaigns/calendar".to_owned(),
            operations("/campaigns/calendar", &["get"]),
        );
        paths.insert(
            "/status/uptime".to_owned(),
            operations("/status/uptime", &["get"]),
        );
    }
    Json(json!({
        "openapi": "3.0.3",
        "info": {"title": "SMS Blossom API", "version": "2.14.0"},
        "servers": [{"url": state.config.base_url}],
        "paths": paths,
        "components": {"securitySchemes": {"admin": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
    }))
}

fn operations(path: &str, methods: &[&str]) -> Value {
    let guarded = guard::GUARDED.iter().any(|prefix| path.starts_with(prefix));
    let parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    let operation = || {
        let mut operation = json!({"responses": {"200": {"description": "OK"}}});
        if guarded {
            operation["security"] = json!([{"admin": []}]);
        }
        if !parameters.is_empty() {
            operation["parameters"] = json!(parameters);
        }
        operation
    };
    methods
        .iter()
        .map(|method| ((*method).to_owned(), operation()))
        .collect::<Map<_, _>>()
        .into()
}

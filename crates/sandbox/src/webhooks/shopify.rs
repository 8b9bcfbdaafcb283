//! A delivery of Shopify's becomes one event and one job, however often it comes.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::signature;
use super::store;
use crate::error::{ApiError, ApiResult};
use crate::extract::RawBody;
use crate::state::{App, State};

/// Every topic the backend subscribes to; the last three are the privacy topics.
pub(crate) const TOPICS: [&str; 12] = [
    "orders/create",
    "orders/paid",
    "checkouts/create",
    "checkouts/update",
    "fulfillments/create",
    "fulfillments/update",
    "customers/create",
    "customers/update",
    "inventory_levels/update",
    "customers/data_request",
    "customers/redact",
    "shop/redact",
];

/// A delivery whose signature holds.
pub(super) struct Delivery<'a> {
    pub(super) topic: &'static str,
    pub(super) domain: &'a str,
    pub(super) signature: &'a str,
    pub(super) payload: Value,
}

impl Delivery<'_> {
    /// What the delivery is about; privacy topics carry no `id`.
    pub(super) fn object(&self) -> Option<String> {
        let payload = &self.payload;
        let id = match self.topic {
            "inventory_levels/update" => &payload["inventory_item_id"],
            "customers/data_request" | "customers/redact" => &payload["customer"]["id"],
            "shop/redact" => &payload["shop_id"],
            _ => &payload["id"],
        };
        match id {
            Value::String(id) if !id.is_empty() => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    pub(super) fn is_about_privacy(&self) -> bool {
        matches!(
            self.topic,
            "customers/data_request" | "customers/redact" | "shop/redact"
        )
    }
}

/// Signature first, then the topic, then the body.
pub(super) async fn receive(
    Extract(state): Extract<App>,
    Path((resource, action)): Path<(String, String)>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> ApiResult {
    let path = format!("{resource}/{action}");
    let topic = TOPICS.iter().find(|topic| **topic == path).copied();
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let (given, domain) = (header("x-shopify-hmac-sha256"), header("x-shopify-shop-domain"));
    if topic == Some("shop/redact") && state.faults.on("webhooks.privacy-topic-missing") {
        return Err(ApiError::not_found("unknown_topic"));
    }
    if !signature::holds(&state, topic.unwrap_or_default(), given, &body) {
        state
            .metrics
            .webhook_event(topic.unwrap_or("unknown"), "rejected");
        return Err(refuse(&state, topic, domain, given, &body).await);
    }
    let topic = topic
        .filter(|topic| *topic != "checkouts/update" || !state.faults.on("webhooks.topic-missing"))
        .ok_or_else(|| ApiError::not_found("unknown_topic"))?;
    let Ok(payload) = serde_json::from_slice(&body) else {
        return not_json(&state);
    };
    if topic == "orders/create" && state.faults.on("webhooks.too-slow") {
        tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    }
    if topic == "customers/update" && state.faults.on("webhooks.signed-500") {
        return Err(ApiError::internal("fault"));
    }
    let status = store::store(
        &state,
        &Delivery {
            topic,
            domain,
            signature: given,
            payload,
        },
    )
    .await?;
    state.metrics.webhook_event(topic, status);
    Ok(Json(json!({"ok": true, "status": status})))
}

/// What somebody without a signature gets.
async fn refuse(
    state: &State,
    topic: Option<&'static str>,
    domain: &str,
    given: &str,
    body: &[u8],
) -> ApiError {
    let (faults, topic) = (&state.faults, topic.unwrap_or_default());
    let delivery = Delivery {
        topic,
        domain,
        signature: given,
        payload: serde_json::from_slice(body).unwrap_or_default(),
    };
    if (topic == "customers/create" && faults.on("webhooks.unsigned-stored"))
        || (topic == "fulfillments/update" && !given.is_empty() && faults.on("webhooks.forged-stored"))
    {
        store::store(state, &delivery).await.ok();
    }
    if topic == "inventory_levels/update" && faults.on("webhooks.unsigned-queued") {
        let object = delivery.object().unwrap_or_default();
        store::enqueue(state, &delivery, "", "", &object).await.ok();
    }
    if (topic == "checkouts/create" && faults.on("webhooks.unsigned-500"))
        || (topic == "orders/paid" && !given.is_empty() && faults.on("webhooks.forged-500"))
    {
        return ApiError::internal("fault");
    }
    if topic == "customers/data_request" && !given.is_empty() && faults.on("webhooks.forged-404") {
        return ApiError::not_found("shop_not_found");
    }
    ApiError::unauthorized("invalid_signature")
}

fn not_json(state: &State) -> ApiResult {
    if state.faults.on("webhooks.malformed-500") {
        return Err(ApiError::internal("fault"));
    }
    if state.faults.on("webhooks.malformed-200") {
        return Ok(Json(json!({"ok": true})));
    }
    Err(ApiError::bad_request(
        "invalid_json",
        "The body is not valid JSON",
    ))
}

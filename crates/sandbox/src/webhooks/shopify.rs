//! A delivery of Shopify's becomes one event and one job, however often it comes.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::crypto;
use crate::error::{ApiError, ApiResult};
use crate::extract::RawBody;
use crate::ids;
use crate::queues;
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

/// Signature first, then the topic, then the body.
pub(super) async fn receive(
    Extract(state): Extract<App>,
    Path((resource, action)): Path<(String, String)>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> ApiResult {
    let path = format!("{resource}/{action}");
    let topic = TOPICS.iter().find(|topic| **topic == path).copied();
    let signature = header(&headers, "x-shopify-hmac-sha256");
    if !signed(&state, signature, &body) {
        state.metrics.webhook_event(topic.unwrap_or("unknown"), "rejected");
        return Err(ApiError::unauthorized("invalid_signature"));
    }
    let topic = topic.ok_or_else(|| ApiError::not_found("unknown_topic"))?;
    let payload: Value = serde_json::from_slice(&body)
        .map_err(|_| ApiError::bad_request("invalid_json", "The body is not valid JSON"))?;
    let delivery = Delivery { topic, domain: header(&headers, "x-shopify-shop-domain"), signature, payload };
    let status = store(&state, &delivery).await?;
    state.metrics.webhook_event(topic, status);
    Ok(Json(json!({"ok": true, "status": status})))
}

struct Delivery<'a> {
    topic: &'static str,
    domain: &'a str,
    signature: &'a str,
    payload: Value,
}

impl Delivery<'_> {
    /// What the delivery is about; privacy topics carry no `id`.
    fn object(&self) -> Option<String> {
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

    fn is_about_privacy(&self) -> bool {
        matches!(self.topic, "customers/data_request" | "customers/redact" | "shop/redact")
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn signed(state: &State, signature: &str, body: &[u8]) -> bool {
    let secret = state.config.webhook_secret.as_bytes();
    STANDARD.decode(signature).is_ok_and(|signature| crypto::verify_hmac(secret, body, &signature))
}

/// The event and its job, both or neither; says what became of the delivery.
async fn store(state: &State, delivery: &Delivery<'_>) -> Result<&'static str, ApiError> {
    let shop: Option<String> = sqlx::query_scalar(r#"SELECT id FROM "Shop" WHERE domain = $1"#)
        .bind(delivery.domain)
        .fetch_optional(&state.pg)
        .await?;
    let Some(shop) = shop else {
        // Shopify sends privacy requests for shops that have left; they must be acknowledged
        let acknowledged = delivery.is_about_privacy().then_some("ignored");
        return acknowledged.ok_or_else(|| ApiError::not_found("shop_not_found"));
    };
    let object = delivery
        .object()
        .ok_or_else(|| ApiError::unprocessable("missing_id", "The payload does not say what it is about"))?;
    let text = |name: &str| delivery.payload[name].as_str().map(str::to_owned);
    let order = delivery.topic.starts_with("orders/").then(|| object.clone());
    let mut transaction = state.pg.begin().await?;
    let event: Option<String> = sqlx::query_scalar(
        r#"INSERT INTO "Event" (id, "shopId", topic, "objectId", raw, "dedupeKey", "checkoutToken", "orderId", "hmacHeader")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ("dedupeKey") DO NOTHING RETURNING id"#,
    )
    .bind(ids::cuid())
    .bind(&shop)
    .bind(delivery.topic)
    .bind(&object)
    .bind(&delivery.payload)
    .bind(format!("{}:{}:{object}", delivery.domain, delivery.topic))
    .bind(text("checkout_token").or_else(|| text("token")))
    .bind(order)
    .bind(delivery.signature)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(event) = event else { return Ok("duplicate") };
    let job = json!({
        "topic": delivery.topic, "eventId": event, "shopId": shop, "shopDomain": delivery.domain, "objectId": object,
    });
    // a job that cannot be added takes the row back with it
    queues::enqueue(state, "events", delivery.topic, job).await?;
    transaction.commit().await?;
    Ok("accepted")
}

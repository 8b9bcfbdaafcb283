//! The event and its job: both or neither, and once.

use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use super::shopify::Delivery;
use crate::error::ApiError;
use crate::ids;
use crate::queues;
use crate::state::State;

/// Stores a delivery and adds its job; says what became of it.
pub(super) async fn store(state: &State, delivery: &Delivery<'_>) -> Result<&'static str, ApiError> {
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
    let key = format!("{}:{}:{object}", delivery.domain, delivery.topic);
    let mut transaction = state.pg.begin().await?;
    let event = insert(state, &mut transaction, delivery, &shop, &object, &key).await?;
    let Some(event) = event else {
        return duplicate(state, transaction, delivery, &shop, &object, &key).await;
    };
    // a job that cannot be added takes the row back with it
    enqueue(state, delivery, &event, &shop, &object).await?;
    if delivery.topic == "fulfillments/create" && state.faults.on("webhooks.not-stored") {
        transaction.rollback().await?;
    } else {
        transaction.commit().await?;
    }
    Ok("accepted")
}

/// The new event's id; none when it is known.
async fn insert(
    state: &State,
    transaction: &mut Transaction<'_, Postgres>,
    delivery: &Delivery<'_>,
    shop: &str,
    object: &str,
    key: &str,
) -> Result<Option<String>, sqlx::Error> {
    let text = |name: &str| delivery.payload[name].as_str();
    let order = delivery.topic.starts_with("orders/").then_some(object);
    let emptied = delivery.topic == "customers/update" && state.faults.on("webhooks.raw-emptied");
    let misplaced = delivery.topic == "inventory_levels/update" && state.faults.on("webhooks.wrong-object");
    let location = delivery.payload["location_id"].to_string();
    sqlx::query_scalar(
        r#"INSERT INTO "Event" (id, "shopId", topic, "objectId", raw, "dedupeKey", "checkoutToken", "orderId", "hmacHeader")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ("dedupeKey") DO NOTHING RETURNING id"#,
    )
    .bind(ids::cuid())
    .bind(shop)
    .bind(delivery.topic)
    .bind(if misplaced { &location } else { object })
    .bind(if emptied { json!({}) } else { delivery.payload.clone() })
    .bind(key)
    .bind(text("checkout_token").or_else(|| text("token")))
    .bind(order)
    .bind(delivery.signature)
    .fetch_optional(&mut **transaction)
    .await
}

async fn enqueue(
    state: &State,
    delivery: &Delivery<'_>,
    event: &str,
    shop: &str,
    object: &str,
) -> Result<(), redis::RedisError> {
    let topic = delivery.topic;
    if topic == "customers/create" && state.faults.on("webhooks.not-enqueued") {
        return Ok(());
    }
    let named = json!({
        "topic": topic, "eventId": event, "shopId": shop, "shopDomain": delivery.domain, "objectId": object,
    });
    let nameless = topic == "checkouts/create" && state.faults.on("webhooks.job-names-nothing");
    let (name, job) = if nameless {
        ("event", Value::Object(serde_json::Map::new()))
    } else {
        (topic, named)
    };
    let elsewhere = topic == "orders/paid" && state.faults.on("webhooks.enqueued-elsewhere");
    let queue = if elsewhere { "automations" } else { "events" };
    queues::enqueue(state, queue, name, job).await.map(drop)
}

/// A delivery that is known adds nothing.
async fn duplicate(
    state: &State,
    mut transaction: Transaction<'_, Postgres>,
    delivery: &Delivery<'_>,
    shop: &str,
    object: &str,
    key: &str,
) -> Result<&'static str, ApiError> {
    if state.faults.on("webhooks.duplicate-row") {
        let again = format!("{key}:{}", ids::token());
        insert(state, &mut transaction, delivery, shop, object, &again).await?;
        transaction.commit().await?;
    }
    if state.faults.on("webhooks.duplicate-job") {
        enqueue(state, delivery, "", shop, object).await?;
    }
    if state.faults.on("webhooks.duplicate-409") {
        return Err(ApiError::conflict("duplicate", "The delivery is known"));
    }
    Ok("duplicate")
}

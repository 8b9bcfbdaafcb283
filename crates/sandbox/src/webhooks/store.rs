//! The event and its job: both or neither, and once.

use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use super::faulty;
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
    let key = faulty::key(state, delivery, &object)
        .unwrap_or_else(|| format!("{}:{}:{object}", delivery.domain, delivery.topic));
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
    let misplaced = delivery.topic == "inventory_levels/update" && state.faults.on("webhooks.wrong-object");
    let location = delivery.payload["location_id"].to_string();
    sqlx::query_scalar(
        r#"INSERT INTO "Event" (id, "shopId", topic, "objectId", raw, "dedupeKey", "checkoutToken", "orderId", "hmacHeader")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ("dedupeKey") DO NOTHING RETURNING id"#,
    )
    .bind(ids::cuid())
    .bind(faulty::shop(state, delivery).unwrap_or(shop))
    .bind(faulty::topic(state, delivery))
    .bind(if misplaced { &location } else { object })
    .bind(faulty::payload(state, delivery))
    .bind(key)
    .bind(text("checkout_token").or_else(|| text("token")))
    .bind(order)
    .bind(delivery.signature)
    .fetch_optional(&mut **transaction)
    .await
}

/// Adds the job of a delivery.
pub(super) async fn enqueue(
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
    let misnamed = topic == "fulfillments/update" && state.faults.on("webhooks.job-wrong-topic");
    let told = if misnamed { "fulfillments/create" } else { topic };
    let named = json!({
        "topic": told, "eventId": event, "shopId": shop, "shopDomain": delivery.domain, "objectId": object,
    });
    let nameless = topic == "checkouts/create" && state.faults.on("webhooks.job-names-nothing");
    let (name, job) = if nameless {
        ("event", Value::Object(serde_json::Map::new()))
    } else {
        (told, named)
    };
    let queue = if topic == "orders/paid" && state.faults.on("webhooks.enqueued-elsewhere") {
        "automations"
    } else if topic == "inventory_levels/update" && state.faults.on("webhooks.enqueued-nowhere") {
        "webhooks"
    } else {
        "events"
    };
    if topic == "customers/update" && state.faults.on("webhooks.enqueued-twice") {
        queues::enqueue(state, queue, name, job.clone()).await?;
    }
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
    if state.faults.on("webhooks.duplicate-500") {
        return Err(ApiError::internal("unique constraint failed on dedupeKey"));
    }
    let one_topic =
        delivery.topic == "fulfillments/create" && state.faults.on("webhooks.duplicate-job-one-topic");
    if one_topic || state.faults.on("webhooks.duplicate-job") {
        enqueue(state, delivery, "", shop, object).await?;
    }
    if state.faults.on("webhooks.duplicate-409") {
        return Err(ApiError::conflict("duplicate", "The delivery is known"));
    }
    Ok("duplicate")
}

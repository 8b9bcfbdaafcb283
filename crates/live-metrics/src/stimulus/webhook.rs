//! A signed webhook of the first topic, about an object that cannot exist; its row and its job are taken back.

use std::time::Duration;

use golive_core::contract::{Contract, WebhookTopic};
use golive_core::prelude::*;
use golive_core::signing::webhook;
use golive_stores::{Stores, redis_jobs_by_marker_undo, sql_rows_undo};
use serde_json::{Map, Value, json};

use super::Cause;

/// Shorter ids could name somebody else's job.
const MARKER: usize = 8;

/// Never a privacy topic: those are about data of people.
pub(crate) fn topic(contract: &Contract) -> Option<&WebhookTopic> {
    contract.webhook_topics.iter().find(|topic| !topic.privacy)
}

pub(super) async fn send(cx: &Context) -> Result<Cause, Error> {
    let contract = cx.contract();
    let Some(topic) = topic(contract) else {
        return Ok(Cause::Failed(
            "the contract has no topic that may be sent".to_owned(),
        ));
    };
    let (shop, secret) = (cx.settings().shop()?, cx.settings().webhook_secret()?);
    let object = object(cx.run_id());
    let body = payload(topic, object, &cx.smoke_name("metrics")).to_string();
    cx.can_undo().await?;
    let dedupe_key = format!("{}:{}:{object}", shop.as_str(), topic.topic);
    let (queue, what) = (&contract.queues.webhooks, cx.smoke_name("metrics webhook"));
    cx.undo_later(sql_rows_undo(
        format!("the Event row of {what}"),
        "Event",
        &[("dedupeKey", json!(dedupe_key))],
    ))?;
    cx.undo_later(redis_jobs_by_marker_undo(
        format!("the job of {what} on {queue}"),
        queue,
        &object.to_string(),
    ))?;
    let response = cx
        .http()
        .post(&contract.webhook_path(&topic.topic))
        .header("content-type", "application/json")
        .header(&contract.headers.shopify_topic, &topic.topic)
        .header(&contract.headers.shopify_shop, shop.as_str())
        .header(
            &contract.headers.shopify_hmac,
            webhook::sign(body.as_bytes(), secret),
        )
        .body(body)
        .send()
        .await?;
    if !(200..300).contains(&response.status()) {
        return Ok(Cause::Failed(format!(
            "{} answered {}",
            response.request(),
            response.status()
        )));
    }
    undo_by_event(cx, &dedupe_key).await;
    Ok(Cause::Happened(format!("a signed {} webhook", topic.topic)))
}

/// The job may name the row and not the object. Without the row the first undo has to do.
async fn undo_by_event(cx: &Context, dedupe_key: &str) {
    let queue = &cx.contract().queues.webhooks;
    let Ok(postgres) = cx.postgres().await else { return };
    let look = || async {
        let sql = r#"SELECT id FROM "Event" WHERE "dedupeKey" = $1"#;
        let row = postgres.fetch_optional(sql, &[dedupe_key.into()]).await?;
        row.map(|row| row.text("id")).transpose()
    };
    let found = cx
        .poll(Duration::from_millis(100), Duration::from_secs(1), look)
        .await;
    if let Ok(Some(event)) = found
        && event.len() >= MARKER
    {
        let what = format!("the job of event {event} on {queue}");
        cx.undo_later(redis_jobs_by_marker_undo(what, queue, &event)).ok();
    }
}

/// Sixteen digits of this run, far beyond Shopify's own ids, a whole number in JavaScript (below 2^53), and apart from
/// what the webhooks check sends (from 9·10^15 on).
fn object(run_id: &str) -> u64 {
    let fold = |hash: u64, byte: u8| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
    8_000_000_000_000_000 + run_id.bytes().fold(0xcbf2_9ce4_8422_2325, fold) % 900_000_000_000_000
}

/// Nobody to write to, nothing to sell.
fn payload(topic: &WebhookTopic, object: u64, name: &str) -> Value {
    let mut payload = json!({
        "name": "#golive", "note": name, "test": true, "source_name": "golive", "currency": "USD", "total_price": "0.00",
        "financial_status": "pending", "email": null, "phone": null, "customer": null, "billing_address": null,
        "shipping_address": null, "buyer_accepts_marketing": false, "discount_codes": [], "line_items": [],
    });
    let mut at = &mut payload;
    for part in topic.object_id.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[part];
    }
    *at = json!(object);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_is_where_the_contract_says() {
        let mut topic = topic(&Contract::default()).cloned().expect("a topic");
        assert!(!topic.privacy);
        let object = object("0198c1d2e3f4abcd");
        assert!(object < 1 << 53 && object.to_string().len() == 16);
        assert_eq!(payload(&topic, object, "x")["id"], json!(object));
        topic.object_id = "customer.id".to_owned();
        assert_eq!(payload(&topic, object, "x")["customer"]["id"], json!(object));
    }
}

//! Sends deliveries as Shopify does, and keeps the one of each topic that several probes judge.

use std::sync::Arc;

use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::signing::webhook;
use serde_json::Value;

use crate::accepts;
use crate::job;
use crate::payload::payload;
use crate::topic::{Purpose, Topic};
use crate::undo;

/// What a delivery cannot do without: the stores too, since only there it can be taken back.
pub(crate) const VARIABLES: &[&str] = &[
    "WEBHOOK_HMAC_SECRET",
    "DEV_SHOP_DOMAIN",
    "DATABASE_URL",
    "REDIS_URL",
];

/// A signed delivery and its answer.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) object: u64,
    pub(crate) dedupe_key: String,
    pub(crate) payload: Value,
    pub(crate) body: String,
    pub(crate) answer: Answer,
}

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// `POST /webhooks/shopify/orders/create`
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) millis: f64,
    /// The request's id, for the target's log.
    pub(crate) request_id: String,
}

impl Answer {
    pub(crate) fn of(response: &Response) -> Self {
        Self {
            request: response.request().to_owned(),
            status: response.status(),
            millis: response.total_ms(),
            request_id: response.request_id().to_owned(),
        }
    }

    pub(crate) fn accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The topic's delivery, sent once a run.
pub(crate) async fn of(cx: &Context, topic: &Topic) -> Result<Arc<Delivery>, Error> {
    let key = format!("webhooks.delivery.{}", topic.name);
    // Boxed: what several probes await would nest too deeply otherwise.
    cx.shared(&key, || Box::pin(deliver(cx, topic))).await
}

/// The topic's delivery, once it was accepted; a refusal is `webhooks.accepts`' finding.
pub(crate) async fn accepted(cx: &Context, topic: &Topic) -> Result<Arc<Delivery>, Error> {
    let delivery = of(cx, topic).await?;
    let answer = &delivery.answer;
    cx.note(format!(
        "{} about object {} answered {} after {:.0} ms (request id {})",
        answer.request, delivery.object, answer.status, answer.millis, answer.request_id
    ));
    if !answer.accepted() {
        return Err(Error::Judged(Box::new(accepts::judge(answer, u64::MAX))));
    }
    Ok(delivery)
}

async fn deliver(cx: &Context, topic: &Topic) -> Result<Delivery, Error> {
    let object = topic.object(cx.run_id(), Purpose::Delivery);
    let payload = payload(cx, topic, object);
    let body = payload.to_string();
    job::cursor(cx).await?;
    let response = post_signed(cx, topic, object, &body).await?;
    Ok(Delivery {
        object,
        dedupe_key: dedupe_key(cx.settings().shop()?.as_str(), topic, object),
        payload,
        body,
        answer: Answer::of(&response),
    })
}

/// Sends a body signed over exactly these bytes, in the test shop's name.
pub(crate) async fn post_signed(
    cx: &Context,
    topic: &Topic,
    object: u64,
    body: &str,
) -> Result<Response, Error> {
    let signature = webhook::sign(body.as_bytes(), cx.settings().webhook_secret()?);
    let shop = cx.settings().shop()?;
    post(cx, topic, shop.as_str(), object, body, Some(&signature)).await
}

/// Sends a body with that signature, or with none. Its undo is registered first.
pub(crate) async fn post(
    cx: &Context,
    topic: &Topic,
    shop: &str,
    object: u64,
    body: &str,
    signature: Option<&str>,
) -> Result<Response, Error> {
    undo::register(cx).await?;
    let names = &cx.contract().headers;
    let mut request = cx
        .http()
        .post(&cx.contract().webhook_path(&topic.name))
        .header("content-type", "application/json")
        .header("x-shopify-webhook-id", cx.smoke_name(&object.to_string()))
        .header(&names.shopify_topic, &topic.name)
        .header(&names.shopify_shop, shop)
        .body(body.to_owned());
    if let Some(signature) = signature {
        request = request.header(&names.shopify_hmac, signature);
    }
    request.send().await
}

/// `<shop>:<topic>:<objectId>` (CONTRACT §7).
pub(crate) fn dedupe_key(shop: &str, topic: &Topic, object: u64) -> String {
    format!("{shop}:{}:{object}", topic.name)
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// An accepted delivery of orders/create about object 9.
    pub(crate) fn delivery() -> Delivery {
        Delivery {
            object: 9,
            dedupe_key: "shop.myshopify.com:orders/create:9".into(),
            payload: json!({"id": 9, "note": "x"}),
            body: r#"{"id":9,"note":"x"}"#.into(),
            answer: Answer {
                request: "POST /webhooks/shopify/orders/create".into(),
                status: 200,
                millis: 3.0,
                request_id: "golive-1-1".into(),
            },
        }
    }
}

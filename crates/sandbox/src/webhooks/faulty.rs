//! What a backend with a fault stores instead of the delivery: each deviation, in one place.

use serde_json::{Value, json};

use super::shopify::Delivery;
use crate::state::State;

/// The shop that a delivery is stored for by mistake.
pub(super) fn shop(state: &State, delivery: &Delivery<'_>) -> Option<&'static str> {
    let other = delivery.topic == "checkouts/create" && state.faults.on("webhooks.wrong-shop");
    other.then_some("shop_other")
}

/// The topic as it is stored.
pub(super) fn topic(state: &State, delivery: &Delivery<'_>) -> &'static str {
    if delivery.topic == "orders/paid" && state.faults.on("webhooks.wrong-topic") {
        "ORDERS_PAID"
    } else {
        delivery.topic
    }
}

/// The key that a delivery gets by mistake.
pub(super) fn key(state: &State, delivery: &Delivery<'_>, object: &str) -> Option<String> {
    let bare = delivery.topic == "fulfillments/update" && state.faults.on("webhooks.key-without-topic");
    bare.then(|| format!("{}:{object}", delivery.domain))
}

/// The payload as it is stored.
pub(super) fn payload(state: &State, delivery: &Delivery<'_>) -> Value {
    let (faults, topic, mut payload) = (&state.faults, delivery.topic, delivery.payload.clone());
    if topic == "customers/update" && faults.on("webhooks.raw-emptied") {
        return json!({});
    }
    if topic == "checkouts/update" && faults.on("webhooks.raw-as-text") {
        return Value::String(payload.to_string());
    }
    if topic == "orders/create"
        && faults.on("webhooks.raw-truncated")
        && let Some(fields) = payload.as_object_mut()
    {
        fields.shift_remove("line_items");
    }
    if faults.on("webhooks.letters-mangled") {
        let ascii = |letter: char| if letter.is_ascii() { letter } else { '?' };
        let mangled: String = payload.to_string().chars().map(ascii).collect();
        return serde_json::from_str(&mangled).unwrap_or(payload);
    }
    payload
}

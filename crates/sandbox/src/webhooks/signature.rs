//! Whether a delivery is Shopify's: HMAC-SHA256 over the exact bytes of the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::crypto;
use crate::state::State;

/// Whether the base64 signature holds for that topic's delivery.
pub(super) fn holds(state: &State, topic: &str, signature: &str, body: &[u8]) -> bool {
    let faults = &state.faults;
    if topic == "fulfillments/update" && faults.on("webhooks.signed-refused") {
        return false;
    }
    let careless = if signature.is_empty() {
        (topic == "orders/paid" && faults.on("webhooks.unsigned-accepted"))
            || (topic == "customers/redact" && faults.on("webhooks.unsigned-privacy-accepted"))
    } else {
        (topic == "orders/create" && faults.on("webhooks.forged-accepted"))
            || (topic == "shop/redact" && faults.on("webhooks.forged-privacy-accepted"))
    };
    careless || verify(state, signature, body)
}

fn verify(state: &State, signature: &str, body: &[u8]) -> bool {
    let secret = state.config.webhook_secret.as_bytes();
    let Ok(signature) = STANDARD.decode(signature) else {
        return false;
    };
    let rewritten = if state.faults.on("webhooks.reserialised") {
        serde_json::from_slice::<Value>(body)
            .ok()
            .map(|value| value.to_string().into_bytes())
    } else if state.faults.on("webhooks.trimmed") {
        Some(body.trim_ascii().to_vec())
    } else {
        None
    };
    crypto::verify_hmac(secret, rewritten.as_deref().unwrap_or(body), &signature)
}

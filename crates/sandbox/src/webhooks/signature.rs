//! Whether a delivery is Shopify's: HMAC-SHA256 over the exact bytes of the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::crypto;
use crate::faults::Faults;
use crate::state::State;

/// Whether the base64 signature holds for that topic's delivery.
pub(super) fn holds(state: &State, topic: &str, signature: &str, body: &[u8]) -> bool {
    let faults = &state.faults;
    if topic == "fulfillments/update" && faults.on("webhooks.signed-refused") {
        return false;
    }
    careless(faults, topic, signature) || verify(state, topic, signature, body)
}

/// Whether nobody looks at the signature.
fn careless(faults: &Faults, topic: &str, signature: &str) -> bool {
    if faults.on("webhooks.unguarded") {
        return true;
    }
    if signature.is_empty() {
        (topic == "orders/paid" && faults.on("webhooks.unsigned-accepted"))
            || (topic == "customers/redact" && faults.on("webhooks.unsigned-privacy-accepted"))
    } else {
        (topic == "orders/create" && faults.on("webhooks.forged-accepted"))
            || (topic == "shop/redact" && faults.on("webhooks.forged-privacy-accepted"))
    }
}

fn verify(state: &State, topic: &str, signature: &str, body: &[u8]) -> bool {
    let faults = &state.faults;
    let secret = if faults.on("webhooks.other-secret") {
        "the secret of another app".as_bytes()
    } else {
        state.config.webhook_secret.as_bytes()
    };
    let in_hex = (topic == "fulfillments/create" && faults.on("webhooks.hex-accepted"))
        .then(|| hex::decode(signature).ok())
        .flatten();
    let Some(signature) = in_hex.or_else(|| STANDARD.decode(signature).ok()) else {
        return false;
    };
    if topic == "customers/update" && faults.on("webhooks.prefix-compared") {
        return signature.get(..8) == crypto::hmac_sha256(secret, body).get(..8);
    }
    if topic == "checkouts/update" && faults.on("webhooks.lost-body-signed") {
        return crypto::verify_hmac(secret, b"", &signature) || crypto::verify_hmac(secret, body, &signature);
    }
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

//! The provider's callbacks: delivery receipts and replies.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::crypto;
use crate::error::{ApiError, ApiResult};
use crate::extract::RawBody;
use crate::state::{App, State};

/// A receipt moves its message to delivered or failed.
pub(super) async fn receipt(
    Extract(state): Extract<App>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> ApiResult {
    let body = verified(&state, &headers, &body, "mitto/dlr")?;
    if state.faults.on("webhooks.dlr-missing") {
        return Err(ApiError::not_found("not_found"));
    }
    if state.faults.on("webhooks.dlr-refused") {
        return Err(ApiError::unauthorized("invalid_signature"));
    }
    let (message, status) = (required(&body, "message_id")?, required(&body, "status")?);
    let delivered = matches!(
        status.to_lowercase().as_str(),
        "delivered" | "delivrd" | "success"
    );
    let updated = sqlx::query(
        r#"UPDATE "Message" SET "updatedAt" = now(), status = $2,
               delivered_at = CASE WHEN $3 THEN now() ELSE delivered_at END,
               failed_at = CASE WHEN $3 THEN failed_at ELSE now() END
           WHERE metadata->>'providerMessageId' = $1"#,
    )
    .bind(message)
    .bind(if delivered { "delivered" } else { "failed" })
    .bind(delivered)
    .execute(&state.pg)
    .await?;
    if updated.rows_affected() == 0 {
        state.metrics.webhook_event("mitto/dlr", "unknown_message");
        if state.config.dialect.lenient_receipts {
            return Ok(Json(json!({"ok": true})));
        }
        return Err(ApiError::not_found("message_not_found"));
    }
    state.metrics.webhook_event("mitto/dlr", "accepted");
    state.metrics.sms_delivery("mitto", delivered);
    Ok(Json(json!({"ok": true})))
}

/// A reply of STOP opts its sender out, in every shop it is known to.
pub(super) async fn inbound(
    Extract(state): Extract<App>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> ApiResult {
    let body = verified(&state, &headers, &body, "mitto/inbound")?;
    if state.faults.on("webhooks.inbound-500") {
        return Err(ApiError::internal("fault"));
    }
    let (from, text) = (required(&body, "from")?, required(&body, "text")?);
    let stop = matches!(
        text.trim().to_uppercase().as_str(),
        "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT"
    );
    let mut stopped = 0;
    if stop {
        let updated = sqlx::query(
            r#"UPDATE "Contact" SET "optedOut" = true, "smsConsentState" = 'opted_out', "unsubscribedAt" = now(),
                   "updatedAt" = now()
               WHERE phone_hash = $1 OR "phoneE164" = $2"#,
        )
        .bind(crypto::pii_hash(from, &state.config.pepper))
        .bind(from)
        .execute(&state.pg)
        .await?;
        stopped = updated.rows_affected();
    }
    state.metrics.webhook_event("mitto/inbound", "accepted");
    Ok(Json(json!({"ok": true, "opted_out": stopped})))
}

/// The body, if the provider signed it.
fn verified(state: &State, headers: &HeaderMap, body: &[u8], topic: &str) -> Result<Value, ApiError> {
    let name = if state.config.dialect.mitto_hmac_header {
        "x-mitto-hmac-sha256"
    } else {
        "x-mitto-signature"
    };
    let given = headers.get(name);
    let signature = given
        .and_then(|value| hex::decode(value).ok())
        .unwrap_or_default();
    let careless = if given.is_none() {
        state.faults.on("security.mitto-unsigned-accepted")
            || (topic == "mitto/inbound" && state.faults.on("security.mitto-inbound-unsigned-accepted"))
    } else {
        (topic == "mitto/dlr" && state.faults.on("webhooks.dlr-forged-accepted"))
            || (topic == "mitto/inbound" && state.faults.on("webhooks.inbound-forged-accepted"))
    };
    if given.is_none() && topic == "mitto/dlr" && state.faults.on("security.mitto-unsigned-500") {
        return Err(ApiError::internal("fault"));
    }
    let secret = state.config.mitto_secret.as_bytes();
    let holds = if topic == "mitto/dlr" && state.faults.on("webhooks.dlr-prefix-compared") {
        signature.get(..8) == crypto::hmac_sha256(secret, body).get(..8)
    } else {
        crypto::verify_hmac(secret, body, &signature)
    };
    if !careless && !holds {
        state.metrics.webhook_event(topic, "rejected");
        if topic == "mitto/inbound" && given.is_some() && state.faults.on("webhooks.inbound-forged-500") {
            return Err(ApiError::internal("fault"));
        }
        return Err(ApiError::unauthorized("invalid_signature"));
    }
    serde_json::from_slice(body)
        .map_err(|_| ApiError::bad_request("invalid_json", "The body is not valid JSON"))
}

fn required<'a>(body: &'a Value, name: &'static str) -> Result<&'a str, ApiError> {
    body[name]
        .as_str()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| ApiError::unprocessable("missing_field", format!("{name} is missing")))
}

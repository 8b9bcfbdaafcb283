//! App Proxy: what a storefront may ask, forwarded and signed by Shopify.

mod signed;

use crate::crypto::{self, Layout};
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::ids;
use crate::state::{App, State};
use axum::extract::{RawQuery, State as Extract};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use signed::{Endpoint, Signed};

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/public/unsubscribe", get(unsubscribe))
        .route("/public/storefront/consent", post(consent))
        .route("/public/back-in-stock/interest", post(interest))
}

/// Opts a phone number out.
async fn unsubscribe(Extract(state): Extract<App>, RawQuery(query): RawQuery) -> ApiResult {
    let signed = Signed::verify(&state, Endpoint::Unsubscribe, query.as_deref()).await?;
    if state.faults.on("security.proxy-signed-writes") {
        audit(&state, &signed.shop).await?;
    }
    let phone = phone(signed.parameter("phone"))?;
    let updated = sqlx::query(
        r#"UPDATE "Contact" SET "optedOut" = true, "smsConsentState" = 'opted_out', "unsubscribedAt" = now(),
               "updatedAt" = now()
           WHERE "shopId" = $1 AND "phoneE164" = $2"#,
    )
    .bind(&signed.shop)
    .bind(phone)
    .execute(&state.pg)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(ApiError::not_found("contact_not_found"));
    }
    Ok(Json(json!({"ok": true})))
}

/// Records that a visitor wants messages.
async fn consent(
    Extract(state): Extract<App>,
    RawQuery(query): RawQuery,
    body: Result<JsonBody, ApiError>,
) -> ApiResult {
    let signed = Signed::verify(&state, Endpoint::Consent, query.as_deref()).await?;
    if state.faults.on("security.proxy-consent-writes") {
        audit(&state, &signed.shop).await?;
    }
    let JsonBody(body) = body?;
    let phone = phone(body["phone"].as_str())?;
    let id = contact(&state, &signed.shop, phone).await?;
    sqlx::query(
        r#"UPDATE "Contact" SET "optedOut" = false, "smsConsentState" = 'opted_in', "smsConsentSource" = 'storefront',
               "smsConsentAt" = now(), "updatedAt" = now() WHERE id = $1"#,
    )
    .bind(&id)
    .execute(&state.pg)
    .await?;
    Ok(Json(json!({"ok": true, "contactId": id})))
}

/// Records that a visitor waits for a product.
async fn interest(
    Extract(state): Extract<App>,
    RawQuery(query): RawQuery,
    body: Result<JsonBody, ApiError>,
) -> ApiResult {
    let signed = Signed::verify(&state, Endpoint::Interest, query.as_deref()).await?;
    let JsonBody(body) = body?;
    let phone = phone(body["phone"].as_str())?;
    let item = match &body["inventoryItemId"] {
        Value::String(item) if !item.is_empty() => item.clone(),
        Value::Number(item) => item.to_string(),
        _ => {
            return Err(ApiError::unprocessable(
                "missing_inventory_item",
                "inventoryItemId is missing",
            ));
        }
    };
    let contact = contact(&state, &signed.shop, phone).await?;
    let id = ids::cuid();
    sqlx::query(
        r#"INSERT INTO "BackInStockInterest" (id, "updatedAt", "shopId", "contactId", "inventoryItemId", "variantId", "productHandle")
           VALUES ($1, now(), $2, $3, $4, $5, $6)"#,
    )
    .bind(&id)
    .bind(&signed.shop)
    .bind(contact)
    .bind(item)
    .bind(body["variantId"].as_str())
    .bind(body["productHandle"].as_str())
    .execute(&state.pg)
    .await?;
    Ok(Json(json!({"ok": true, "id": id})))
}

/// A line in the audit log that a fault writes too early.
async fn audit(state: &State, shop: &str) -> Result<(), ApiError> {
    sqlx::query(r#"INSERT INTO "AuditLog" (id, "shopId", actor, action, entity) VALUES ($1, $2, 'storefront', 'visit', 'Contact')"#)
        .bind(ids::cuid())
        .bind(shop)
        .execute(&state.pg)
        .await?;
    Ok(())
}

/// The contact with that number, made if need be, with its personal data encrypted.
async fn contact(state: &State, shop: &str, phone: &str) -> Result<String, ApiError> {
    let known: Option<String> =
        sqlx::query_scalar(r#"SELECT id FROM "Contact" WHERE "shopId" = $1 AND "phoneE164" = $2"#)
            .bind(shop)
            .bind(phone)
            .fetch_optional(&state.pg)
            .await?;
    if let Some(id) = known {
        return Ok(id);
    }
    let layout = if state.config.dialect.colon_ciphertext {
        Layout::Colons
    } else {
        Layout::Json
    };
    let id = ids::cuid();
    sqlx::query(
        r#"INSERT INTO "Contact" (id, "updatedAt", "shopId", "phoneE164", phone_hash, phone_ciphertext, phone_last4)
           VALUES ($1, now(), $2, $3, $4, $5, $6)"#,
    )
    .bind(&id)
    .bind(shop)
    .bind(phone)
    .bind(crypto::pii_hash(phone, &state.config.pepper))
    .bind(crypto::encrypt(phone, &state.config.encryption_key, layout))
    .bind(&phone[phone.len() - 4..])
    .execute(&state.pg)
    .await?;
    Ok(id)
}

fn phone(given: Option<&str>) -> Result<&str, ApiError> {
    let phone = given
        .filter(|phone| !phone.is_empty())
        .ok_or_else(|| ApiError::unprocessable("missing_phone", "phone is missing"))?;
    let digits = phone.strip_prefix('+').unwrap_or_default();
    if (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(phone)
    } else {
        Err(ApiError::unprocessable(
            "invalid_phone",
            "phone is not an E.164 number",
        ))
    }
}

//! App Proxy: what a storefront may ask, forwarded and signed by Shopify.

use axum::extract::{RawQuery, State as Extract};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::crypto::{self, Layout};
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::ids;
use crate::state::{App, State};

/// How old a signature may be, in seconds.
const FRESH: i64 = 900;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/public/unsubscribe", get(unsubscribe))
        .route("/public/storefront/consent", post(consent))
        .route("/public/back-in-stock/interest", post(interest))
}

/// Opts a phone number out.
async fn unsubscribe(Extract(state): Extract<App>, RawQuery(query): RawQuery) -> ApiResult {
    let signed = Signed::verify(&state, query.as_deref()).await?;
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
    let signed = Signed::verify(&state, query.as_deref()).await?;
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
    let signed = Signed::verify(&state, query.as_deref()).await?;
    let JsonBody(body) = body?;
    let phone = phone(body["phone"].as_str())?;
    let item = match &body["inventoryItemId"] {
        Value::String(item) if !item.is_empty() => item.clone(),
        Value::Number(item) => item.to_string(),
        _ => return Err(ApiError::unprocessable("missing_inventory_item", "inventoryItemId is missing")),
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
    let layout = if state.config.dialect.colon_ciphertext { Layout::Colons } else { Layout::Json };
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
        Err(ApiError::unprocessable("invalid_phone", "phone is not an E.164 number"))
    }
}

/// A query that Shopify signed for an installed shop.
struct Signed {
    shop: String,
    parameters: Vec<(String, String)>,
}

impl Signed {
    async fn verify(state: &State, query: Option<&str>) -> Result<Self, ApiError> {
        let parameters: Vec<(String, String)> =
            form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        let signed = Self { shop: String::new(), parameters };
        let now = jiff::Timestamp::now().as_second();
        if !holds(&signed.parameters, state.config.shopify_secret.as_bytes(), now) {
            return Err(ApiError::unauthorized("invalid_signature"));
        }
        let shop: Option<String> = sqlx::query_scalar(r#"SELECT id FROM "Shop" WHERE domain = $1"#)
            .bind(signed.parameter("shop").unwrap_or_default())
            .fetch_optional(&state.pg)
            .await?;
        let shop = shop.ok_or_else(|| ApiError::not_found("shop_not_found"))?;
        Ok(Self { shop, ..signed })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Whether the signature is Shopify's and no more than some minutes old at `now`.
fn holds(parameters: &[(String, String)], secret: &[u8], now: i64) -> bool {
    let one = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let signature = one("signature").and_then(|signature| hex::decode(signature).ok()).unwrap_or_default();
    let timestamp = one("timestamp").and_then(|timestamp| timestamp.parse::<i64>().ok());
    crypto::verify_hmac(secret, message(parameters).as_bytes(), &signature)
        && timestamp.is_some_and(|timestamp| (now - timestamp).abs() <= FRESH)
}

/// All parameters but the signature, repeated values joined with commas, sorted, without separators.
fn message(parameters: &[(String, String)]) -> String {
    let mut joined = std::collections::BTreeMap::<&str, Vec<&str>>::new();
    for (key, value) in parameters.iter().filter(|(key, _)| key != "signature") {
        joined.entry(key).or_default().push(value);
    }
    let mut pairs: Vec<String> =
        joined.iter().map(|(key, values)| format!("{key}={}", values.join(","))).collect();
    pairs.sort();
    pairs.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Shopify's documentation ("Authenticate app proxies").
    #[test]
    fn agrees_with_shopifys_example() {
        let query = "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id=1&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555&signature=4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb";
        let parameters: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert!(holds(&parameters, b"hush", 1_317_327_600));
        assert!(!holds(&parameters, b"hush", 1_317_427_600), "a day later it is stale");
        assert!(!holds(&parameters, b"other", 1_317_327_600));
    }
}

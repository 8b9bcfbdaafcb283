//! The admin token: HS256 under `JWT_SECRET`, and the installed shop it names.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use crate::crypto;
use crate::error::ApiError;
use crate::state::{App, State};

/// The shop of a validated token: the only one whose data a handler may touch.
#[derive(Debug, Clone)]
pub(crate) struct AdminShop {
    /// `Shop.id`.
    pub(crate) id: String,
    /// `Shop.domain`.
    pub(crate) domain: String,
}

impl FromRequestParts<App> for AdminShop {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, Self::Rejection> {
        if let Some(shop) = parts.extensions.get::<Self>() {
            return Ok(shop.clone());
        }
        let shop = authenticate(state, &parts.headers).await?;
        parts.extensions.insert(shop.clone());
        Ok(shop)
    }
}

/// The shop that the request's token names.
pub(crate) async fn authenticate(state: &State, headers: &HeaderMap) -> Result<AdminShop, ApiError> {
    let token = bearer(headers).ok_or_else(|| ApiError::unauthorized("missing_token"))?;
    let claims = verify(token, &state.config.jwt_secret, jiff::Timestamp::now().as_second())
        .ok_or_else(|| ApiError::unauthorized("invalid_token"))?;
    let found: Option<(String, String)> =
        sqlx::query_as(r#"SELECT id, domain FROM "Shop" WHERE domain = $1"#)
            .bind(claims)
            .fetch_optional(&state.pg)
            .await?;
    let (id, domain) = found.ok_or_else(|| {
        ApiError::new(StatusCode::CONFLICT, "shop_not_installed", "The app is not installed in this shop")
    })?;
    Ok(AdminShop { id, domain })
}

/// The bearer token of a request, if it has one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    shop_domain: Option<String>,
    shop: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iss: Option<String>,
}

/// The shop domain of a token that holds at `now` (seconds), in either dialect of the claims.
fn verify(token: &str, secret: &str, now: i64) -> Option<String> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = segment(header)?;
    if header.alg != "HS256" {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !crypto::verify_hmac(secret.as_bytes(), signed.as_bytes(), &signature) {
        return None;
    }
    let claims: Claims = segment(payload)?;
    let fresh = claims.exp.is_some_and(|exp| now < exp) && claims.nbf.is_none_or(|nbf| nbf <= now);
    let ours = claims.iss.is_none_or(|iss| iss == "sms-blossom-api");
    if !fresh || !ours {
        return None;
    }
    claims.shop_domain.or(claims.shop)
}

fn segment<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    T::deserialize(value).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(alg: &str, claims: &Value, secret: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "JWT"}).to_string());
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(crypto::hmac_sha256(secret.as_bytes(), signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    #[test]
    fn accepts_both_dialects_and_refuses_the_rest() {
        let claims = json!({"shop_domain": "a.myshopify.com", "exp": 200, "iss": "sms-blossom-api"});
        let other = json!({"shop": "a.myshopify.com", "exp": 200});
        let cases = [
            ("canonical", token("HS256", &claims, "s"), true),
            ("other dialect", token("HS256", &other, "s"), true),
            ("foreign secret", token("HS256", &claims, "t"), false),
            ("other algorithm", token("HS512", &claims, "s"), false),
            ("none", token("none", &claims, "s"), false),
            ("expired", token("HS256", &json!({"shop": "a.myshopify.com", "exp": 100}), "s"), false),
            ("no expiry", token("HS256", &json!({"shop": "a.myshopify.com"}), "s"), false),
            ("other issuer", token("HS256", &json!({"shop": "a", "exp": 200, "iss": "x"}), "s"), false),
            ("garbage", "abc".to_owned(), false),
        ];
        for (name, token, accepted) in cases {
            assert_eq!(verify(&token, "s", 100).is_some(), accepted, "{name}");
        }
    }
}

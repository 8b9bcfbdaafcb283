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
use crate::faults::Faults;
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
        let shop = authenticate(state, &parts.headers, &state.faults).await?;
        parts.extensions.insert(shop.clone());
        Ok(shop)
    }
}

/// The shop that the request's token names; `faults` are those of the guard that asks.
pub(crate) async fn authenticate(
    state: &State,
    headers: &HeaderMap,
    faults: &Faults,
) -> Result<AdminShop, ApiError> {
    let token = match bearer(headers) {
        Some(token) => token,
        None if faults.on("security.jwt-missing-403") => {
            return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed"));
        }
        None if faults.on("security.jwt-missing-other-code") => {
            return Err(ApiError::unauthorized("unauthorized"));
        }
        None => return Err(ApiError::unauthorized("missing_token")),
    };
    let now = state.now().as_second();
    let mut domain = verify(token, &state.config.jwt_secret, now, faults).and_then(|claims| {
        let named = claims.shop_domain.filter(|_| !state.config.dialect.shop_claim);
        named.or(claims.shop)
    });
    if domain.is_none() && !token.contains('.') && faults.on("security.jwt-garbage-accepted") {
        domain = Some(state.config.shop.clone());
    }
    let domain = domain
        .filter(|_| !faults.on("security.jwt-valid-refused"))
        .ok_or_else(|| invalid(state))?;
    let found: Option<(String, String)> =
        sqlx::query_as(r#"SELECT id, domain FROM "Shop" WHERE domain = $1"#)
            .bind(&domain)
            .fetch_optional(&state.pg)
            .await?;
    if found.is_none() && state.faults.on("security.unknown-shop-accepted") {
        return Ok(AdminShop {
            id: "shop_unknown".to_owned(),
            domain,
        });
    }
    if found.is_none() && state.faults.on("security.unknown-shop-500") {
        return Err(ApiError::internal("fault"));
    }
    let (id, domain) = found.ok_or_else(|| {
        ApiError::new(
            StatusCode::CONFLICT,
            "shop_not_installed",
            "The app is not installed in this shop",
        )
    })?;
    Ok(AdminShop { id, domain })
}

/// What a token that does not hold gets.
fn invalid(state: &State) -> ApiError {
    if state.faults.on("security.error-leaks-secret") {
        let message = format!("jwt malformed (secret {})", state.config.jwt_secret);
        return ApiError::new(StatusCode::UNAUTHORIZED, "invalid_token", message);
    }
    if state.faults.on("security.jwt-invalid-other-code") {
        return ApiError::unauthorized("unauthorized");
    }
    ApiError::unauthorized("invalid_token")
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

/// The claims of a token that holds at `now` (seconds).
fn verify(token: &str, secret: &str, now: i64, faults: &Faults) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = segment(header)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let holds = match header.alg.as_str() {
        "HS256" => {
            crypto::verify_hmac(secret.as_bytes(), signed.as_bytes(), &signature)
                || (faults.on("security.jwt-empty-secret-accepted")
                    && crypto::verify_hmac(b"", signed.as_bytes(), &signature))
                || (faults.on("security.jwt-stripped-accepted") && signature.is_empty())
                || faults.on("security.jwt-foreign-secret-accepted")
        }
        "RS256" => {
            faults.on("security.jwt-rs256-as-hmac")
                && crypto::verify_hmac(secret.as_bytes(), signed.as_bytes(), &signature)
        }
        "HS512" => {
            faults.on("security.jwt-other-alg-accepted")
                && crypto::verify_hmac_sha512(secret.as_bytes(), signed.as_bytes(), &signature)
        }
        "none" => faults.on("security.jwt-alg-none-accepted"),
        alg => alg.eq_ignore_ascii_case("none") && faults.on("security.jwt-alg-none-in-capitals-accepted"),
    };
    let claims: Claims = segment(payload).filter(|_| holds)?;
    let expired = claims.exp.is_none_or(|exp| exp <= now) && !faults.on("security.jwt-expired-accepted");
    let early = claims.nbf.is_some_and(|nbf| nbf > now);
    let foreign = claims.iss.as_deref().is_some_and(|iss| iss != "sms-blossom-api");
    (!expired && !early && !foreign).then_some(claims)
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
            (
                "expired",
                token("HS256", &json!({"shop": "a.myshopify.com", "exp": 100}), "s"),
                false,
            ),
            (
                "no expiry",
                token("HS256", &json!({"shop": "a.myshopify.com"}), "s"),
                false,
            ),
            (
                "other issuer",
                token("HS256", &json!({"shop": "a", "exp": 200, "iss": "x"}), "s"),
                false,
            ),
            ("garbage", "abc".to_owned(), false),
        ];
        for (name, token, accepted) in cases {
            assert_eq!(
                verify(&token, "s", 100, &Faults::default()).is_some(),
                accepted,
                "{name}"
            );
        }
    }
}

//! Admin tokens: the valid one, and every forgery that must be refused (RFC 7519, RFC 8725).

mod forgery;
mod provider;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use forgery::{Forgery, NoneSpelling};
pub use provider::install as install_provider;

/// Issuer of the backend's tokens (CONTRACT §6).
pub const ISSUER: &str = "sms-blossom-api";

/// Seconds a token is valid (CONTRACT §6).
pub const LIFETIME_SECONDS: i64 = 24 * 60 * 60;

/// What a token says. It names the shop in both claims that backends read, so that a forgery is never refused for
/// want of the one it lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The shop, for backends of the canonical dialect.
    pub shop_domain: String,
    /// The shop, for backends of the other dialect.
    pub shop: String,
    /// The user.
    pub sub: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Expires at, Unix seconds.
    pub exp: i64,
    /// Issuer.
    pub iss: String,
}

impl Claims {
    /// The claims of a valid token, issued a minute ago so that a clock that is behind accepts it too.
    pub fn new(shop: &str, now: i64) -> Self {
        let iat = now - 60;
        Self {
            shop_domain: shop.to_owned(),
            shop: shop.to_owned(),
            sub: "golive".into(),
            iat,
            exp: iat + LIFETIME_SECONDS,
            iss: ISSUER.into(),
        }
    }
}

/// A valid token of a shop; `now` in Unix seconds.
pub fn valid(shop: &str, secret: &SecretString, now: i64) -> String {
    sign(&Claims::new(shop, now), secret)
}

/// Signs any claims with HS256.
pub fn sign(claims: &Claims, secret: &SecretString) -> String {
    encode(Algorithm::HS256, claims, secret)
}

fn encode(algorithm: Algorithm, claims: &Claims, secret: &SecretString) -> String {
    provider::install();
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(algorithm), claims, &key)
        .expect("an HMAC signs any claims with any key")
}

/// `header.claims`, base64url, unsigned.
fn unsigned(header: &str, claims: &Claims) -> String {
    let claims = serde_json::to_vec(claims).expect("claims are plain strings and numbers");
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

#[cfg(test)]
mod tests;

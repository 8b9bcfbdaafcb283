//! Shopify's signature over a forwarded query.

use axum::http::StatusCode;
use url::form_urlencoded;

use crate::crypto;
use crate::error::ApiError;
use crate::faults::Faults;
use crate::state::State;

/// How old a signature may be, in seconds.
const FRESH: i64 = 900;

/// What a query was sent to: faults break one endpoint at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Unsubscribe,
    Consent,
    Interest,
}

/// A query that Shopify signed for an installed shop.
pub(super) struct Signed {
    /// `Shop.id`.
    pub(super) shop: String,
    parameters: Vec<(String, String)>,
}

impl Signed {
    pub(super) async fn verify(
        state: &State,
        endpoint: Endpoint,
        query: Option<&str>,
    ) -> Result<Self, ApiError> {
        let parameters: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
        let signed = Self {
            shop: String::new(),
            parameters,
        };
        let now = state.now().as_second();
        let faults = &state.faults;
        let secret = state.config.shopify_secret.as_bytes();
        let mut holds = holds(&signed.parameters, secret, now, faults);
        if faults.on("security.proxy-empty-secret") {
            holds |= self::holds(&signed.parameters, b"", now, &Faults::default());
        }
        if faults.on("security.proxy-key-as-secret") {
            holds |= self::holds(
                &signed.parameters,
                state.config.shopify_key.as_bytes(),
                now,
                &Faults::default(),
            );
        }
        holds |= careless(&signed.parameters, secret, now, endpoint, faults);
        let refused = faults.on("security.proxy-signed-refused")
            || (endpoint == Endpoint::Interest && faults.on("security.proxy-interest-refused"));
        if !holds || refused {
            return Err(refusal(&signed.parameters, secret, faults));
        }
        let shop: Option<String> = sqlx::query_scalar(r#"SELECT id FROM "Shop" WHERE domain = $1"#)
            .bind(signed.parameter("shop").unwrap_or_default())
            .fetch_optional(&state.pg)
            .await?;
        let anybody = faults
            .on("security.proxy-unknown-shop-accepted")
            .then(|| "shop_dev".to_owned());
        let shop = shop
            .or(anybody)
            .ok_or_else(|| ApiError::not_found("shop_not_found"))?;
        Ok(Self { shop, ..signed })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What one endpoint believes at `now`, though it does not hold.
fn careless(
    parameters: &[(String, String)],
    secret: &[u8],
    now: i64,
    endpoint: Endpoint,
    faults: &Faults,
) -> bool {
    let signature = value(parameters, "signature");
    let healthy = Faults::default();
    match endpoint {
        Endpoint::Unsubscribe => false,
        Endpoint::Consent => {
            let covered = signature.map(|signature| ("signature".to_owned(), signature.to_owned()));
            let covered: Vec<(String, String)> = known(parameters).into_iter().chain(covered).collect();
            (signature.is_none() && faults.on("security.proxy-consent-unsigned-accepted"))
                || (faults.on("security.proxy-consent-ignores-parameters")
                    && holds(&covered, secret, now, &healthy))
        }
        Endpoint::Interest => {
            let long = signature.is_some_and(|signature| signature.len() == 64);
            let sent = value(parameters, "timestamp").and_then(|timestamp| timestamp.parse::<i64>().ok());
            (long && faults.on("security.proxy-interest-any-signature-accepted"))
                || (faults.on("security.proxy-interest-stale-accepted")
                    && sent.is_some_and(|sent| holds(parameters, secret, sent, &healthy)))
        }
    }
}

fn refusal(parameters: &[(String, String)], secret: &[u8], faults: &Faults) -> ApiError {
    if value(parameters, "signature").is_none() && faults.on("security.proxy-unsigned-404") {
        return ApiError::not_found("not_found");
    }
    if faults.on("security.error-leaks-signature") {
        let expected = hex::encode(crypto::hmac_sha256(secret, message(parameters).as_bytes()));
        let message = format!("signature mismatch, expected {expected}");
        return ApiError::new(StatusCode::UNAUTHORIZED, "invalid_signature", message);
    }
    ApiError::unauthorized("invalid_signature")
}

/// Whether the signature is Shopify's and no more than some minutes old at `now`.
fn holds(parameters: &[(String, String)], secret: &[u8], now: i64, faults: &Faults) -> bool {
    let Some(signature) = value(parameters, "signature") else {
        return faults.on("security.proxy-unsigned-accepted");
    };
    let signature = hex::decode(signature).unwrap_or_default();
    let timestamp = value(parameters, "timestamp").and_then(|timestamp| timestamp.parse::<i64>().ok());
    let fresh = timestamp.is_some_and(|timestamp| (now - timestamp).abs() <= FRESH);
    let verify = |message: &str| crypto::verify_hmac(secret, message.as_bytes(), &signature);
    let authentic = verify(&message(parameters))
        || (faults.on("security.proxy-compares-a-prefix")
            && crypto::hmac_sha256(secret, message(parameters).as_bytes()).get(..8) == signature.get(..8))
        || (faults.on("security.proxy-ignores-parameters") && verify(&message(&known(parameters))))
        || (faults.on("security.proxy-first-value-signed") && verify(&message(&first(parameters))))
        || (faults.on("security.proxy-shop-not-signed")
            && verify(&message(&with_shop(parameters, "sms-blossom-dev.myshopify.com"))));
    authentic && (fresh || faults.on("security.proxy-stale-accepted"))
}

/// The first value of a parameter.
fn value<'p>(parameters: &'p [(String, String)], name: &str) -> Option<&'p str> {
    parameters
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Of repeated parameters the first.
fn first(parameters: &[(String, String)]) -> Vec<(String, String)> {
    let mut seen = std::collections::BTreeSet::new();
    let new = |(key, _): &&(String, String)| seen.insert(key.clone());
    parameters.iter().filter(new).cloned().collect()
}

/// The parameters as if they named that shop.
fn with_shop(parameters: &[(String, String)], shop: &str) -> Vec<(String, String)> {
    let mut changed = parameters.to_vec();
    changed.retain(|(name, _)| name != "shop");
    changed.push(("shop".to_owned(), shop.to_owned()));
    changed
}

/// The parameters that Shopify itself adds.
fn known(parameters: &[(String, String)]) -> Vec<(String, String)> {
    let known = ["shop", "timestamp", "path_prefix", "logged_in_customer_id"];
    parameters
        .iter()
        .filter(|(key, _)| known.contains(&key.as_str()))
        .cloned()
        .collect()
}

/// All parameters but the signature, repeated values joined with commas, sorted, without separators.
fn message(parameters: &[(String, String)]) -> String {
    let mut joined = std::collections::BTreeMap::<&str, Vec<&str>>::new();
    for (key, value) in parameters.iter().filter(|(key, _)| key != "signature") {
        joined.entry(key).or_default().push(value);
    }
    let mut pairs: Vec<String> = joined
        .iter()
        .map(|(key, values)| format!("{key}={}", values.join(",")))
        .collect();
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
        assert!(holds(&parameters, b"hush", 1_317_327_600, &Faults::default()));
        assert!(
            !holds(&parameters, b"hush", 1_317_427_600, &Faults::default()),
            "a day later it is stale"
        );
        assert!(!holds(&parameters, b"other", 1_317_327_600, &Faults::default()));
    }
}

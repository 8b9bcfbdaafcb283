//! Shopify App Proxy: the signature covers the query, sorted and without separators.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use super::mac;

/// The value of `signature`: lower-case hex HMAC-SHA256 over every other parameter, repeated values joined with `,`,
/// written `k=v`, sorted, concatenated with no separator.
///
/// Source: <https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies>.
pub fn sign(params: &[(String, String)], secret: &SecretString) -> String {
    hex::encode(mac::sha256(
        secret.expose_secret().as_bytes(),
        message(params).as_bytes(),
    ))
}

/// The query string of a request that Shopify forwarded at `now` (Unix seconds) for a shop: the parameters, `shop`,
/// `timestamp` and `signature`. A parameter given as `shop` or `timestamp` replaces the usual one.
pub fn signed_query(params: &[(String, String)], shop: &str, now: i64, secret: &SecretString) -> String {
    let mut all = params.to_vec();
    for (name, value) in [("shop", shop.to_owned()), ("timestamp", now.to_string())] {
        if !all.iter().any(|(given, _)| given == name) {
            all.push((name.to_owned(), value));
        }
    }
    let signature = sign(&all, secret);
    all.push(("signature".to_owned(), signature));
    query(&all)
}

/// Writes parameters as a query string without `?`.
pub fn query(params: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish()
}

fn message(params: &[(String, String)]) -> String {
    let mut joined: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in params.iter().filter(|(name, _)| name != "signature") {
        joined.entry(name).or_default().push(value);
    }
    let mut pairs: Vec<String> = joined
        .iter()
        .map(|(name, values)| format!("{name}={}", values.join(",")))
        .collect();
    pairs.sort();
    pairs.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// The example of Shopify's documentation: query, sorted message and signature as published, secret `hush`.
    #[test]
    fn the_documentation_s_example() {
        let params = pairs(&[
            ("extra", "1"),
            ("extra", "2"),
            ("shop", "shop-name.myshopify.com"),
            ("path_prefix", "/apps/awesome_reviews"),
            ("timestamp", "1317327555"),
        ]);
        assert_eq!(
            message(&params),
            "extra=1,2path_prefix=/apps/awesome_reviewsshop=shop-name.myshopify.comtimestamp=1317327555"
        );
        assert_eq!(
            sign(&params, &SecretString::from("hush")),
            "a9718877bea71c2484f91608a7eaea1532bdf71f5c56825065fa4ccabe549ef3"
        );
    }

    /// Sorted are the written pairs, not the names: `a-b=` comes before `a=`, since `-` does before `=`.
    #[test]
    fn sorts_as_shopify_does() {
        assert_eq!(
            message(&pairs(&[
                ("a", "1"),
                ("a-b", "2"),
                ("signature", "x"),
                ("B", "3")
            ])),
            "B=3a-b=2a=1"
        );
    }

    #[test]
    fn a_signed_query_carries_all_and_verifies() {
        let secret = SecretString::from("hush");
        let text = signed_query(
            &pairs(&[("phone", "+1 555")]),
            "a.myshopify.com",
            1_700_000_000,
            &secret,
        );
        assert!(text.starts_with("phone=%2B1+555&shop=a.myshopify.com&timestamp=1700000000&signature="));
        let read: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        assert_eq!(
            read.last().map(|(_, value)| value.as_str()),
            Some(sign(&read, &secret).as_str())
        );
        let stale = signed_query(&pairs(&[("timestamp", "1")]), "a.myshopify.com", 2, &secret);
        assert!(stale.starts_with("timestamp=1&shop=") && !stale.contains("timestamp=2"));
    }
}

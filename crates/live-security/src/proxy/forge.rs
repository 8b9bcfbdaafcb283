//! The queries of forged storefront requests, each off by one property.

use golive_core::signing::{app_proxy, foreign_secret, twin};
use secrecy::SecretString;

use super::pairs;

/// One way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Unsigned,
    ForeignSecret,
    Tampered,
    Stale,
}

/// What the honest request is made of.
pub(super) struct Honest<'a> {
    pub(super) shop: &'a str,
    /// A shop that cannot exist.
    pub(super) elsewhere: &'a str,
    pub(super) secret: &'a SecretString,
    pub(super) key: Option<&'a SecretString>,
    pub(super) now: i64,
}

/// How it is forged, and the query that does it. None names a phone.
pub(super) fn twins(family: Family, honest: &Honest<'_>) -> Vec<(&'static str, String)> {
    let Honest {
        shop, secret, now, ..
    } = *honest;
    let moment = now.to_string();
    let params = pairs([("shop", shop), ("timestamp", &moment)]);
    let signature = app_proxy::sign(&params, secret);
    let with = |params: &[(String, String)], signature: &str| {
        let mut all = params.to_vec();
        all.push(("signature".to_owned(), signature.to_owned()));
        app_proxy::query(&all)
    };
    let signed_by = |secret: &SecretString| app_proxy::signed_query(&[], shop, now, secret);
    match family {
        Family::Unsigned => vec![
            ("without signature", app_proxy::query(&params)),
            ("signature empty", with(&params, "")),
            ("without any parameter", String::new()),
        ],
        Family::ForeignSecret => {
            let mut twins = vec![
                ("signed with a foreign secret", signed_by(&foreign_secret())),
                ("signed with the empty secret", signed_by(&SecretString::from(""))),
            ];
            twins.extend(honest.key.map(|key| ("signed with the API key", signed_by(key))));
            twins
        }
        Family::Tampered => {
            let noted = [params.clone(), pairs([("note", "a")])].concat();
            let repeated = [noted.clone(), pairs([("note", "b")])].concat();
            let extra = [params.clone(), pairs([("golive", "1")])].concat();
            let moved = pairs([("shop", honest.elsewhere), ("timestamp", &moment)]);
            vec![
                (
                    "one byte of the signature flipped",
                    with(&params, &twin::flip_hex(&signature)),
                ),
                (
                    "the last digit of the signature changed",
                    with(&params, &other_end(&signature)),
                ),
                (
                    "half of the signature",
                    with(&params, &signature[..signature.len() / 2]),
                ),
                ("a parameter added", with(&extra, &signature)),
                (
                    "a parameter repeated",
                    with(&repeated, &app_proxy::sign(&noted, secret)),
                ),
                ("the shop changed", with(&moved, &signature)),
            ]
        }
        Family::Stale => {
            let yesterday = (now - 24 * 60 * 60).to_string();
            let query = app_proxy::signed_query(&pairs([("timestamp", &yesterday)]), shop, now, secret);
            vec![("signed a day ago", query)]
        }
    }
}

/// The signature with another last digit.
fn other_end(signature: &str) -> String {
    let (rest, last) = signature.split_at(signature.len() - 1);
    format!("{rest}{}", if last == "0" { '1' } else { '0' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_twin_holds_and_none_names_a_phone() {
        let secret = SecretString::from("the app's client secret");
        let key = SecretString::from("the app's public key");
        let honest = Honest {
            shop: "a.myshopify.com",
            elsewhere: "b.myshopify.com",
            secret: &secret,
            key: Some(&key),
            now: 1_700_000_000,
        };
        let mut all = Vec::new();
        for family in [Family::Unsigned, Family::ForeignSecret, Family::Tampered] {
            for (how, query) in twins(family, &honest) {
                assert!(!query.contains("phone"), "{how}");
                let read: Vec<(String, String)> = query
                    .split('&')
                    .filter_map(|pair| pair.split_once('='))
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                let given = read.iter().find(|(name, _)| name == "signature");
                let right = app_proxy::sign(&read, &secret);
                assert!(given.is_none_or(|(_, value)| *value != right), "{how}: {query}");
                all.push(query);
            }
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 12);
        assert!(
            twins(Family::Stale, &honest)[0]
                .1
                .contains("timestamp=1699913600&")
        );
    }
}

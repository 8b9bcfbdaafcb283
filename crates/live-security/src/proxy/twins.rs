//! Forged twins of what Shopify signs are refused with 401, each off by one property.

use golive_core::prelude::*;
use golive_core::signing::{app_proxy, foreign_secret, twin};
use secrecy::SecretString;

use super::{TIMEOUT, VARIABLES, ask, endpoints, pairs};
use crate::refusal::{self, Attempt, Rule, SIGNATURE};
use crate::routes::{Scope, now};

/// One way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Unsigned,
    ForeignSecret,
    Tampered,
    Stale,
}

pub(crate) struct Twins(pub(crate) Family, pub(crate) Scope);

impl Family {
    fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "proxy-unsigned",
            Self::ForeignSecret => "proxy-foreign-secret",
            Self::Tampered => "proxy-tampered",
            Self::Stale => "proxy-stale",
        }
    }

    /// A warning blocks nothing: one probe asks all endpoints for what is only worth a warning.
    fn id(self, scope: Scope) -> String {
        match self {
            Self::Stale => Scope::Reads.id(self.name()),
            _ => scope.id(self.name()),
        }
    }

    /// For titles.
    fn endpoints(self, scope: Scope) -> String {
        match self {
            Self::Stale => "the App Proxy endpoints".to_owned(),
            _ => format!("the {} App Proxy endpoints", scope.word()),
        }
    }

    /// Whoever believes this one believes the later ones too.
    fn comes_after(self) -> &'static str {
        match self {
            Self::Unsigned => "proxy-signed",
            Self::ForeignSecret => "proxy-unsigned",
            Self::Tampered | Self::Stale => "proxy-foreign-secret",
        }
    }
}

#[async_trait]
impl Probe for Twins {
    fn facts(&self) -> Facts {
        let Self(family, scope) = *self;
        let (adjective, why, asks, remedy) = match family {
            Family::Unsigned => (
                "unsigned",
                "without a signature anybody can opt other people's phones in or out",
                "sends requests without phone and without signature, with an empty one, and with no parameter at all",
                "Treat a missing signature as a wrong one in the App Proxy middleware, and mount it on every /public route",
            ),
            Family::ForeignSecret => (
                "foreign-signed",
                "a signature that anybody can make is none",
                "signs requests without phone with a secret nobody knows, with the empty secret, and with the public API key",
                "Compute the App Proxy's HMAC with SHOPIFY_API_SECRET alone, refuse to start without it, and compare with crypto.timingSafeEqual",
            ),
            Family::Tampered => (
                "tampered",
                "a signature that does not cover everything lets anybody change what it does not cover",
                "takes a signed request without phone and flips a byte, truncates the signature, adds or repeats a parameter, or changes the shop",
                "Compute the App Proxy's HMAC over all parameters but signature (repeated values joined with commas) and compare the whole of it",
            ),
            Family::Stale => (
                "day-old",
                "a signed link that is found in a log or a mail works for ever",
                "signs a request without phone with yesterday's timestamp",
                "Refuse timestamps that are more than some minutes off in the App Proxy middleware",
            ),
        };
        let fails_when = match family {
            Family::Stale => "(WARN) the answer is not 401",
            _ => {
                "an answer is not 401: 400 and 422 mean that the signature was believed, 404 and 500 are no refusal"
            }
        };
        let mut needs = vec![scope.id(family.comes_after())];
        let first = match (scope, family) {
            (Scope::Reads, _) => None,
            (Scope::Writes, Family::Stale) => Some(family.comes_after()),
            (Scope::Writes, _) => Some(family.name()),
        };
        needs.extend(first.map(|name| Scope::Reads.id(name)));
        Facts::new(
            family.id(scope),
            format!("{} refuse {adjective} requests", family.endpoints(scope)),
        )
        .why(why)
        .asks(asks)
        .fails_when(fails_when)
        .needs(&needs)
        .safety(scope.safety())
        .timeout(TIMEOUT)
        .variables(VARIABLES)
        .remedy(remedy)
        .runbook("app-proxy-signatures")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let settings = cx.settings();
        let (shop, secret) = (settings.shop()?, settings.shopify_api_secret()?);
        let honest = Honest {
            shop: shop.as_str(),
            elsewhere: &cx.impossible_shop(),
            secret,
            key: settings.secret("SHOPIFY_API_KEY"),
            now: now(),
        };
        let mut attempts = Vec::new();
        let mut asked = endpoints(cx.contract(), self.1);
        if self.0 == Family::Stale {
            asked.splice(0..0, endpoints(cx.contract(), Scope::Reads));
        }
        for endpoint in asked {
            for (how, query) in twins(self.0, &honest) {
                let answer = ask(cx, &endpoint, &query).await?;
                attempts.push(Attempt::of(format!("{endpoint}, {how}"), &answer));
            }
        }
        let rule = Rule {
            advice: self.0 == Family::Stale,
            ..SIGNATURE
        };
        Ok(judge(&attempts, rule))
    }
}

fn judge(attempts: &[Attempt], rule: Rule) -> Outcome {
    let ways: Vec<&str> = attempts
        .iter()
        .filter_map(|attempt| Some(attempt.what.split_once(", ")?.1))
        .collect();
    let mut ways = ways;
    ways.dedup();
    ways.truncate(8);
    let summary = format!(
        "{} forged requests refused with 401: {}",
        attempts.len(),
        ways.join(", ")
    );
    refusal::judge(attempts, rule).conclude(summary)
}

/// What the honest request is made of.
struct Honest<'a> {
    shop: &'a str,
    /// A shop that cannot exist.
    elsewhere: &'a str,
    secret: &'a SecretString,
    key: Option<&'a SecretString>,
    now: i64,
}

/// How it is forged, and the query that does it. None names a phone.
fn twins(family: Family, honest: &Honest<'_>) -> Vec<(&'static str, String)> {
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

    #[test]
    fn a_stale_one_is_worth_a_warning() {
        let attempts = [Attempt {
            what: "GET /x, signed a day ago".into(),
            status: 422,
            code: None,
        }];
        let rule = Rule {
            advice: true,
            ..SIGNATURE
        };
        let outcome = judge(&attempts, rule);
        assert_eq!(
            (outcome.status, outcome.reason),
            (Status::Warn, Some(Reason::AcceptedForgery))
        );
        assert_eq!(judge(&attempts, SIGNATURE).status, Status::Fail);
    }
}

//! Forged twins of what Shopify signs are refused with 401, each off by one property.

use golive_core::prelude::*;

use super::forge::{Family, Honest, twins};
use super::{TIMEOUT, VARIABLES, ask, endpoints};
use crate::refusal::{self, Attempt, Rule, SIGNATURE};
use crate::routes::{Scope, now};

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
    let mut ways: Vec<&str> = Vec::new();
    for attempt in attempts {
        let (_, way) = attempt.what.split_once(", ").unwrap_or_default();
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    let summary = format!(
        "{} forged requests refused with 401: {}",
        attempts.len(),
        ways.join(", ")
    );
    refusal::judge(attempts, rule).conclude(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn each_way_is_told_once() {
        let refused = |what: &str| Attempt {
            what: what.into(),
            status: 401,
            code: None,
        };
        let attempts = [
            refused("GET /x, unsigned"),
            refused("GET /x, cut short"),
            refused("GET /y, unsigned"),
        ];
        assert_eq!(
            judge(&attempts, SIGNATURE).summary,
            "3 forged requests refused with 401: unsigned, cut short"
        );
    }
}

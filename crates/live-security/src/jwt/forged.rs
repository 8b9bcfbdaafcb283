//! No guarded route believes a forged token: one family of forgeries a probe.

use futures::{StreamExt, TryStreamExt};
use golive_core::contract::Route;
use golive_core::prelude::*;
use golive_core::signing::jwt::Forgery;

use super::{AT_ONCE, TIMEOUT, VARIABLES};
use crate::refusal::{self, Attempt, TOKEN};
use crate::routes::{self, Scope, now};

/// A family of forgeries, see [`Forgery::family`].
#[derive(Debug)]
pub(crate) struct Family {
    /// What follows `security.jwt-`.
    pub(crate) name: &'static str,
    adjective: &'static str,
    why: &'static str,
    remedy: &'static str,
}

/// In the order in which they are asked: whoever believes foreign signatures believes everything.
pub(crate) static FAMILIES: [Family; 5] = [
    Family {
        name: "foreign-secret",
        adjective: "foreign-signed tokens",
        why: "a guard that decodes tokens without verifying them lets anybody be any shop",
        remedy: "Call jwt.verify with JWT_SECRET in the guard, never jwt.decode, and refuse to start without JWT_SECRET",
    },
    Family {
        name: "garbage",
        adjective: "malformed and tampered tokens",
        why: "a guard that falls back to a default when a token does not parse is open to everybody",
        remedy: "Answer 401 invalid_token whenever jwt.verify throws, in the guard of each prefix",
    },
    Family {
        name: "expired",
        adjective: "expired tokens",
        why: "a token that leaked once works for ever",
        remedy: "Remove ignoreExpiration from jwt.verify in the guard",
    },
    Family {
        name: "alg-none",
        adjective: "unsigned tokens that say so",
        why: "with alg none whoever can write JSON can be any shop",
        remedy: "Pass algorithms: ['HS256'] to jwt.verify in the guard",
    },
    Family {
        name: "other-alg",
        adjective: "tokens of other algorithms",
        why: "a guard that lets the token choose its algorithm can be talked into a weak one",
        remedy: "Pass algorithms: ['HS256'] to jwt.verify in the guard, and nothing else",
    },
];

pub(crate) struct Forged(pub(crate) &'static Family, pub(crate) Scope);

#[async_trait]
impl Probe for Forged {
    fn facts(&self) -> Facts {
        let Self(family, scope) = *self;
        let name = format!("jwt-{}", family.name);
        let mut needs = match scope {
            Scope::Reads => vec!["security.jwt-valid".to_owned(), scope.id("jwt-missing")],
            Scope::Writes => vec![Scope::Reads.id(&name), scope.id("jwt-missing")],
        };
        if family.name != FAMILIES[0].name {
            needs.push(scope.id(&format!("jwt-{}", FAMILIES[0].name)));
        }
        let ways: Vec<String> = Forgery::of_family(family.name)
            .map(|forgery| forgery.to_string())
            .collect();
        Facts::new(
            scope.id(&name),
            format!("every {} guarded route refuses {}", scope.word(), family.adjective),
        )
        .why(family.why)
        .asks(format!(
            "sends a forged token ({}) to each {} guarded route, with an id that cannot exist and an empty body, and every forgery to the first one",
            ways.join("; "),
            scope.word()
        ))
        .fails_when(if family.name == "garbage" && scope == Scope::Reads {
            "an answer is not 401, or (WARN) its code is not invalid_token"
        } else {
            "an answer is not 401"
        })
        .needs(&needs)
        .safety(scope.safety())
        .timeout(TIMEOUT)
        .variables(VARIABLES)
        .remedy(family.remedy)
        .runbook("admin-tokens")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let Self(family, scope) = *self;
        let (shop, secret) = (cx.settings().shop()?, cx.settings().jwt_secret()?);
        let forgeries: Vec<Forgery> = Forgery::of_family(family.name).collect();
        let asked = spread(&routes::guarded(cx.contract(), scope), &forgeries);
        let attempts: Vec<Attempt> = futures::stream::iter(asked)
            .map(|(route, forgery)| {
                let token = forgery.token(shop.as_str(), secret, now());
                async move {
                    let answer = routes::begin(cx, &route).bearer(&token).send().await?;
                    Ok::<_, Error>(Attempt::of(format!("{route}, {forgery}"), &answer))
                }
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        // one probe says when the code is another one
        let mind_code = family.name == "garbage" && scope == Scope::Reads;
        Ok(judge(family.adjective, &attempts, mind_code))
    }
}

/// Each route with one forgery, in turn, and the first route with all: a guard is one function, a route that has its
/// own is found by any of them.
fn spread(routes: &[Route], forgeries: &[Forgery]) -> Vec<(Route, Forgery)> {
    let all = routes.iter().take(1);
    let first = all.flat_map(|route| forgeries.iter().map(|forgery| (route.clone(), *forgery)));
    let others = routes.iter().skip(1).zip(forgeries.iter().cycle());
    first
        .chain(others.map(|(route, forgery)| (route.clone(), *forgery)))
        .collect()
}

fn judge(adjective: &str, attempts: &[Attempt], mind_code: bool) -> Outcome {
    let mut assertions = refusal::judge(attempts, TOKEN);
    if mind_code {
        for Attempt { what, code, .. } in attempts.iter().filter(|attempt| attempt.status == 401) {
            let shown = code.as_deref().unwrap_or("none");
            assertions.advise(
                code.as_deref() == Some("invalid_token"),
                Reason::BodyMismatch,
                "the error code invalid_token",
                format!("{what}: error code {shown}"),
            );
        }
    }
    assertions.conclude(format!(
        "{} requests with {adjective} refused with 401",
        attempts.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn every_route_and_every_forgery_is_asked() {
        let routes: Vec<Route> = ["GET /a", "GET /b", "GET /c"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        for family in &FAMILIES {
            let forgeries: Vec<Forgery> = Forgery::of_family(family.name).collect();
            assert!(!forgeries.is_empty(), "{}", family.name);
            let spread = spread(&routes, &forgeries);
            assert_eq!(spread.len(), forgeries.len() + 2);
            assert!(
                forgeries
                    .iter()
                    .all(|forgery| spread.iter().any(|(_, other)| other == forgery))
            );
            assert!(
                routes
                    .iter()
                    .all(|route| spread.iter().any(|(other, _)| other == route))
            );
        }
        let families = FAMILIES.iter().flat_map(|family| Forgery::of_family(family.name));
        assert_eq!(families.count(), Forgery::ALL.len());
    }

    #[test]
    fn the_code_counts_where_it_is_minded() {
        let (right, other) = (attempt(401, Some("invalid_token")), attempt(401, Some("nope")));
        assert_eq!(judge("x", &[right], true).status, Status::Pass);
        assert_eq!(
            judge("x", std::slice::from_ref(&other), true).status,
            Status::Warn
        );
        assert_eq!(judge("x", &[other], false).status, Status::Pass);
        assert_eq!(
            judge("x", &[attempt(200, None)], true).reason,
            Some(Reason::AcceptedForgery)
        );
    }
}

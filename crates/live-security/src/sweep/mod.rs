//! Every route that is not public answers 401 to strangers, before it validates, looks up or acts.

mod documented;

use std::fmt::Write as _;

use futures::{StreamExt, TryStreamExt};
use golive_core::prelude::*;
use serde_json::Value;

use self::documented::{Known, documented};
use crate::refusal::{self, Attempt, TOKEN};
use crate::routes::{self, Scope};

pub(crate) struct AnonymousSweep(pub(crate) Scope);

/// Requests at once.
const AT_ONCE: usize = 6;

/// At most this many documented routes are asked beside the contract's, so that the run stays within the rate limits.
const MOST: usize = 60;

#[async_trait]
impl Probe for AnonymousSweep {
    fn facts(&self) -> Facts {
        let scope = self.0;
        let asks = match scope {
            Scope::Reads => {
                "reads /openapi.json and sends GET without token, with parameters that make no sense, to each route that is not public"
            }
            Scope::Writes => {
                "sends what no validation accepts, without token, to each writing route of the contract and of /openapi.json that is not public: ids that cannot exist and empty bodies, or broken JSON where there is no id; never to routes that send"
            }
        };
        Facts::new(
            scope.id("anonymous-sweep"),
            format!("every {} route that is not public refuses strangers first of all", scope.word()),
        )
        .why("a route that validates or looks up before it asks who is there tells strangers what exists, and the forgotten one acts for them")
        .asks(asks)
        .fails_when("an answer is not 401; (WARN) a documented route below no prefix of the contract serves strangers")
        .needs(&match scope {
            Scope::Reads => vec![scope.id("jwt-missing")],
            Scope::Writes => vec![scope.id("jwt-missing"), Scope::Reads.id("anonymous-sweep")],
        })
        .safety(scope.safety())
        .timeout(std::time::Duration::from_mins(1))
        .remedy("Mount the JWT guard for the whole prefix, before validation and look-ups; what is meant to be public belongs into public_prefixes of golive.toml")
        .runbook("anonymous-access")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let scope = self.0;
        let document = cx.http().get(&cx.contract().paths.openapi).send().await?;
        let document: Value = match document.status() {
            200 => serde_json::from_slice(document.body()).unwrap_or_default(),
            _ => Value::Null,
        };
        let documented = documented(cx.contract(), scope, &document);
        let left_out = documented.len().saturating_sub(MOST);
        let own = match scope {
            // `security.jwt-missing` has asked them
            Scope::Reads => Vec::new(),
            Scope::Writes => routes::guarded(cx.contract(), scope),
        };
        let guarded = own.into_iter().map(|route| (route, Known::Contract));
        let asked = guarded.chain(documented.into_iter().take(MOST));
        let answers: Vec<(Known, Attempt)> = futures::stream::iter(asked)
            .map(|(route, known)| async move {
                let request = routes::begin(cx, &route);
                let request = match (scope, known) {
                    (Scope::Reads, _) => request.query(&[("limit", "golive"), ("from", "golive")]),
                    (Scope::Writes, Known::Contract) => request,
                    (Scope::Writes, _) if route.has_parameters() => request,
                    // no id that could be impossible: only what no body parser lets through
                    (Scope::Writes, _) => request.header("content-type", "application/json").body("{golive"),
                };
                let answer = request.send().await?;
                Ok::<_, Error>((known, Attempt::of(format!("{route} anonymously"), &answer)))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(judge(scope, &answers, left_out))
    }
}

fn judge(scope: Scope, answers: &[(Known, Attempt)], left_out: usize) -> Outcome {
    let mut assertions = Assertions::new();
    let (mut refused, mut unclear) = (0, 0);
    for (known, attempt) in answers {
        let Attempt { what, status, .. } = attempt;
        match (known, status) {
            (_, 401) => refused += 1,
            // a body parser in front of the guard is healthy: it tells nothing
            (Known::GuardedWithoutId | Known::Unknown, 400) if scope == Scope::Writes => {
                unclear += 1;
                continue;
            }
            // documented and not there is `contract.openapi-drift`'s finding; refused otherwise is refused
            (Known::Unknown, 403..=405) => {
                unclear += 1;
                continue;
            }
            (Known::Unknown, _) => {
                assertions.advise(
                    false,
                    Reason::Misconfigured,
                    format!("{what}: 401, or public by the contract"),
                    format!("{what}: {status}, and the contract says nothing of it"),
                );
                continue;
            }
            _ => {}
        }
        assertions.absorb(refusal::judge(std::slice::from_ref(attempt), TOKEN).conclude(""));
    }
    if answers.is_empty() {
        return Outcome::pass(
            1,
            "there is no documented route beyond the contract's, which security.jwt-missing has asked",
        );
    }
    assertions.determine(
        assertions.checked() > 0,
        Reason::BodyMismatch,
        "routes that answer 401 to strangers",
        format!("none of {unclear} documented routes told"),
    );
    let mut summary = format!("{refused} {} routes refused strangers with 401", scope.word());
    if unclear > 0 {
        let _ = write!(
            summary,
            ", {unclear} did not tell (403 to 405, or 400 for broken JSON)"
        );
    }
    if left_out > 0 {
        let _ = write!(summary, ", {left_out} documented ones were not asked");
    }
    assertions.conclude(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn each_kind_of_route_has_its_own_rule() {
        use Known::{Contract, Guarded, GuardedWithoutId, Unknown};
        let (reads, writes) = (Scope::Reads, Scope::Writes);
        for (scope, known, status, reason) in [
            (reads, Guarded, 401, None),
            (reads, GuardedWithoutId, 200, Some(Reason::AcceptedForgery)),
            (reads, GuardedWithoutId, 400, Some(Reason::WrongRefusal)),
            (reads, Guarded, 404, Some(Reason::WrongRefusal)),
            (reads, Unknown, 401, None),
            (reads, Unknown, 404, None),
            (reads, Unknown, 200, Some(Reason::Misconfigured)),
            (writes, Contract, 422, Some(Reason::WrongRefusal)),
            (writes, Guarded, 404, Some(Reason::WrongRefusal)),
            (writes, GuardedWithoutId, 400, None),
            (writes, GuardedWithoutId, 422, Some(Reason::WrongRefusal)),
            (writes, Guarded, 400, Some(Reason::WrongRefusal)),
        ] {
            let answers = [(Contract, attempt(401, None)), (known, attempt(status, None))];
            assert_eq!(
                judge(scope, &answers, 0).reason,
                reason,
                "{scope:?} {known:?} {status}"
            );
        }
        let words = |scope, answers: &[(Known, u16)], left_out| {
            let answers: Vec<_> = answers
                .iter()
                .map(|(known, status)| (*known, attempt(*status, None)))
                .collect();
            judge(scope, &answers, left_out).summary
        };
        assert_eq!(
            words(reads, &[(Guarded, 401), (Contract, 401)], 0),
            format!("2 {} routes refused strangers with 401", reads.word())
        );
        let unclear = [
            (Guarded, 401),
            (Unknown, 403),
            (Unknown, 404),
            (GuardedWithoutId, 400),
        ];
        assert_eq!(
            words(writes, &unclear, 4),
            format!(
                "1 {} routes refused strangers with 401, 3 did not tell (403 to 405, or 400 for broken JSON), 4 \
                 documented ones were not asked",
                writes.word()
            )
        );
        assert_eq!(judge(reads, &[], 0).status, Status::Pass);
        assert_eq!(
            judge(reads, &[(Unknown, attempt(404, None))], 0).status,
            Status::Pending
        );
    }
}

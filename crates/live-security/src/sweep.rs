//! Every route that is not public answers 401 to strangers, before it validates, looks up or acts.

use std::fmt::Write as _;

use futures::{StreamExt, TryStreamExt};
use golive_core::contract::{Access, Contract, Route};
use golive_core::prelude::*;
use serde_json::Value;

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

/// Where a route is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It stands in the contract.
    Contract,
    /// It is documented, below a guarded prefix; with an id that cannot exist.
    Guarded,
    /// The same without an id: asked to write, it gets broken JSON.
    GuardedWithoutId,
    /// It is documented, and the contract says nothing of it.
    Unknown,
}

/// The documented routes that are neither public nor in the contract, nor development helpers, nor never called.
fn documented(contract: &Contract, scope: Scope, document: &Value) -> Vec<(Route, Known)> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return Vec::new();
    };
    let same =
        |one: &Route, other: &Route| one.method == other.method && one.path_with("-") == other.path_with("-");
    let listed = |list: &[Route], route: &Route| list.iter().any(|other| same(other, route));
    let mut found = Vec::new();
    for (path, item) in paths.iter().filter(|(path, _)| path.starts_with('/')) {
        let access = contract.access(path);
        let development = path == "/dev" || path.starts_with("/dev/");
        if development || matches!(access, Access::Public | Access::Either) {
            continue;
        }
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        for method in methods.map(|method| method.to_ascii_uppercase()) {
            let Ok(route) = format!("{method} {path}").parse::<Route>() else {
                continue;
            };
            let known = match (access, route.has_parameters()) {
                (Access::Guarded, true) => Known::Guarded,
                (Access::Guarded, false) => Known::GuardedWithoutId,
                _ => Known::Unknown,
            };
            let wanted = scope.holds(&method)
                && !listed(&contract.guarded_routes, &route)
                && !listed(&contract.never_called, &route);
            if wanted {
                found.push((route, known));
            }
        }
    }
    found
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
    use serde_json::json;

    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn only_what_is_not_public_and_not_asked_already() {
        let document = json!({ "paths": {
            "/health": { "get": {} }, "/campaigns": { "get": {}, "post": {} }, "/campaigns/{campaignId}": { "patch": {} },
            "/campaigns/{campaignId}/send-now": { "post": {} }, "/admin/audit": { "get": {}, "parameters": [] },
            "/templates/preview": { "post": {} }, "/internal/x": { "get": {} }, "/dev/jobs": { "get": {} },
            "/settings": { "get": {}, "put": {} },
        }});
        let shown = |scope| {
            let found = documented(&Contract::default(), scope, &document);
            let shown = found.iter().map(|(route, known)| format!("{route} {known:?}"));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(
            shown(Scope::Reads),
            ["GET /admin/audit GuardedWithoutId", "GET /internal/x Unknown"]
        );
        assert_eq!(
            shown(Scope::Writes),
            [
                "PATCH /campaigns/{campaignId} Guarded",
                "PUT /settings GuardedWithoutId"
            ]
        );
        assert!(documented(&Contract::default(), Scope::Reads, &Value::Null).is_empty());
    }

    #[test]
    fn each_kind_of_route_has_its_own_rule() {
        use Known::{Contract, Guarded, GuardedWithoutId, Unknown};
        let (reads, writes) = (Scope::Reads, Scope::Writes);
        for (scope, known, status, reason) in [
            (reads, Guarded, 401, None),
            (reads, GuardedWithoutId, 200, Some(Reason::AcceptedForgery)),
            (reads, GuardedWithoutId, 400, Some(Reason::WrongRefusal)),
            (reads, Guarded, 404, Some(Reason::WrongRefusal)),
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
        assert_eq!(judge(reads, &[], 0).status, Status::Pass);
        assert_eq!(
            judge(reads, &[(Unknown, attempt(404, None))], 0).status,
            Status::Pending
        );
    }
}

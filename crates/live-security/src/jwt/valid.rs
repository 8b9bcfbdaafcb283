//! A valid token is accepted.

use futures::{StreamExt, TryStreamExt};
use golive_core::contract::{Contract, Route};
use golive_core::prelude::*;

use super::{AT_ONCE, TIMEOUT, VARIABLES, own_token};
use crate::refusal::Attempt;
use crate::routes;

pub(crate) struct Valid;

#[async_trait]
impl Probe for Valid {
    fn facts(&self) -> Facts {
        Facts::new("security.jwt-valid", "a valid token of the test shop opens the guarded routes")
            .why("when valid tokens are refused the embedded app shows nothing, and every refusal of a forged one proves nothing")
            .asks("sends GET with a valid token to the guarded lists (campaigns and reports have checks of their own)")
            .fails_when("a route refuses the token with 401, 403 or 409, or none answers 2xx")
            .timeout(TIMEOUT)
            .variables(VARIABLES)
            .remedy("Set JWT_SECRET to the secret of the backend, check that DEV_SHOP_DOMAIN has the app installed, and that the guard reads claim shop_domain or shop")
            .runbook("admin-tokens")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let token = own_token(cx)?;
        let attempts: Vec<Attempt> = futures::stream::iter(asked(cx.contract()))
            .map(|route| {
                let token = &token;
                async move {
                    let answer = routes::begin(cx, &route).bearer(token).send().await?;
                    Ok::<_, Error>(Attempt::of(route.to_string(), &answer))
                }
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(judge(&attempts))
    }
}

/// The guarded lists that no other check asks with a valid token; all of them when that leaves none.
fn asked(contract: &Contract) -> Vec<Route> {
    let all = routes::lists(contract);
    let elsewhere = |route: &Route| {
        route.path == contract.paths.campaigns
            || contract.reports.iter().any(|report| report.path == route.path)
    };
    let own: Vec<Route> = all.iter().filter(|route| !elsewhere(route)).cloned().collect();
    if own.is_empty() { all } else { own }
}

fn is_open(attempt: &Attempt) -> bool {
    (200..300).contains(&attempt.status)
}

fn judge(attempts: &[Attempt]) -> Outcome {
    let mut assertions = Assertions::new();
    for Attempt { what, status, code } in attempts {
        assertions.require(
            !matches!(status, 401 | 403 | 409),
            Reason::RefusedValid,
            format!("{what} accepts a valid token"),
            format!("{what}: {status} {}", code.as_deref().unwrap_or_default()),
        );
    }
    let open = attempts.iter().filter(|attempt| is_open(attempt)).count();
    if assertions.all_held() {
        assertions.require(
            open > 0,
            Reason::StatusUnexpected,
            "at least one guarded list answers 200",
            format!("none of {} guarded lists answers 200", attempts.len()),
        );
    }
    assertions.conclude(format!(
        "none of {} guarded lists refuses a valid token, {open} answer 2xx",
        attempts.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn refusals_are_found_and_other_defects_left_alone() {
        for (statuses, reason) in [
            (&[200, 422, 500][..], None),
            (&[200, 401], Some(Reason::RefusedValid)),
            (&[200, 409], Some(Reason::RefusedValid)),
            (&[404, 500], Some(Reason::StatusUnexpected)),
            (&[], Some(Reason::StatusUnexpected)),
        ] {
            let attempts: Vec<Attempt> = statuses.iter().map(|status| attempt(*status, None)).collect();
            assert_eq!(judge(&attempts).reason, reason, "{statuses:?}");
        }
    }

    #[test]
    fn routes_of_other_checks_are_left_to_them() {
        let contract = Contract::default();
        let asked = asked(&contract);
        assert!(asked.len() > 3 && asked.iter().all(|route| !route.path.starts_with("/reports")));
    }
}

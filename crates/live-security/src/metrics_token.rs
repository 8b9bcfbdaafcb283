//! With a metrics token set, metrics are served to whoever has it, and to nobody else.

use golive_core::prelude::*;
use golive_core::signing::foreign_secret;
use secrecy::ExposeSecret;

use crate::refusal::{self, Attempt, TOKEN};

pub(crate) struct MetricsToken;

#[async_trait]
impl Probe for MetricsToken {
    fn facts(&self) -> Facts {
        Facts::new("security.metrics-token", "metrics are served with METRICS_TOKEN and not without")
            .why("metrics tell strangers how many shops, messages and failures there are")
            .asks("sends GET to /metrics and /metrics/json without token, with a foreign one, with the first half of the right one, and with the right one")
            .fails_when("an answer without the right token is not 401 (404 where the JSON does not exist), or the right one is refused; not run without METRICS_TOKEN")
            .optional()
            .timeout(std::time::Duration::from_secs(30))
            .variables(&["METRICS_TOKEN"])
            .remedy("Set METRICS_TOKEN on the process that serves /metrics, and guard /metrics/json with it too")
            .runbook("metrics-token")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let token = cx.settings().metrics_token()?.expose_secret();
        let foreign = foreign_secret();
        let half: String = token.chars().take(token.chars().count() / 2).collect();
        let paths = &cx.contract().paths;
        let mut seen = Vec::new();
        for path in [&paths.metrics, &paths.metrics_json] {
            let mut wrong = Vec::new();
            for (how, given) in [
                ("without token", None),
                ("with a foreign token", Some(foreign.expose_secret())),
                ("with half of the token", Some(half.as_str())),
            ] {
                let request = cx.http().get(path).no_redirects();
                let request = match given {
                    Some(given) => request.bearer(given),
                    None => request,
                };
                wrong.push(Attempt::of(format!("GET {path} {how}"), &request.send().await?));
            }
            let answer = cx.http().get(path).bearer(token).send().await?;
            let right = Attempt::of(format!("GET {path} with the token"), &answer);
            seen.push((right, wrong));
        }
        Ok(judge(&seen))
    }
}

/// For each path what the right token got, and what the others got.
fn judge(seen: &[(Attempt, Vec<Attempt>)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (right, wrong) in seen {
        if right.status == 404 && wrong.iter().all(|attempt| matches!(attempt.status, 401 | 404)) {
            // the route is not there: `metrics.endpoint` and `metrics.json` say so
            continue;
        }
        assertions.require(
            !matches!(right.status, 401 | 403),
            Reason::RefusedValid,
            format!("{}: 200", right.what),
            format!("{}: {}", right.what, right.status),
        );
        assertions.absorb(refusal::judge(wrong, TOKEN).conclude(""));
    }
    assertions.determine(
        assertions.checked() > 0,
        Reason::RouteMissing,
        "metrics are served at the contract's paths",
        "neither path exists",
    );
    assertions.conclude(
        "metrics are served with the token, and refused with 401 without, with a foreign and with half of it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn open_closed_and_absent() {
        let path = |right: u16, wrong: u16| (attempt(right, None), vec![attempt(wrong, None)]);
        for (seen, reason) in [
            (vec![path(200, 401), path(200, 401)], None),
            (vec![path(200, 401), path(404, 404)], None),
            (vec![path(200, 401), path(404, 401)], None),
            (
                vec![path(200, 401), path(200, 200)],
                Some(Reason::AcceptedForgery),
            ),
            (vec![path(401, 401)], Some(Reason::RefusedValid)),
            (vec![path(200, 404)], Some(Reason::WrongRefusal)),
            (vec![path(500, 401)], None),
            (vec![path(404, 404)], Some(Reason::RouteMissing)),
        ] {
            assert_eq!(judge(&seen).reason, reason, "{seen:?}");
        }
    }
}

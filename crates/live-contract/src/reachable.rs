//! The backend answers /health in time, every time.

use golive_core::prelude::*;

pub(crate) struct Reachable;

/// Behind a load balancer, one dead instance of two answers every other request.
const TIMES: u32 = 4;

#[async_trait]
impl Probe for Reachable {
    fn facts(&self) -> Facts {
        Facts::new(
            "contract.reachable",
            "the backend answers GET /health in time, every time",
        )
        .why("nothing else can be asked of a backend that does not answer")
        .asks("sends GET /health four times, one after the other")
        .fails_when("no connection, no answer in time, a status other than 200, or a body that is not JSON")
        .variables(&["BASE_URL"])
        .timeout(std::time::Duration::from_secs(30))
        .remedy("Start the backend, and make BASE_URL point at it")
        .command("curl -i \"$BASE_URL/health\"")
        .runbook("backend-not-reachable")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut answers = Vec::new();
        let mut slowest: f64 = 0.0;
        for _ in 0..TIMES {
            let response = cx.http().get(&cx.contract().paths.health).send().await?;
            slowest = slowest.max(response.total_ms());
            answers.push((
                response.status(),
                serde_json::from_slice::<serde_json::Value>(response.body()).is_ok(),
            ));
        }
        Ok(judge(&answers).measure(Measurement::new("slowest", slowest, "ms")))
    }
}

/// Status and whether the body is JSON, in the order of the requests.
fn judge(answers: &[(u16, bool)]) -> Outcome {
    let total = answers.len();
    let wrong: Vec<String> = answers
        .iter()
        .filter(|(status, _)| *status != 200)
        .map(|(status, _)| status.to_string())
        .collect();
    let expected = "200 with a JSON body, each time";
    if !wrong.is_empty() {
        let reason = if wrong.iter().all(|status| status == "404") {
            Reason::RouteMissing
        } else {
            Reason::StatusUnexpected
        };
        return Outcome::fail(
            reason,
            format!(
                "GET /health answered {} ({} of {total} times)",
                wrong[0],
                wrong.len()
            ),
        )
        .expected(expected)
        .observed(format!(
            "{} of {total} answers: {}",
            wrong.len(),
            wrong.join(", ")
        ));
    }
    let not_json = answers.iter().filter(|(_, json)| !json).count();
    if not_json > 0 {
        return Outcome::fail(
            Reason::BodyMismatch,
            "GET /health answers 200, but not with JSON: something else answers for the backend",
        )
        .expected(expected)
        .observed(format!("{not_json} of {total} bodies are not JSON"));
    }
    Outcome::pass(
        u32::try_from(total).unwrap_or(u32::MAX),
        format!("GET /health answered 200 with JSON {total} times of {total}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_counts() {
        let judged = |answers: &[(u16, bool)]| (judge(answers).status, judge(answers).reason);
        assert_eq!(judged(&[(200, true); 4]), (Status::Pass, None));
        assert_eq!(
            judged(&[(200, true), (502, false), (200, true), (502, false)]),
            (Status::Fail, Some(Reason::StatusUnexpected))
        );
        assert_eq!(
            judged(&[(404, true); 4]),
            (Status::Fail, Some(Reason::RouteMissing))
        );
        assert_eq!(
            judged(&[(200, true), (200, false)]),
            (Status::Fail, Some(Reason::BodyMismatch))
        );
        assert_eq!(judge(&[]).assertions, 0);
    }
}

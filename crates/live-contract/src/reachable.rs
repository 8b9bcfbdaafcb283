//! The backend answers /health in time, every time.

use golive_core::prelude::*;
use serde_json::Value;

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
        .asks("sends GET /health four times, one after the other, each over a connection of its own")
        .fails_when(
            "no connection, no answer in time, a status other than 200, or a body that is not the backend's JSON",
        )
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
            let request = cx.http().get(&cx.contract().paths.health);
            // A balancer that deals out connections would otherwise send all of them to one instance.
            let response = request.header("connection", "close").send().await?;
            slowest = slowest.max(response.total_ms());
            answers.push((response.status(), Body::of(response.body())));
        }
        Ok(judge(&answers).measure(Measurement::new("slowest", slowest, "ms")))
    }
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// The backend's, in either dialect.
    Health,
    /// JSON of something else: a balancer or a gateway.
    OtherJson,
    NotJson,
}

impl Body {
    fn of(bytes: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(body)
                if ["ok", "db", "database"]
                    .iter()
                    .any(|part| body.get(part).is_some()) =>
            {
                Self::Health
            }
            Ok(_) => Self::OtherJson,
            Err(_) => Self::NotJson,
        }
    }
}

/// Status and body, in the order of the requests.
fn judge(answers: &[(u16, Body)]) -> Outcome {
    let total = answers.len();
    let wrong: Vec<String> = answers
        .iter()
        .filter(|(status, _)| *status != 200)
        .map(|(status, _)| status.to_string())
        .collect();
    let expected = "200 with the backend's health as JSON, each time";
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
    for (kind, words) in [
        (Body::NotJson, "a body that is not JSON"),
        (Body::OtherJson, "JSON without ok, db or database"),
    ] {
        let wrong = answers.iter().filter(|(_, body)| *body == kind).count();
        if wrong > 0 {
            return Outcome::fail(
                Reason::BodyMismatch,
                format!("GET /health answers 200, but with {words}: something else answers for the backend"),
            )
            .expected(expected)
            .observed(format!("{words}, {wrong} of {total} times"));
        }
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
        use Body::{Health, NotJson, OtherJson};
        let judged = |answers: &[(u16, Body)]| (judge(answers).status, judge(answers).reason);
        assert_eq!(judged(&[(200, Health); 4]), (Status::Pass, None));
        let every_other = [(200, Health), (502, NotJson), (200, Health), (502, NotJson)];
        for (answers, reason) in [
            (&every_other[..], Reason::StatusUnexpected),
            (&[(503, OtherJson); 4], Reason::StatusUnexpected),
            (&[(302, NotJson); 4], Reason::StatusUnexpected),
            (&[(404, Health); 4], Reason::RouteMissing),
            (&[(200, Health), (200, NotJson)], Reason::BodyMismatch),
            (&[(200, Health), (200, OtherJson)], Reason::BodyMismatch),
        ] {
            assert_eq!(judged(answers), (Status::Fail, Some(reason)), "{answers:?}");
        }
        assert_eq!(judge(&[]).assertions, 0);
    }

    #[test]
    fn health_is_known_by_its_parts() {
        for (body, kind) in [
            (r#"{"ok":false}"#, Body::Health),
            (r#"{"db":{"ok":true}}"#, Body::Health),
            (r#"{"database":true}"#, Body::Health),
            (r#"{"status":"ok"}"#, Body::OtherJson),
            ("[]", Body::OtherJson),
            ("<html>", Body::NotJson),
        ] {
            assert_eq!(Body::of(body.as_bytes()), kind, "{body}");
        }
        assert_eq!(Body::of(b"{\"ok\":\"\xff\"}"), Body::NotJson);
        assert_eq!(Body::of("[".repeat(100_000).as_bytes()), Body::NotJson);
    }
}

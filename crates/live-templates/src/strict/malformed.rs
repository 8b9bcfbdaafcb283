//! Malformed templates and requests are refused, and never end in a server error.

use golive_core::prelude::*;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::cases::{MALFORMED, UNKNOWN_FILTER};
use crate::client::{self, Route};
use crate::said::{mention, said, shortened};

pub(crate) struct Malformed;

#[async_trait]
impl Probe for Malformed {
    fn facts(&self) -> Facts {
        Facts::new("templates.strict-malformed", "malformed templates and requests are refused without a server error")
            .why("a template that is accepted broken fails when the message is due, for every recipient at once")
            .asks("validates and previews unclosed and stray tags, an unknown tag and an unknown filter; then sends requests without trigger or body, with numbers for texts, and no JSON")
            .fails_when("one of them is accepted or answered 5xx; or a request without its fields or without JSON is not 400 (422)")
            .needs(&["templates.triggers"])
            .remedy("Parse before you render with LiquidJS's strictFilters: true, catch its errors, and answer ok: false or 422; check the request's fields before either")
            .runbook("template-strict-mode")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let working = client::working(cx).await?;
        let trigger = &working.trigger.name;
        let mut assertions = Assertions::new();
        let templates = MALFORMED.iter().chain([&UNKNOWN_FILTER]);
        for route in [Route::Validate, Route::Preview] {
            let answers = client::each(templates.clone(), async |(what, body)| {
                let payload =
                    json!({"trigger": trigger, "body": format!("{}{body}", client::whole(&working.trigger))});
                Ok((*what, client::post(cx, route, &payload).await?))
            })
            .await?;
            for (what, answer) in &answers {
                assertions.absorb(judge_template(what, route, answer));
            }
            let requests = incomplete(trigger);
            let answers = client::each(&requests, async |(what, payload)| {
                Ok((*what, client::post(cx, route, payload).await?))
            })
            .await?;
            for (what, answer) in &answers {
                assertions.absorb(judge_request(what, answer));
            }
            let broken = client::ask(cx, route, |path| {
                let request = cx.http().post(path).header("content-type", "application/json");
                request.body(format!("{{\"trigger\": \"{trigger}\", \"body\": "))
            });
            assertions.absorb(judge_request("a request that is not JSON", &broken.await?));
        }
        Ok(assertions.conclude(format!(
            "{} malformed templates and {} malformed requests refused by validation and preview",
            MALFORMED.len() + 1,
            incomplete(trigger).len() + 1
        )))
    }
}

fn incomplete(trigger: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("a request without trigger and body", json!({})),
        ("a request without a body", json!({"trigger": trigger})),
        ("a request without a trigger", json!({"body": "Hello"})),
        (
            "a request with numbers for texts",
            json!({"trigger": 5, "body": 5}),
        ),
    ]
}

fn judge_template(what: &str, route: Route, answer: &Answer) -> Outcome {
    let request = &answer.request;
    let not_ok = answer.status == 200 && answer.body["ok"] == Value::Bool(false);
    // A preview may render what it knows and warn of the filter it does not.
    let warned = what == UNKNOWN_FILTER.0
        && route == Route::Preview
        && answer.status == 200
        && mention(&said(&answer.body), filter_name());
    let reason = match answer.status {
        200 => Reason::BodyMismatch,
        _ => Reason::WrongRefusal,
    };
    let shown = ["text", "rendered"]
        .into_iter()
        .find_map(|key| answer.body[key].as_str());
    let observed = match (answer.status, shown) {
        (200, Some(text)) => format!("{request} rendered {what} as `{}`", shortened(text)),
        (200, None) => format!("{request} accepted {what}"),
        (status, _) => format!("{request} answered {status} to {what}"),
    };
    let mut assertions = Assertions::new();
    assertions.require(
        not_ok || warned || answer.refused(),
        reason,
        "refused with 4xx or \"ok\": false",
        observed,
    );
    assertions.conclude("refused")
}

fn judge_request(what: &str, answer: &Answer) -> Outcome {
    let reason = match answer.status {
        200..=299 => Reason::StatusUnexpected,
        _ => Reason::WrongRefusal,
    };
    let mut assertions = Assertions::new();
    assertions.require(
        matches!(answer.status, 400 | 422),
        reason,
        "400 (or 422)",
        format!("{} answered {} to {what}", answer.request, answer.status),
    );
    assertions.conclude("refused")
}

fn filter_name() -> &'static str {
    let (_, body) = UNKNOWN_FILTER;
    body.rsplit('|')
        .next()
        .unwrap_or_default()
        .trim_end_matches("}}")
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::answer;

    #[test]
    fn malformed_templates_are_refused_by_4xx_or_not_ok() {
        for (status, body, reason) in [
            (422, json!({"error": "invalid_template"}), None),
            (400, json!({"error": "invalid_template"}), None),
            (200, json!({"ok": false, "errors": ["tag not closed"]}), None),
            (200, json!({"ok": true, "errors": []}), Some(Reason::BodyMismatch)),
            (
                200,
                json!({"ok": true, "text": "{{ name"}),
                Some(Reason::BodyMismatch),
            ),
            (
                500,
                json!({"error": "internal_error"}),
                Some(Reason::WrongRefusal),
            ),
            (404, json!({"error": "not_found"}), Some(Reason::WrongRefusal)),
        ] {
            for route in [Route::Preview, Route::Validate] {
                let outcome = judge_template("an unclosed tag", route, &answer(status, body.clone()));
                assert_eq!(outcome.reason, reason, "{body}");
            }
        }
    }

    #[test]
    fn a_preview_may_warn_of_an_unknown_filter_validation_may_not() {
        assert_eq!(filter_name(), "golive_no_such_filter");
        let warned =
            json!({"ok": true, "text": "a", "warnings": ["undefined filter: golive_no_such_filter"]});
        let judged = |route| judge_template(UNKNOWN_FILTER.0, route, &answer(200, warned.clone())).status;
        assert_eq!(
            (judged(Route::Preview), judged(Route::Validate)),
            (Status::Pass, Status::Fail)
        );
    }

    #[test]
    fn incomplete_requests_are_400_or_422() {
        for (status, reason) in [
            (400, None),
            (422, None),
            (200, Some(Reason::StatusUnexpected)),
            (500, Some(Reason::WrongRefusal)),
            (404, Some(Reason::WrongRefusal)),
        ] {
            assert_eq!(
                judge_request("a request", &answer(status, json!({}))).reason,
                reason,
                "{status}"
            );
        }
    }
}

//! A range that makes no sense is refused or empty, never an error of the server.

use golive_core::prelude::*;
use serde_json::Value;

use crate::asking::{VARIABLES, ask};

pub(crate) struct BadRange;

/// Questions that have no answer.
const SENSELESS: [(&str, &[(&str, &str)]); 4] = [
    (
        "words instead of dates",
        &[("from", "yesterday-ish"), ("to", "tomorrow")],
    ),
    (
        "an end before the start",
        &[("from", "2026-03-02"), ("to", "2026-01-01")],
    ),
    (
        "a day that does not exist",
        &[("from", "2026-02-30"), ("to", "2026-03-01")],
    ),
    ("a window without a unit", &[("window", "banana")]),
];

#[async_trait]
impl Probe for BadRange {
    fn facts(&self) -> Facts {
        Facts::new("reports.bad-range", "a range that makes no sense is refused or empty")
            .why("a crash on a mistyped date is an outage anybody can cause, and silently other figures mislead")
            .asks("asks the first report for words instead of dates, a reversed range, an impossible day and a senseless window")
            .fails_when("(WARN) the answer is a 5xx, or 200 with figures of some other range")
            .needs(&["reports.cache-key"])
            .variables(VARIABLES)
            .remedy("Validate from, to and window before they reach the query, and answer 422")
            .runbook("report-ranges")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let Some(report) = cx.contract().reports.first() else {
            return Ok(Outcome::pending(
                Reason::SettingMissing,
                "the contract names no report",
            ));
        };
        let mut answers = Vec::new();
        for (what, parameters) in SENSELESS {
            let parameters: Vec<(&str, String)> = parameters
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect();
            let response = ask(cx, &report.path, &parameters).await?;
            answers.push((what, response.status(), response.json().unwrap_or_default()));
        }
        Ok(judge(&answers))
    }
}

fn judge(answers: &[(&str, u16, Value)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (what, status, body) in answers {
        let refused = (400..500).contains(status);
        let empty = *status == 200 && is_empty(body);
        let observed = match status {
            200 => format!("{what}: answered with figures of another range"),
            status => format!("{what}: answered {status}"),
        };
        let reason = if *status == 200 {
            Reason::DataMismatch
        } else {
            Reason::StatusUnexpected
        };
        assertions.advise(
            refused || empty,
            reason,
            format!("{what}: 4xx or an empty result"),
            observed,
        );
    }
    assertions.conclude(format!(
        "{} senseless ranges were refused or empty",
        answers.len()
    ))
}

/// No figure other than zero outside the range itself.
fn is_empty(body: &Value) -> bool {
    match body {
        Value::Object(fields) => fields
            .iter()
            .all(|(name, value)| name == "range" || name == "ok" || is_empty(value)),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refused_or_empty() {
        let judged = |status, body| judge(&[("words", status, body)]);
        assert_eq!(
            judged(422, json!({ "error": "invalid_range" })).status,
            Status::Pass
        );
        assert_eq!(
            judged(
                200,
                json!({ "ok": true, "range": { "days": 7 }, "overview": { "messages": 0 } })
            )
            .status,
            Status::Pass
        );
        assert_eq!(
            judged(200, json!({ "ok": true, "overview": { "messages": 12 } })).reason,
            Some(Reason::DataMismatch)
        );
        assert_eq!(judged(500, json!({})).reason, Some(Reason::StatusUnexpected));
        assert_eq!(judged(302, json!({})).status, Status::Warn);
    }
}

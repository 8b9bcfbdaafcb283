//! Each report answers, says for which range, and holds figures.

use golive_core::contract::Report;
use golive_core::prelude::*;
use serde_json::Value;

use crate::asking::{Range, VARIABLES, ask};

pub(crate) struct Endpoint(pub(crate) Report);

#[async_trait]
impl Probe for Endpoint {
    fn facts(&self) -> Facts {
        Facts::new(
            format!("reports.{}", self.0.name),
            format!("the {} report answers with its range and figures", self.0.name),
        )
        .why("the merchant opens the reports first: an error page there is the app's first impression")
        .asks(format!(
            "sends GET {} as admin, for a range of dates and for the last seven days",
            self.0.path
        ))
        .fails_when("the status is not 200, ok is not true, or the range or the figures are missing")
        .variables(VARIABLES)
        .remedy(format!(
            "Read the backend's log for GET {} and repair the handler",
            self.0.path
        ))
        .command(format!(
            "curl -s \"$BASE_URL{}?window=7d\" -H \"Authorization: Bearer $TOKEN\"",
            self.0.path
        ))
        .runbook("report-endpoints")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let range = Range::fresh(cx, &format!("endpoint {}", self.0.name));
        let dated = ask(cx, &self.0.path, &range.pairs()).await?.expect_json(&[200])?;
        let week = ask(cx, &self.0.path, &[("window", "7d".to_owned())])
            .await?
            .expect_json(&[200])?;
        Ok(judge(&[("from and to", &dated), ("window=7d", &week)]))
    }
}

fn judge(answers: &[(&str, &Value)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (question, body) in answers {
        let ok = body.get("ok");
        let shown = ok.map_or_else(|| "no field ok".to_owned(), |ok| format!("ok: {ok}"));
        assertions.require(
            ok == Some(&Value::Bool(true)),
            Reason::BodyMismatch,
            format!("{question}: ok: true"),
            format!("{question}: {shown}"),
        );
        let ranged = body
            .get("range")
            .and_then(Value::as_object)
            .is_some_and(|range| !range.is_empty());
        assertions.require(
            ranged,
            Reason::BodyMismatch,
            format!("{question}: the range it covers"),
            format!("{question}: no range"),
        );
        let figures = body.as_object().is_some_and(|fields| {
            fields.iter().any(|(name, value)| {
                !["ok", "range", "request_id"].contains(&name.as_str()) && !value.is_null()
            })
        });
        assertions.require(
            figures,
            Reason::BodyMismatch,
            format!("{question}: figures beside ok and range"),
            format!("{question}: no figures"),
        );
    }
    assertions.conclude(format!(
        "answered {} questions with range and figures",
        answers.len()
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ok_range_and_figures() {
        let healthy =
            json!({ "ok": true, "range": { "from": "a", "to": "b" }, "overview": { "messages": 0 } });
        assert_eq!(judge(&[("q", &healthy)]).status, Status::Pass);
        for (field, value) in [
            ("ok", json!(false)),
            ("range", Value::Null),
            ("range", json!({})),
            ("overview", Value::Null),
        ] {
            let mut broken = healthy.clone();
            broken[field] = value;
            assert_eq!(
                judge(&[("q", &broken)]).reason,
                Some(Reason::BodyMismatch),
                "{field}"
            );
        }
        assert_eq!(judge(&[("q", &json!({}))]).status, Status::Fail);
    }
}

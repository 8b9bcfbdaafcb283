//! A cached answer is the answer that was computed.

use std::sync::Arc;

use golive_core::prelude::*;
use serde_json::Value;

use crate::asking::{Range, VARIABLES, ask, cached, steady};

/// One report asked twice for the same, never used range.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) report: String,
    pub(crate) first: Answer,
    pub(crate) second: Answer,
}

/// What matters of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) cached: Option<String>,
    pub(crate) body: Value,
}

/// Asked once a run, whichever probe comes first.
pub(crate) async fn pairs(cx: &Context) -> Result<Arc<Vec<Pair>>, Error> {
    cx.shared("reports.pairs", || async {
        let mut pairs = Vec::new();
        for report in &cx.contract().reports {
            let range = Range::fresh(cx, &format!("pair {}", report.name)).pairs();
            let mut answers = Vec::new();
            for _ in 0..2 {
                let response = ask(cx, &report.path, &range).await?;
                let body = steady(response.expect_json(&[200])?);
                answers.push(Answer {
                    cached: cached(cx, &response),
                    body,
                });
            }
            if let (Some(second), Some(first)) = (answers.pop(), answers.pop()) {
                pairs.push(Pair {
                    report: report.name.clone(),
                    first,
                    second,
                });
            }
        }
        Ok(pairs)
    })
    .await
}

pub(crate) struct SameBody;

#[async_trait]
impl Probe for SameBody {
    fn facts(&self) -> Facts {
        Facts::new(
            "reports.cache-same-body",
            "a cached report is the report that was computed",
        )
        .why("figures that change between two looks at the same page cost the merchant's trust")
        .asks("compares the two answers to the same question, the second from the cache, field by field")
        .fails_when("any field but request_id differs")
        .needs(&["reports.cache-miss-then-hit"])
        .variables(VARIABLES)
        .remedy("Store the response body as it was sent, and send it back unchanged on a hit")
        .runbook("report-cache")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&pairs(cx).await?))
    }
}

fn judge(pairs: &[Pair]) -> Outcome {
    let mut assertions = Assertions::new();
    for Pair {
        report,
        first,
        second,
    } in pairs
    {
        let fields = differing(&first.body, &second.body);
        assertions.require(
            fields.is_empty(),
            Reason::BodyMismatch,
            format!("{report}: the same body from the cache"),
            format!("{report}: the cached answer differs in {}", fields.join(", ")),
        );
    }
    assertions.conclude(format!(
        "{} reports: the cached body equals the computed one",
        pairs.len()
    ))
}

/// Top-level fields that are not alike.
fn differing(first: &Value, second: &Value) -> Vec<String> {
    let (Some(first), Some(second)) = (first.as_object(), second.as_object()) else {
        return if first == second {
            Vec::new()
        } else {
            vec!["the whole body".to_owned()]
        };
    };
    let mut names: Vec<&String> = first.keys().chain(second.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| first.get(*name) != second.get(*name))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_counts() {
        let judged = |first: Value, second: Value| {
            let answer = |body| Answer { cached: None, body };
            judge(&[Pair {
                report: "overview".into(),
                first: answer(first),
                second: answer(second),
            }])
        };
        let healthy = json!({ "ok": true, "range": { "from": 1 } });
        assert_eq!(judged(healthy.clone(), healthy.clone()).status, Status::Pass);
        let stamped = json!({ "ok": true, "range": { "from": 1 }, "generatedAt": "now" });
        assert!(judged(healthy.clone(), stamped).summary.contains("generatedAt"));
        assert_eq!(
            judged(healthy, json!({ "ok": true, "range": {} })).status,
            Status::Fail
        );
        assert_eq!(judged(json!([1]), json!([2])).status, Status::Fail);
    }
}

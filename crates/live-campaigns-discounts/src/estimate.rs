//! What sending a campaign will cost.

use std::time::Duration;

use golive_core::contract::fill;
use golive_core::http::Response;
use golive_core::prelude::*;
use serde_json::Value;

pub(crate) mod amount;
pub(crate) mod arithmetic;
pub(crate) mod audience;
pub(crate) mod census;
pub(crate) mod parts;
pub(crate) mod segments;

use crate::answers::VARIABLES;
use crate::smoke::{self, Made, Sample};
use parts::Estimate;

pub(crate) struct Present;

#[async_trait]
impl Probe for Present {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.estimate", "a campaign's cost is estimated, with every part of the sum")
            .why("whoever sends must know to how many, and for how much")
            .asks("reads the estimate of a campaign by GET (POST where there is no GET)")
            .fails_when("there is no estimate, or recipients, segments, cost, currency or a part of the breakdown is missing or no figure")
            .needs(&["campaigns.create", "database.columns.Contact"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Let GET /campaigns/<id>/estimate answer estimate with recipientCount, totalSegments, estimatedCost, currency and the breakdown behind them")
            .runbook("campaign-estimates")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Plain).await?;
        let (method, answer) = ask(cx, &made).await?;
        Ok(judge(method, &answer.expect_json(&[200, 201])?))
    }
}

/// Asks for the estimate by GET, or by POST where there is no GET.
async fn ask(cx: &Context, made: &Made) -> Result<(&'static str, Response), Error> {
    let path = fill(&cx.contract().paths.campaign_estimate, made.id()?);
    let answer = cx.http().get(&path).admin()?.send().await?;
    if matches!(answer.status(), 404 | 405) {
        let other = cx.http().post(&path).admin()?.send().await?;
        if !matches!(other.status(), 404 | 405) {
            return Ok(("POST", other));
        }
    }
    Ok(("GET", answer))
}

/// The estimate of a campaign.
///
/// # Errors
/// [`Error::Judged`] when there is none, or it lacks a part.
async fn of(cx: &Context, made: &Made) -> Result<Estimate, Error> {
    let (method, answer) = ask(cx, made).await?;
    let body = answer.expect_json(&[200, 201])?;
    Estimate::read(&body).map_err(|_| Error::Judged(Box::new(judge(method, &body))))
}

fn judge(method: &str, body: &Value) -> Outcome {
    let mut assertions = Assertions::new();
    let read = Estimate::read(body);
    let flawed = read.as_ref().err().cloned().unwrap_or_default();
    for field in parts::FIELDS {
        let flaw = flawed.iter().find(|flaw| flaw.field == field);
        assertions.require(
            flaw.is_none(),
            Reason::BodyMismatch,
            format!("estimate.{field} is given"),
            flaw.map_or_else(String::new, ToString::to_string),
        );
    }
    let words = read.map(|estimate| estimate.to_string()).unwrap_or_default();
    assertions.conclude(format!("{method}: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_estimate_passes() {
        let whole = parts::tests::answer();
        let outcome = judge("GET", &whole);
        assert_eq!((outcome.status, outcome.assertions), (Status::Pass, 8));
        assert_eq!(
            outcome.summary,
            "GET: 210 recipients × 1 part × 0.075 USD = 15.75 USD"
        );
        let mut partial = whole;
        partial["estimate"]["breakdown"] = serde_json::json!({});
        let outcome = judge("GET", &partial);
        assert_eq!(outcome.reason, Some(Reason::BodyMismatch));
        assert_eq!(
            outcome.summary,
            "estimate.breakdown.recipients is null (and 3 more)"
        );
        assert_eq!(judge("GET", &Value::Null).status, Status::Fail);
    }
}

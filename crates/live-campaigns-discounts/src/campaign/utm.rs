//! UTM parameters are kept.

use std::time::Duration;

use golive_core::contract::fill;
use golive_core::prelude::*;
use serde_json::{Value, json};

use super::update;
use crate::answers::{VARIABLES, shown};
use crate::smoke::{self, Sample};
use crate::stored::{self, Campaign};

pub(crate) struct Utm;

#[async_trait]
impl Probe for Utm {
    fn facts(&self) -> Facts {
        Facts::new(
            "campaigns.utm",
            "every UTM parameter of a campaign is stored as given",
        )
        .why("a campaign without its UTM parameters earns nothing in the shop's statistics")
        .asks("puts source, medium and campaign as a bare object, and reads the row in PostgreSQL")
        .fails_when("it is refused, or a parameter is missing or differs in the row")
        .needs(&["campaigns.create"])
        .safety(Safety::Smoke)
        .timeout(Duration::from_secs(40))
        .variables(VARIABLES)
        .remedy("Let PUT /campaigns/<id>/utm write its whole body to Campaign.utmJson")
        .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Changing).await?;
        // Only so that two changes of one campaign do not cross: how that one went is its own probe's finding.
        update::change(cx).await.ok();
        let asked = json!({"utm_source": "golive", "utm_medium": "sms", "utm_campaign": made.name});
        let path = fill(&cx.contract().paths.campaign_utm, made.id()?);
        let answer = cx.http().put(&path).admin()?.json(&asked).send().await?;
        answer.expect_status(&[200, 201, 202, 204])?;
        let fits =
            |row: Option<&Campaign>| row.is_some_and(|row| judge(&asked, &row.utm).status == Status::Pass);
        let row = stored::campaign(cx, made.id()?, fits).await?;
        Ok(judge(&asked, &row.unwrap_or_default().utm))
    }
}

fn judge(asked: &Value, stored: &Value) -> Outcome {
    let mut assertions = Assertions::new();
    for (name, value) in asked.as_object().into_iter().flatten() {
        assertions.require(
            stored[name] == *value,
            Reason::EffectMissing,
            format!("{name} is stored as {value}"),
            format!("{name} is stored as {}", shown(&stored[name])),
        );
    }
    assertions.conclude("source, medium and campaign are stored as given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_counts() {
        let asked = json!({"utm_source": "golive", "utm_medium": "sms"});
        assert_eq!(judge(&asked, &asked).status, Status::Pass);
        let more = json!({"utm_source": "golive", "utm_medium": "sms", "utm_term": "x"});
        assert_eq!(judge(&asked, &more).status, Status::Pass);
        for stored in [
            Value::Null,
            json!({}),
            json!({"utm_source": "golive"}),
            json!("text"),
        ] {
            assert_eq!(
                judge(&asked, &stored).reason,
                Some(Reason::EffectMissing),
                "{stored}"
            );
        }
    }
}

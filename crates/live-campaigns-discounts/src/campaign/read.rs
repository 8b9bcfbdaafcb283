//! A campaign is opened by its id.

use std::time::Duration;

use golive_core::contract::fill;
use golive_core::prelude::*;
use serde_json::Value;

use crate::answers::{self, VARIABLES, same, shown};
use crate::smoke::{self, Sample};

pub(crate) struct Read;

#[async_trait]
impl Probe for Read {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.read", "a campaign is opened by its id, with name, text and status")
            .why("what cannot be opened cannot be checked before it is sent")
            .asks("reads the campaign that was created")
            .fails_when("it is not found, another one is answered, or its name, text or status differ from what was created")
            .needs(&["campaigns.create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(20))
            .variables(VARIABLES)
            .remedy("Let GET /campaigns/<id> look for id and the token's shopId together, and answer the whole row")
            .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Plain).await?;
        let path = fill(&cx.contract().paths.campaign, made.id()?);
        let body = cx.http().get(&path).admin()?.send().await?.expect_json(&[200])?;
        Ok(judge(made.id()?, &made.asked, &body["campaign"]))
    }
}

fn judge(id: &str, asked: &Value, campaign: &Value) -> Outcome {
    let mut assertions = Assertions::new();
    let answered = answers::id(&campaign["id"]);
    assertions.require(
        answered.as_deref() == Some(id),
        Reason::BodyMismatch,
        format!("campaign.id is {id}"),
        format!("campaign.id is {}", shown(&campaign["id"])),
    );
    for field in ["name", "bodyText"] {
        assertions.require(
            campaign[field] == asked[field],
            Reason::BodyMismatch,
            format!("{field} is {}", shown(&asked[field])),
            format!("{field} is {}", shown(&campaign[field])),
        );
    }
    let status = &campaign["status"];
    assertions.require(
        same(status, "draft"),
        Reason::BodyMismatch,
        "status is draft",
        format!("status is {}", shown(status)),
    );
    assertions.conclude("id, name, text and status are those of the campaign that was created")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_must_be_the_same_campaign() {
        let asked = json!({"name": "n", "bodyText": "t"});
        let whole = json!({"id": "c1", "name": "n", "bodyText": "t", "status": "draft", "extra": 1});
        assert_eq!(judge("c1", &asked, &whole).status, Status::Pass);
        for (field, value) in [
            ("id", json!("c2")),
            ("name", json!("m")),
            ("bodyText", Value::Null),
            ("status", json!("sent")),
        ] {
            let mut changed = whole.clone();
            changed[field] = value;
            assert_eq!(
                judge("c1", &asked, &changed).reason,
                Some(Reason::BodyMismatch),
                "{field}"
            );
        }
        assert_eq!(judge("c1", &asked, &Value::Null).status, Status::Fail);
    }
}

//! A campaign that is created is answered as a draft, and stored as it was given.

use std::time::Duration;

use golive_core::prelude::*;
use serde_json::Value;

use crate::answers::{VARIABLES, same, shown};
use crate::smoke::{self, Sample};
use crate::stored::{self, Campaign};

pub(crate) struct Create;

#[async_trait]
impl Probe for Create {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.create", "a new campaign is a draft, stored as it was given")
            .why("a campaign that is lost or cut short is noticed by the customers first")
            .asks("creates a campaign with name, text, batch size and UTM parameters, and reads its row in PostgreSQL")
            .fails_when("the answer is no draft with an id, or the row is missing, of another shop, or holds other values")
            .needs(&["campaigns.auth", "database.connect", "database.columns.Campaign"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Let POST /campaigns write every field of its body to Campaign, as a draft of the token's shop, before it answers 201 with the row")
            .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Plain).await?;
        let body = made.answer.expect_json(&[200, 201])?;
        let shop = cx.settings().shop()?;
        let row = match &made.id {
            Some(id) => stored::campaign(cx, id, |row| row.is_some()).await?,
            None => None,
        };
        Ok(judge(
            &made.asked,
            &body,
            made.id.as_deref(),
            row.as_ref(),
            shop.as_str(),
        ))
    }
}

fn judge(asked: &Value, body: &Value, id: Option<&str>, row: Option<&Campaign>, shop: &str) -> Outcome {
    let mut assertions = Assertions::new();
    let mismatch = Reason::BodyMismatch;
    assertions.require(
        body["ok"] != false,
        mismatch,
        "the answer says \"ok\": true",
        "the answer says \"ok\": false",
    );
    let status = &body["campaign"]["status"];
    assertions.require(
        same(status, "draft"),
        mismatch,
        "the new campaign's status is draft",
        format!("the new campaign's status is {}", shown(status)),
    );
    if !assertions.require(
        id.is_some(),
        mismatch,
        "the answer holds campaign.id",
        "the answer holds no campaign.id",
    ) {
        return assertions.conclude("");
    }
    let expected = "the campaign has a row in PostgreSQL";
    if !assertions.require(
        row.is_some(),
        Reason::EffectMissing,
        expected,
        "the campaign has no row in PostgreSQL",
    ) {
        return assertions.conclude("");
    }
    let row = row.cloned().unwrap_or_default();
    assertions.require(
        row.shop.as_deref() == Some(shop),
        Reason::TenantCrossed,
        "the row belongs to the token's shop",
        "the row belongs to another shop",
    );
    let size = row.batch_size.map_or(Value::Null, Value::from);
    for (field, stored) in [
        ("name", Value::from(row.name)),
        ("bodyText", row.text.map_or(Value::Null, Value::from)),
        ("batchSize", size),
        ("utmJson", row.utm),
    ] {
        assertions.require(
            stored == asked[field],
            Reason::DataMismatch,
            format!("{field} is stored as {}", shown(&asked[field])),
            format!("{field} is stored as {}", shown(&stored)),
        );
    }
    assertions.require(
        row.status.eq_ignore_ascii_case("draft"),
        Reason::DataMismatch,
        "the row's status is draft",
        format!("the row's status is {}", row.status),
    );
    assertions
        .conclude("answered as a draft with an id; the row holds name, text, batch size and UTM as given")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answer_and_row_must_agree() {
        let asked = smoke::campaign_body("golive-1-plain", "text");
        let body = json!({"ok": true, "campaign": {"id": "c1", "status": "draft"}});
        let row = Campaign {
            name: "golive-1-plain".into(),
            text: Some("text".into()),
            status: "DRAFT".into(),
            batch_size: Some(smoke::BATCH_SIZE),
            utm: asked["utmJson"].clone(),
            segment: None,
            shop: Some("a.myshopify.com".into()),
        };
        let of = |body: &Value, id: Option<&str>, row: Option<&Campaign>| {
            judge(&asked, body, id, row, "a.myshopify.com").reason
        };
        assert_eq!(of(&body, Some("c1"), Some(&row)), None);
        assert_eq!(of(&body, None, None), Some(Reason::BodyMismatch));
        assert_eq!(of(&body, Some("c1"), None), Some(Reason::EffectMissing));
        let scheduled = json!({"campaign": {"id": "c1", "status": "scheduled"}});
        assert_eq!(of(&scheduled, Some("c1"), Some(&row)), Some(Reason::BodyMismatch));
        let mut crossed = row.clone();
        crossed.shop = Some("b.myshopify.com".into());
        assert_eq!(of(&body, Some("c1"), Some(&crossed)), Some(Reason::TenantCrossed));
        for changed in [
            Campaign {
                text: Some("te".into()),
                ..row.clone()
            },
            Campaign {
                batch_size: Some(500),
                ..row.clone()
            },
            Campaign {
                utm: Value::Null,
                ..row.clone()
            },
            Campaign {
                status: "sent".into(),
                ..row.clone()
            },
        ] {
            assert_eq!(
                of(&body, Some("c1"), Some(&changed)),
                Some(Reason::DataMismatch),
                "{changed:?}"
            );
        }
    }
}

//! A discount that is created is answered with its code and link, and stored.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::{Param, Stores};
use serde_json::{Value, json};

use crate::answers::{VARIABLES, same, shown};
use crate::smoke;
use crate::stored::{self, Discount};

pub(crate) struct Create;

#[async_trait]
impl Probe for Create {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.discount-create", "a new discount is answered with its code and link, and stored")
            .why("a campaign that promises a code which does not exist costs orders and trust")
            .asks("creates a discount of 10 percent and reads its row in PostgreSQL, and one of 5 units of the shop's currency where its settings name it")
            .fails_when("one is refused, id, code or applyUrl are missing or another code's, or there is no row of the shop")
            .needs(&["campaigns.auth", "database.connect", "database.columns.Discount"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(40))
            .variables(VARIABLES)
            .remedy("Let POST /discounts create the code at Shopify (scope write_discounts), write it to Discount, and answer id, code and applyUrl")
            .runbook("discounts")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::discount(cx).await?;
        let body = made.answer.expect_json(&[200, 201])?;
        let row = match &made.id {
            Some(id) => stored::discount(cx, id, |row| row.is_some()).await?,
            None => None,
        };
        let shop = cx.settings().shop()?;
        let mut assertions = Assertions::new();
        assertions.absorb(judge(
            &made.name,
            &body,
            made.id.as_deref(),
            row.as_ref(),
            shop.as_str(),
        ));
        let amount = match currency(cx, shop.as_str()).await? {
            Some(currency) => {
                assertions.absorb(judge_amount(&currency, create_amount(cx, &currency).await?));
                format!("5 {currency}")
            }
            None => "an amount not tried, as the shop's settings name no currency".to_owned(),
        };
        Ok(assertions.conclude(format!(
            "10 percent and {amount}: answered with id, code and applyUrl, and stored"
        )))
    }
}

/// The currency that the shop's settings name.
async fn currency(cx: &Context, shop: &str) -> Result<Option<String>, Error> {
    let sql = r#"SELECT "settingsJson"::jsonb ->> 'currency' AS currency FROM "Shop" WHERE domain = $1"#;
    let row = match cx
        .postgres()
        .await?
        .fetch_optional(sql, &[Param::from(shop)])
        .await
    {
        Err(error) if stored::is_unreadable(&error) => None,
        row => row?,
    };
    let currency = row.map(|row| row.opt_text("currency")).transpose()?.flatten();
    Ok(currency
        .filter(|currency| currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase())))
}

async fn create_amount(cx: &Context, currency: &str) -> Result<u16, Error> {
    let code = cx.smoke_name("amount");
    let body = json!({"code": code, "kind": "amount", "value": 5, "currencyCode": currency, "title": code});
    Ok(smoke::create_discount(cx, code, body).await?.answer.status())
}

fn judge_amount(currency: &str, status: u16) -> Outcome {
    let mut assertions = Assertions::new();
    assertions.require(
        matches!(status, 200 | 201),
        Reason::RefusedValid,
        format!("a discount of 5 {currency} is created"),
        format!("a discount of 5 {currency} was answered {status}"),
    );
    assertions.conclude("")
}

fn judge(code: &str, body: &Value, id: Option<&str>, row: Option<&Discount>, shop: &str) -> Outcome {
    let mut assertions = Assertions::new();
    let mismatch = Reason::BodyMismatch;
    assertions.require(
        body["ok"] != false,
        mismatch,
        "the answer says \"ok\": true",
        "the answer says \"ok\": false",
    );
    assertions.require(
        same(&body["code"], code),
        mismatch,
        format!("the answer's code is {code}"),
        format!("the answer's code is {}", shown(&body["code"])),
    );
    let url = &body["applyUrl"];
    assertions.require(
        url.as_str().is_some_and(|url| !url.is_empty()),
        mismatch,
        "the answer holds applyUrl",
        format!("the answer's applyUrl is {}", shown(url)),
    );
    if !assertions.require(
        id.is_some(),
        mismatch,
        "the answer holds id",
        "the answer holds no id",
    ) {
        return assertions.conclude("");
    }
    let expected = "the discount has a row in PostgreSQL";
    if !assertions.require(
        row.is_some(),
        Reason::EffectMissing,
        expected,
        "the discount has no row in PostgreSQL",
    ) {
        return assertions.conclude("");
    }
    let row = row.cloned().unwrap_or_default();
    assertions.require(
        row.code.eq_ignore_ascii_case(code),
        Reason::DataMismatch,
        format!("the row's code is {code}"),
        format!("the row's code is {}", row.code),
    );
    assertions.require(
        row.shop.as_deref() == Some(shop),
        Reason::TenantCrossed,
        "the row belongs to the token's shop",
        "the row belongs to another shop",
    );
    assertions.conclude("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_and_row_must_agree() {
        let row = Discount {
            code: "A-1".into(),
            status: None,
            shop: Some("s".into()),
        };
        let body = json!({"ok": true, "id": "d", "code": "A-1", "applyUrl": "https://s/discount/A-1"});
        let of =
            |body: &Value, id: Option<&str>, row: Option<&Discount>| judge("a-1", body, id, row, "s").reason;
        assert_eq!(of(&body, Some("d"), Some(&row)), None);
        for field in ["code", "applyUrl"] {
            let mut partial = body.clone();
            partial[field] = Value::Null;
            assert_eq!(
                of(&partial, Some("d"), Some(&row)),
                Some(Reason::BodyMismatch),
                "{field}"
            );
        }
        assert_eq!(of(&body, None, None), Some(Reason::BodyMismatch));
        assert_eq!(of(&body, Some("d"), None), Some(Reason::EffectMissing));
        let other = Discount {
            code: "B".into(),
            ..row.clone()
        };
        assert_eq!(of(&body, Some("d"), Some(&other)), Some(Reason::DataMismatch));
        let crossed = Discount {
            shop: Some("t".into()),
            ..row
        };
        assert_eq!(of(&body, Some("d"), Some(&crossed)), Some(Reason::TenantCrossed));
        assert_eq!(judge_amount("EUR", 201).status, Status::Pass);
        assert_eq!(judge_amount("EUR", 422).reason, Some(Reason::RefusedValid));
    }
}

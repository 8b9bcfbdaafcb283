//! A campaign belongs to its shop: no other shop's token reads, changes, estimates, sends or deletes it.

use std::time::Duration;

use golive_core::contract::fill;
use golive_core::http::Request;
use golive_core::prelude::*;
use golive_core::signing::jwt;
use golive_stores::{Param, Stores};
use serde_json::json;

mod foreign;
mod judge;

use crate::answers::VARIABLES;
use crate::campaign::pages::{Walk, is_listed};
use crate::smoke::{self, Made, Sample};
use crate::stored;
use judge::{Attempt, Seen, judge};

pub(crate) struct Isolation;

#[async_trait]
impl Probe for Isolation {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.isolation", "another shop's token gets at no campaign, and no request puts one into another shop")
            .why("a merchant who reads or changes a competitor's campaigns is the end of the product")
            .asks("reads, lists, estimates, changes, test-sends (without a number) and deletes its own campaign with a token of another shop, and creates campaigns that name an impossible shop in query, header and body")
            .fails_when("one of them is answered, or refused with another status than 404 or 403, or a campaign lands outside the token's shop")
            .needs(&["campaigns.read", "database.connect", "database.columns.Shop"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_mins(1))
            .variables(VARIABLES)
            .remedy("Add shopId of the token's shop to the where clause of every campaign query, reads and writes alike, and take the shop from nowhere else")
            .runbook("campaign-isolation")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Guarded).await?;
        let id = made.id()?;
        let other = other_shop(cx).await?;
        let second_shop = other.is_some();
        let token = token_of(cx, &other.unwrap_or_else(|| cx.impossible_shop()))?;
        let list = cx
            .http()
            .get(&cx.contract().paths.campaigns)
            .query(&[("limit", "1")])
            .bearer(&token);
        let let_in = list.send().await?.status() == 200;
        let newest_drafts = Walk {
            token: Some(&token),
            status: Some("draft"),
            limit: 100,
            pages: 3,
        };
        let listed = if let_in {
            is_listed(cx, newest_drafts, id).await?
        } else {
            None
        };
        let attempts = attempts(cx, &made, &token).await?;
        // Nothing to wait for: what was refused changes nothing later.
        let row = stored::campaign(cx, id, |_| true).await?;
        let untouched = row.is_some_and(|row| row.name == made.name && row.utm == made.asked["utmJson"]);
        let foreign = foreign::create(cx).await?;
        Ok(judge(&Seen {
            second_shop,
            let_in,
            listed,
            attempts,
            untouched,
            foreign,
        }))
    }
}

/// Another shop that is installed. It is only ever named in a token: nothing is written to it.
async fn other_shop(cx: &Context) -> Result<Option<String>, Error> {
    let sql = r#"SELECT domain FROM "Shop" WHERE domain <> $1 AND domain NOT LIKE 'golive-%' ORDER BY "createdAt" LIMIT 1"#;
    let shop = cx.settings().shop()?;
    let row = cx
        .postgres()
        .await?
        .fetch_optional(sql, &[Param::from(shop.as_str())])
        .await?;
    row.map(|row| row.text("domain")).transpose()
}

fn token_of(cx: &Context, shop: &str) -> Result<String, Error> {
    Ok(jwt::valid(
        shop,
        cx.settings().jwt_secret()?,
        jiff::Timestamp::now().as_second(),
    ))
}

/// Everything that can be tried on one campaign, deletion last.
async fn attempts(cx: &Context, made: &Made, token: &str) -> Result<Vec<Attempt>, Error> {
    let paths = &cx.contract().paths;
    let at = |template: &str| fill(template, made.id.as_deref().unwrap_or_default());
    let (campaign, utm) = (at(&paths.campaign), at(&paths.campaign_utm));
    let (estimate, test_send) = (at(&paths.campaign_estimate), at(&paths.campaign_test_send));
    let http = cx.http();
    let renamed = json!({"name": format!("{}-taken", made.name), "bodyText": made.asked["bodyText"]});
    let requests: [(&str, Request); 6] = [
        ("read", http.get(&campaign)),
        ("estimate", http.get(&estimate)),
        ("estimate by POST", http.post(&estimate)),
        ("UTM change", http.put(&utm).json(&json!({"utm_source": "taken"}))),
        ("change", http.put(&campaign).json(&renamed)),
        ("test send", http.post(&test_send).json(&json!({}))),
    ];
    let mut attempts = Vec::new();
    for (what, request) in requests {
        let status = request.bearer(token).send().await?.status();
        attempts.push(Attempt {
            what,
            status,
            validated_first: false,
        });
    }
    // Without a number even the shop itself is refused with 422. If a campaign that does not exist is refused so
    // too, the body is validated first, and the answer says nothing about the campaign.
    let nowhere = fill(&paths.campaign_test_send, &cx.smoke_name("nowhere"));
    let control = http
        .post(&nowhere)
        .admin()?
        .json(&json!({}))
        .send()
        .await?
        .status();
    if let Some(attempt) = attempts.last_mut() {
        attempt.validated_first = matches!(control, 400 | 422);
    }
    let status = http.delete(&campaign).bearer(token).send().await?.status();
    attempts.push(Attempt {
        what: "deletion",
        status,
        validated_first: false,
    });
    Ok(attempts)
}

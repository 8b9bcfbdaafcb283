//! Campaigns that name another shop: one that cannot exist, so that nobody's data is at stake.

use golive_core::context::Context;
use golive_core::error::Error;
use golive_stores::{Param, Stores, sql_rows_undo};
use serde_json::json;

use crate::answers;
use crate::smoke;
use crate::undo::{self, Object};

/// What came of one request that names another shop.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Foreign {
    /// Where it names it: query, header, body.
    pub(super) place: &'static str,
    pub(super) status: u16,
    /// Whether a row came of it that belongs to another shop than the token's.
    pub(super) elsewhere: bool,
    /// Whether the impossible shop exists now.
    pub(super) shop_made: bool,
}

/// Creates a campaign for each place a shop can be named in.
pub(super) async fn create(cx: &Context) -> Result<Vec<Foreign>, Error> {
    let mut seen = Vec::new();
    let domain = cx.impossible_shop();
    cx.undo_later(sql_rows_undo(
        format!("shop {domain}"),
        "Shop",
        &[("domain", json!(domain))],
    ))?;
    for place in ["query", "header", "body"] {
        seen.push(create_one(cx, place, &domain).await?);
    }
    Ok(seen)
}

async fn create_one(cx: &Context, place: &'static str, domain: &str) -> Result<Foreign, Error> {
    let name = cx.smoke_name(&format!("foreign-{place}"));
    let ticket = cx.undo_later(undo::smoke_data(Object::Campaign, &name, None))?;
    let mut body = smoke::campaign_body(&name, &format!("Test campaign {name}, deleted in a minute."));
    let mut request = cx.http().post(&cx.contract().paths.campaigns).admin()?;
    match place {
        "query" => request = request.query(&[("shop", domain)]),
        "header" => request = request.header(&cx.contract().headers.shopify_shop, domain),
        _ => {
            for field in ["shop", "shopDomain", "shop_domain"] {
                body[field] = json!(domain);
            }
            body["shopId"] = json!(cx.smoke_name("shop"));
        }
    }
    let answer = request.json(&body).send().await?;
    if (400..500).contains(&answer.status()) {
        ticket.done();
    } else if let Some(id) = answer
        .json()
        .ok()
        .and_then(|body| answers::id(&body["campaign"]["id"]))
    {
        ticket.update(undo::smoke_data(Object::Campaign, &name, Some(&id)).data)?;
    }
    let own = cx.settings().shop()?;
    let postgres = cx.postgres().await?;
    let sql = r#"SELECT 1 AS one FROM "Campaign" c LEFT JOIN "Shop" s ON s.id = c."shopId"
        WHERE c.name = $1 AND s.domain IS DISTINCT FROM $2"#;
    let elsewhere = postgres
        .exists(sql, &[Param::from(&name), Param::from(own.as_str())])
        .await?;
    let shop_made = postgres
        .exists(
            r#"SELECT 1 AS one FROM "Shop" WHERE domain = $1"#,
            &[Param::from(domain)],
        )
        .await?;
    Ok(Foreign {
        place,
        status: answer.status(),
        elsewhere,
        shop_made,
    })
}

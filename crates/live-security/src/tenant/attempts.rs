//! Attempts to write into another shop: drafts, which are taken back, and updates that nothing accepts.

use golive_core::contract::fill;
use golive_core::prelude::*;
use golive_stores::{Param, Stores};
use serde_json::{Value, json};

use super::By;
use super::other::Other;
use crate::draft::{self, Created};

/// Whose campaigns of these names are.
const OWNERS: &str =
    r#"SELECT c.name, s.domain FROM "Campaign" c JOIN "Shop" s ON s.id = c."shopId" WHERE c.name = ANY($1)"#;

/// Whose a new campaign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The token's shop's.
    Own,
    Other,
    /// Nothing was created.
    Nobody,
    /// The answer does not tell.
    Unknown,
}

/// A draft that named another shop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    pub(super) by: By,
    pub(super) status: u16,
    pub(super) owner: Owner,
}

/// An update of another shop's campaign that nothing accepts: without naming that shop, and naming it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update {
    pub(super) by: By,
    pub(super) plain: u16,
    pub(super) named: u16,
}

/// Drafts that name the other shop in each way, and whether the database told whose they are.
pub(super) async fn drafts(cx: &Context, other: &Other) -> Result<(Vec<Draft>, bool), Error> {
    let mut seen = Vec::new();
    for by in [By::Query, By::Header, By::Body] {
        seen.push((by, create(cx, by, other).await?));
    }
    let names: Vec<String> = [By::Query, By::Header, By::Body].map(|by| name(cx, by)).into();
    let strays = strays(cx, &names).await;
    let mut drafts = Vec::new();
    for (by, created) in seen {
        let owner = match &strays {
            Ok(strays) => strays
                .iter()
                .find(|(stray, _)| *stray == name(cx, by))
                .map(|_| Owner::Other),
            Err(_) => None,
        };
        let owner = match owner {
            Some(owner) => owner,
            None => owner_of(cx, &created, other).await?,
        };
        drafts.push(Draft {
            by,
            status: created.status,
            owner,
        });
    }
    Ok((drafts, strays.is_ok()))
}

fn name(cx: &Context, by: By) -> String {
    cx.smoke_name(&format!("tenant-{by:?}").to_lowercase())
}

/// The fields of a body that name a shop, in every spelling that is met.
fn naming(other: &Other) -> Vec<(&'static str, Value)> {
    let domain = json!(other.domain());
    let mut fields = vec![
        ("shop", domain.clone()),
        ("shopDomain", domain.clone()),
        ("shop_domain", domain),
    ];
    fields.extend(other.real().map(|shop| ("shopId", json!(shop.id))));
    fields
}

fn with_naming(mut body: Value, by: By, other: &Other) -> Value {
    if by == By::Body {
        for (field, value) in naming(other) {
            body[field] = value;
        }
    }
    body
}

async fn create(cx: &Context, by: By, other: &Other) -> Result<Created, Error> {
    let (paths, name) = (&cx.contract().paths, name(cx, by));
    let body = json!({"name": name, "bodyText": "golive looks whose draft this is. Never sent."});
    let request = cx.http().post(&paths.campaigns).admin()?;
    let request = by
        .name(cx, request, other.domain())
        .json(&with_naming(body, by, other));
    let row = other.real().map(|_| ("Campaign", name.as_str()));
    draft::create(cx, request, &format!("campaign {name}"), &paths.campaign, row).await
}

/// Drafts that are in another shop than the token's: name and domain.
async fn strays(cx: &Context, names: &[String]) -> Result<Vec<(String, String)>, Error> {
    let own = cx.settings().shop()?;
    let rows = cx
        .postgres()
        .await?
        .fetch(OWNERS, &[Param::Texts(names.to_vec())])
        .await?;
    let mut strays = Vec::new();
    for row in rows {
        let (name, domain) = (row.text("name")?, row.text("domain")?);
        if domain != own.as_str() {
            strays.push((name, domain));
        }
    }
    Ok(strays)
}

/// What the answer says, and whether the token can read what was created.
async fn owner_of(cx: &Context, created: &Created, other: &Other) -> Result<Owner, Error> {
    if !(200..300).contains(&created.status) {
        return Ok(Owner::Nobody);
    }
    let mentioned = other.real().and_then(|shop| shop.mentioned_in(&created.answer));
    let Some(id) = &created.id else {
        return Ok(if mentioned.is_some() {
            Owner::Other
        } else {
            Owner::Unknown
        });
    };
    let path = fill(&cx.contract().paths.campaign, id);
    let read = cx.http().get(&path).admin()?.send().await?;
    Ok(match (mentioned, read.status()) {
        (Some(_), _) => Owner::Other,
        (None, 200) => Owner::Own,
        _ => Owner::Unknown,
    })
}

/// Asks for an update that no validation accepts: whoever answers 404 or 403 looked whose it is first.
pub(super) async fn updates(cx: &Context, other: &Other) -> Result<Vec<Update>, Error> {
    let Some(id) = other.real().and_then(|shop| shop.newest("Campaign")) else {
        return Ok(Vec::new());
    };
    let path = fill(&cx.contract().paths.campaign, id);
    let invalid = json!({"batchSize": "golive"});
    let plain = cx
        .http()
        .put(&path)
        .admin()?
        .json(&invalid)
        .send()
        .await?
        .status();
    let mut updates = Vec::new();
    for by in [By::Query, By::Header, By::Body] {
        let request = cx.http().put(&path).admin()?;
        let request = by
            .name(cx, request, other.domain())
            .json(&with_naming(invalid.clone(), by, other));
        updates.push(Update {
            by,
            plain,
            named: request.send().await?.status(),
        });
    }
    Ok(updates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bodies_that_name_name() {
        let other = Other::MadeUp {
            domain: "b.myshopify.com".into(),
            why: String::new(),
        };
        assert_eq!(with_naming(json!({}), By::Query, &other), json!({}));
        assert_eq!(
            with_naming(json!({}), By::Body, &other)["shop"],
            "b.myshopify.com"
        );
    }
}

//! Naming another shop by parameter, header or body field never writes into that shop.

use golive_core::contract::fill;
use golive_core::prelude::*;
use golive_stores::{Param, Stores};
use serde_json::{Value, json};

use super::By;
use super::other::Other;
use crate::draft::{self, Created};

pub(crate) struct Writes;

/// Whose campaigns of these names are.
const OWNERS: &str =
    r#"SELECT c.name, s.domain FROM "Campaign" c JOIN "Shop" s ON s.id = c."shopId" WHERE c.name = ANY($1)"#;

#[async_trait]
impl Probe for Writes {
    fn facts(&self) -> Facts {
        Facts::new("security.tenant-isolation.writes", "a token writes into its own shop only, whatever shop the request names")
            .why("one shop that writes into another's campaigns sends messages in its name")
            .asks("with a token of the test shop creates a draft campaign that names another shop by ?shop=, header and body field, looks in the database whose it is, and sends an update that no validation accepts to a campaign of that shop; drafts are deleted at the end")
            .fails_when("a draft belongs to another shop than the token's, or naming the shop turns the 404 or 403 of its campaign into anything else")
            .needs(&["security.tenant-isolation"])
            .safety(Safety::Smoke)
            .timeout(std::time::Duration::from_mins(1))
            .variables(&["JWT_SECRET", "DEV_SHOP_DOMAIN"])
            .remedy("Take shopId from the verified token in every create, update and delete, and drop shop fields of the body")
            .runbook("tenant-isolation")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let other = Other::find(cx).await?;
        let mut seen = Vec::new();
        for by in [By::Query, By::Header, By::Body] {
            seen.push((by, create(cx, by, &other).await?));
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
                None => owner_of(cx, &created, &other).await?,
            };
            drafts.push(Draft {
                by,
                status: created.status,
                owner,
            });
        }
        let updates = updates(cx, &other).await?;
        Ok(judge(&drafts, &updates, strays.is_ok(), &other.words()))
    }
}

/// Whose a new campaign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
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
struct Draft {
    by: By,
    status: u16,
    owner: Owner,
}

/// An update of another shop's campaign that nothing accepts: without naming that shop, and naming it.
#[derive(Debug, Clone, Copy)]
struct Update {
    by: By,
    plain: u16,
    named: u16,
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
async fn updates(cx: &Context, other: &Other) -> Result<Vec<Update>, Error> {
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

fn judge(drafts: &[Draft], updates: &[Update], looked: bool, other: &str) -> Outcome {
    let mut assertions = Assertions::new();
    for Draft { by, status, owner } in drafts {
        let what = format!("a new campaign, {}", by.words());
        assertions.require(
            *owner != Owner::Other,
            Reason::TenantCrossed,
            format!("{what}: refused, or created in the token's shop"),
            format!("{what}: created in the shop that was named"),
        );
        assertions.require(
            *status < 500,
            Reason::WrongRefusal,
            format!("{what}: refused, or created in the token's shop"),
            format!("{what}: {status}"),
        );
        assertions.determine(
            *owner != Owner::Unknown,
            Reason::BodyMismatch,
            format!("{what}: an answer that tells whose it is"),
            format!("{what}: {status}, and nobody can tell where it is"),
        );
    }
    let mut compared = 0;
    for Update { by, plain, named } in updates {
        // a plain request that is not refused is `campaigns.isolation`'s finding, or validation comes first
        if !matches!(plain, 403 | 404) {
            continue;
        }
        compared += 1;
        assertions.require(
            (400..500).contains(named) && !matches!(named, 409 | 422),
            Reason::TenantCrossed,
            format!("an update of another shop's campaign, {}: {plain}", by.words()),
            format!(
                "an update of another shop's campaign, {}: {plain} becomes {named}",
                by.words()
            ),
        );
    }
    let count = |wanted: Owner| drafts.iter().filter(|draft| draft.owner == wanted).count();
    let rows = if looked {
        "as the database shows"
    } else {
        "as the answers tell"
    };
    assertions.conclude(format!(
        "{} drafts named {other}: {} refused, {} created in the token's shop, {rows}; {compared} updates of its campaign refused",
        drafts.len(),
        count(Owner::Nobody),
        count(Owner::Own),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_it_is_decides() {
        for (status, owner, reason) in [
            (403, Owner::Nobody, None),
            (201, Owner::Own, None),
            (201, Owner::Other, Some(Reason::TenantCrossed)),
            (500, Owner::Nobody, Some(Reason::WrongRefusal)),
            (200, Owner::Unknown, Some(Reason::BodyMismatch)),
        ] {
            let draft = Draft {
                by: By::Body,
                status,
                owner,
            };
            assert_eq!(
                judge(&[draft], &[], true, "a shop").reason,
                reason,
                "{status} {owner:?}"
            );
        }
    }

    #[test]
    fn naming_must_not_open_what_is_closed() {
        for (plain, named, reason) in [
            (404, 404, None),
            (404, 403, None),
            (404, 400, None),
            (404, 422, Some(Reason::TenantCrossed)),
            (403, 200, Some(Reason::TenantCrossed)),
            (404, 500, Some(Reason::TenantCrossed)),
            (422, 422, None),
        ] {
            let draft = Draft {
                by: By::Query,
                status: 403,
                owner: Owner::Nobody,
            };
            let update = Update {
                by: By::Query,
                plain,
                named,
            };
            assert_eq!(
                judge(&[draft], &[update], true, "").reason,
                reason,
                "{plain} {named}"
            );
        }
    }

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

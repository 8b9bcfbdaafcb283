//! Naming another shop by parameter, header or body field never writes into that shop.

use golive_core::prelude::*;

use super::attempts::{self, Draft, Owner, Update};
use super::other::Other;

pub(crate) struct Writes;

#[async_trait]
impl Probe for Writes {
    fn facts(&self) -> Facts {
        Facts::new("security.tenant-isolation.writes", "a token writes into its own shop only, whatever shop the request names")
            .why("one shop that writes into another's campaigns sends messages in its name")
            .asks("with a token of the test shop creates a draft campaign that names another shop by ?shop=, header and body field, looks in the database whose it is, and sends an update that no validation accepts to a campaign of that shop; drafts are deleted at the end")
            .fails_when("a draft belongs to another shop than the token's, or naming the shop turns the 404 or 403 of its campaign into anything else")
            // whose a campaign is can only be asked where campaigns are stored
            .needs(&["security.tenant-isolation", "campaigns.isolation"])
            .safety(Safety::Smoke)
            .timeout(std::time::Duration::from_mins(1))
            .variables(&["JWT_SECRET", "DEV_SHOP_DOMAIN"])
            .remedy("Take shopId from the verified token in every create, update and delete, and drop shop fields of the body")
            .runbook("tenant-isolation")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let other = Other::find(cx).await?;
        let (drafts, looked) = attempts::drafts(cx, &other).await?;
        let updates = attempts::updates(cx, &other).await?;
        Ok(judge(&drafts, &updates, looked, &other.words()))
    }
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
    use super::super::By;
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
    fn what_became_of_them_is_told() {
        let draft = |status, owner| Draft {
            by: By::Body,
            status,
            owner,
        };
        let drafts = [
            draft(403, Owner::Nobody),
            draft(403, Owner::Nobody),
            draft(201, Owner::Own),
        ];
        let update = |plain| Update {
            by: By::Query,
            plain,
            named: 404,
        };
        assert_eq!(
            judge(&drafts, &[update(404), update(422)], true, "a shop").summary,
            "3 drafts named a shop: 2 refused, 1 created in the token's shop, as the database shows; 1 updates of its \
             campaign refused"
        );
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
}

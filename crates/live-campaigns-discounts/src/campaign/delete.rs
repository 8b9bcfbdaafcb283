//! A deleted campaign is gone: by its id, and from the list.

use std::time::Duration;

use golive_core::contract::fill;
use golive_core::prelude::*;

use super::pages::{Walk, is_listed};
use crate::answers::VARIABLES;
use crate::smoke::{self, Sample};

pub(crate) struct Delete;

#[async_trait]
impl Probe for Delete {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.delete", "a deleted campaign is answered 404, and is in no list")
            .why("a campaign that was deleted and is sent all the same cannot be taken back")
            .asks("deletes a campaign, reads it and walks through the list")
            .fails_when("the deletion is refused, or the campaign is still answered or still listed")
            .needs(&["campaigns.read"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Let DELETE /campaigns/<id> remove the draft's row (or hide it from every route) before it answers")
            .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Doomed).await?;
        let path = fill(&cx.contract().paths.campaign, made.id()?);
        let before = cx.http().get(&path).admin()?.send().await?.status();
        let deleted = cx.http().delete(&path).admin()?.send().await?.status();
        let after = cx.http().get(&path).admin()?.send().await?.status();
        let how = Walk {
            token: None,
            status: None,
            limit: 50,
            pages: 10,
        };
        let listed = is_listed(cx, how, made.id()?).await?;
        Ok(judge(before, deleted, after, listed))
    }
}

fn judge(before: u16, deleted: u16, after: u16, listed: Option<bool>) -> Outcome {
    let mut assertions = Assertions::new();
    assertions.require(
        before == 200,
        Reason::StatusUnexpected,
        "the campaign is there before it is deleted",
        format!("GET before the deletion answered {before}"),
    );
    let reason = if matches!(deleted, 404 | 405) {
        Reason::RouteMissing
    } else {
        Reason::StatusUnexpected
    };
    if !assertions.require(
        (200..300).contains(&deleted),
        reason,
        "DELETE answers 200 or 204",
        format!("DELETE answered {deleted}"),
    ) {
        return assertions.conclude("");
    }
    let reason = if after < 300 {
        Reason::EffectMissing
    } else {
        Reason::StatusUnexpected
    };
    assertions.require(
        matches!(after, 404 | 410),
        reason,
        "GET after the deletion answers 404",
        format!("GET after the deletion answered {after}"),
    );
    if let Some(listed) = listed {
        assertions.require(
            !listed,
            Reason::EffectMissing,
            "the deleted campaign is not listed",
            "the deleted campaign is still listed",
        );
    }
    let list = match listed {
        Some(_) => "and the list is without it",
        None => "the list could not be read",
    };
    assertions.conclude(format!("DELETE answered {deleted}, then GET {after}, {list}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gone_means_gone() {
        for (answers, reason) in [
            ((200, 204, 404, Some(false)), None),
            ((200, 200, 410, Some(false)), None),
            ((200, 200, 404, None), None),
            ((200, 200, 200, Some(false)), Some(Reason::EffectMissing)),
            ((200, 200, 404, Some(true)), Some(Reason::EffectMissing)),
            ((200, 200, 300, Some(false)), Some(Reason::StatusUnexpected)),
            ((200, 200, 500, Some(false)), Some(Reason::StatusUnexpected)),
            ((200, 404, 404, Some(false)), Some(Reason::RouteMissing)),
            ((200, 409, 200, Some(true)), Some(Reason::StatusUnexpected)),
            ((404, 200, 404, Some(false)), Some(Reason::StatusUnexpected)),
        ] {
            let (before, deleted, after, listed) = answers;
            assert_eq!(
                judge(before, deleted, after, listed).reason,
                reason,
                "{answers:?}"
            );
        }
    }
}

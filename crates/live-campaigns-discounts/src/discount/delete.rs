//! A deleted discount is gone.

use std::time::Duration;

use golive_core::contract::fill;
use golive_core::prelude::*;
use serde_json::json;

use crate::answers::VARIABLES;
use crate::smoke;
use crate::stored::{self, Discount};

/// What a backend may call a discount that it keeps for its records.
const ENDED: [&str; 8] = [
    "deleted",
    "archived",
    "inactive",
    "disabled",
    "expired",
    "cancelled",
    "canceled",
    "removed",
];

pub(crate) struct Delete;

#[async_trait]
impl Probe for Delete {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.discount-delete", "a deleted discount is gone")
            .why("a code that was taken back and still works goes on costing money")
            .asks("creates a discount, deletes it, and looks for its row in PostgreSQL")
            .fails_when("the deletion is refused, or the row is still there and not marked as ended")
            .needs(&["campaigns.discount-create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Let DELETE /discounts/<id> delete the code at Shopify and its row (or mark it deleted) before it answers")
            .runbook("discounts")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let code = cx.smoke_name("doomed-code");
        let body = json!({"code": code, "kind": "percentage", "value": 10, "title": code});
        let made = smoke::create_discount(cx, code, body).await?;
        let path = fill(&cx.contract().paths.discount, made.id()?);
        let status = cx.http().delete(&path).admin()?.send().await?.status();
        let row = stored::discount(cx, made.id()?, is_gone).await?;
        Ok(judge(status, row.as_ref()))
    }
}

fn is_gone(row: Option<&Discount>) -> bool {
    let status = row.map(|row| row.status.clone().unwrap_or_default().to_ascii_lowercase());
    status.is_none_or(|status| ENDED.contains(&status.as_str()))
}

fn judge(status: u16, row: Option<&Discount>) -> Outcome {
    let mut assertions = Assertions::new();
    let reason = if matches!(status, 404 | 405) {
        Reason::RouteMissing
    } else {
        Reason::StatusUnexpected
    };
    let deleted = (200..300).contains(&status);
    if assertions.require(
        deleted,
        reason,
        "DELETE answers 200 or 204",
        format!("DELETE answered {status}"),
    ) {
        let kept = row.and_then(|row| row.status.as_deref()).unwrap_or("none");
        assertions.require(
            is_gone(row),
            Reason::EffectMissing,
            "the deleted discount has no row, or one that is marked as ended",
            format!("the deleted discount still has a row, its status is {kept}"),
        );
    }
    let marked = if row.is_some() {
        "the row is marked as ended"
    } else {
        "the row is gone"
    };
    assertions.conclude(format!("DELETE answered {status}, {marked}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gone_or_marked() {
        let row = |status: &str| Discount {
            status: Some(status.into()),
            ..Discount::default()
        };
        assert_eq!(judge(204, None).status, Status::Pass);
        assert_eq!(judge(200, Some(&row("Archived"))).status, Status::Pass);
        assert_eq!(
            judge(200, Some(&row("active"))).reason,
            Some(Reason::EffectMissing)
        );
        assert_eq!(
            judge(200, Some(&Discount::default())).reason,
            Some(Reason::EffectMissing)
        );
        assert_eq!(judge(404, None).reason, Some(Reason::RouteMissing));
        assert_eq!(judge(500, None).reason, Some(Reason::StatusUnexpected));
    }
}

//! A code exists once.

use std::time::Duration;

use golive_core::prelude::*;

use crate::answers::VARIABLES;
use crate::smoke;

pub(crate) struct Conflict;

#[async_trait]
impl Probe for Conflict {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.discount-conflict", "a code that exists cannot be created again: 409")
            .why("of two discounts with one code, nobody knows which one the customer gets")
            .asks("posts the discount that was created once more")
            .fails_when("it is answered with anything but 409")
            .needs(&["campaigns.discount-create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Make (shopId, code) of Discount unique, and answer its violation (Prisma's P2002) with 409 in POST /discounts")
            .runbook("discounts")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::discount(cx).await?;
        made.id()?;
        let again = smoke::create_discount(cx, made.name.clone(), made.asked.clone()).await?;
        Ok(judge(again.answer.status()))
    }
}

fn judge(status: u16) -> Outcome {
    let mut assertions = Assertions::new();
    let reason = if (200..300).contains(&status) {
        Reason::Duplicated
    } else {
        Reason::WrongRefusal
    };
    assertions.require(
        status == 409,
        reason,
        "the same code again answers 409",
        format!("the same code again answered {status}"),
    );
    assertions.conclude("the same code again answered 409")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_409_is_a_conflict() {
        for (status, reason) in [
            (409, None),
            (200, Some(Reason::Duplicated)),
            (201, Some(Reason::Duplicated)),
            (500, Some(Reason::WrongRefusal)),
            (422, Some(Reason::WrongRefusal)),
        ] {
            assert_eq!(judge(status).reason, reason, "{status}");
        }
    }
}

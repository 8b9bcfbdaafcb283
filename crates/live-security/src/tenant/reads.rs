//! Naming another shop by parameter or header never yields that shop's data, in lists or in single objects.

use futures::{StreamExt, TryStreamExt};
use golive_core::prelude::*;

use super::other::Other;
use super::question::{Yield, questions};

pub(crate) struct Reads;

#[async_trait]
impl Probe for Reads {
    fn facts(&self) -> Facts {
        Facts::new("security.tenant-isolation", "a token reads its own shop's data only, whatever shop the request names")
            .why("one shop that reads another's customers and figures is a data breach")
            .asks("finds another shop with objects in the database, and with a token of the test shop asks for lists and reports that name it by ?shop= and by X-Shopify-Shop-Domain, and for single objects of it")
            .fails_when("an answer holds that shop's id or objects, or its figures instead of the token's; without another shop in the database a made-up one is named")
            .needs(&["security.jwt-valid"])
            .timeout(std::time::Duration::from_mins(1))
            .variables(&["JWT_SECRET", "DEV_SHOP_DOMAIN"])
            .remedy("Take the shop from the verified token only, and put shopId into the where of every query, findFirst instead of findUnique for single objects")
            .runbook("tenant-isolation")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let other = Other::find(cx).await?;
        let asked = questions(cx.contract(), &other);
        let seen: Vec<(String, Yield)> = futures::stream::iter(asked)
            .map(|question| {
                let other = &other;
                async move {
                    let yielded = question.ask(cx, other).await?;
                    Ok::<_, Error>((question.words(), yielded))
                }
            })
            .buffered(4)
            .try_collect()
            .await?;
        Ok(judge(&seen, &other.words()))
    }
}

fn judge(seen: &[(String, Yield)], other: &str) -> Outcome {
    let mut assertions = Assertions::new();
    let count = |wanted: fn(&Yield) -> bool| seen.iter().filter(|(_, yielded)| wanted(yielded)).count();
    for (what, yielded) in seen {
        match yielded {
            Yield::Theirs(how) => assertions.require(
                false,
                Reason::TenantCrossed,
                format!("{what}: its own data, or a refusal"),
                format!("{what}: {how}"),
            ),
            Yield::Crashed(status) => assertions.require(
                false,
                Reason::WrongRefusal,
                format!("{what}: its own data, or a refusal"),
                format!("{what}: {status}"),
            ),
            Yield::Elsewhere => continue,
            Yield::Refused(_) | Yield::Own | Yield::Neither => {
                assertions.require(true, Reason::TenantCrossed, "", "")
            }
        };
    }
    assertions.conclude(format!(
        "{} requests named {other}: {} refused, {} answered with the token's own data, {} with neither's",
        seen.len(),
        count(|yielded| matches!(yielded, Yield::Refused(_))),
        count(|yielded| *yielded == Yield::Own),
        count(|yielded| *yielded == Yield::Neither),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_theirs_is_a_finding() {
        for (yielded, reason) in [
            (Yield::Own, None),
            (Yield::Refused(403), None),
            (Yield::Neither, None),
            (Yield::Elsewhere, None),
            (Yield::Theirs("it holds x".into()), Some(Reason::TenantCrossed)),
            (Yield::Crashed(500), Some(Reason::WrongRefusal)),
        ] {
            let seen = [("GET /a".to_owned(), Yield::Own), ("GET /b".to_owned(), yielded)];
            assert_eq!(judge(&seen, "a shop").reason, reason);
        }
        assert_eq!(
            judge(&[("GET /a".to_owned(), Yield::Elsewhere)], "").assertions,
            0
        );
    }
}

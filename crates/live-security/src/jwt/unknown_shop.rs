//! A rightly signed token of a shop that has not installed the app is answered 409.

use futures::{StreamExt, TryStreamExt};
use golive_core::prelude::*;
use golive_core::signing::jwt;

use super::{AT_ONCE, TIMEOUT};
use crate::refusal::Attempt;
use crate::routes::{self, now};

pub(crate) struct UnknownShop;

#[async_trait]
impl Probe for UnknownShop {
    fn facts(&self) -> Facts {
        Facts::new("security.unknown-shop", "a token of a shop without the app is answered 409")
            .why("after an uninstall the tokens stay valid for a day: they must open nothing, and the app must be able to offer the installation")
            .asks("sends a rightly signed token of a shop that cannot exist to one GET route of each guarded prefix")
            .fails_when("an answer is not 409: a success serves a shop that is not there, anything else is no way to install it")
            .needs(&["security.jwt-valid"])
            .timeout(TIMEOUT)
            .variables(&["JWT_SECRET"])
            .remedy("Look the token's shop up in the guard, right after the signature, and answer 409 shop_not_installed")
            .runbook("unknown-shops")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let token = jwt::valid(&cx.impossible_shop(), cx.settings().jwt_secret()?, now());
        let attempts: Vec<Attempt> = futures::stream::iter(routes::one_a_prefix(cx.contract()))
            .map(|route| {
                let token = &token;
                async move {
                    let answer = routes::begin(cx, &route).bearer(token).send().await?;
                    Ok::<_, Error>(Attempt::of(route.to_string(), &answer))
                }
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(judge(&attempts))
    }
}

fn judge(attempts: &[Attempt]) -> Outcome {
    let mut assertions = Assertions::new();
    for Attempt { what, status, code } in attempts {
        let reason = if (200..300).contains(status) {
            Reason::AcceptedForgery
        } else {
            Reason::WrongRefusal
        };
        assertions.require(
            *status == 409,
            reason,
            format!("{what}: 409 shop_not_installed"),
            format!("{what}: {status} {}", code.as_deref().unwrap_or_default()),
        );
    }
    assertions.conclude(format!(
        "{} guarded routes answered 409 to a token of a shop without the app",
        attempts.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn only_409_will_do() {
        for (status, reason) in [
            (409, None),
            (200, Some(Reason::AcceptedForgery)),
            (401, Some(Reason::WrongRefusal)),
            (404, Some(Reason::WrongRefusal)),
            (500, Some(Reason::WrongRefusal)),
        ] {
            assert_eq!(judge(&[attempt(status, None)]).reason, reason, "{status}");
        }
    }
}

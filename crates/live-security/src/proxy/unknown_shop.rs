//! What Shopify signed for a shop that has not installed the app is refused.

use golive_core::prelude::*;
use golive_core::signing::app_proxy;

use super::{TIMEOUT, VARIABLES, ask, endpoints};
use crate::refusal::Attempt;
use crate::routes::{Scope, now};

pub(crate) struct UnknownShop;

#[async_trait]
impl Probe for UnknownShop {
    fn facts(&self) -> Facts {
        Facts::new(
            "security.unknown-shop.proxy",
            "a signed storefront request of a shop without the app is refused",
        )
        .why("a backend that does not look the shop up serves uninstalled shops, or crashes on them")
        .asks("signs GET /public/unsubscribe without phone for a shop that cannot exist")
        .fails_when("the answer is not 404 (401, 403 and 409 pass as refusals too)")
        .needs(&["security.proxy-signed"])
        .timeout(TIMEOUT)
        .variables(VARIABLES)
        .remedy("Look the shop up after the signature in the App Proxy middleware, and answer 404 when it is not installed")
        .runbook("unknown-shops")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let secret = cx.settings().shopify_api_secret()?;
        let query = app_proxy::signed_query(&[], &cx.impossible_shop(), now(), secret);
        let mut attempts = Vec::new();
        for endpoint in endpoints(cx.contract(), Scope::Reads) {
            attempts.push(Attempt::of(
                endpoint.to_string(),
                &ask(cx, &endpoint, &query).await?,
            ));
        }
        Ok(judge(&attempts))
    }
}

fn judge(attempts: &[Attempt]) -> Outcome {
    let mut assertions = Assertions::new();
    for Attempt { what, status, .. } in attempts {
        let reason = match status {
            200..=299 | 400 | 422 => Reason::AcceptedForgery,
            _ => Reason::WrongRefusal,
        };
        assertions.require(
            matches!(status, 401 | 403 | 404 | 409),
            reason,
            format!("{what} for a shop without the app: 404"),
            format!("{what} for a shop without the app: {status}"),
        );
    }
    let status = attempts.first().map_or(404, |attempt| attempt.status);
    assertions.conclude(format!(
        "a signed request of a shop without the app is answered {status}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn refused_whatever_the_code_but_never_served() {
        for (status, reason) in [
            (404, None),
            (403, None),
            (422, Some(Reason::AcceptedForgery)),
            (200, Some(Reason::AcceptedForgery)),
            (500, Some(Reason::WrongRefusal)),
        ] {
            assert_eq!(judge(&[attempt(status, None)]).reason, reason, "{status}");
        }
    }
}

//! What Shopify signed passes the signature check: 422 without a phone, and nothing is written.

use golive_core::prelude::*;
use golive_core::signing::app_proxy;

use super::witness::{self, Change};
use super::{TIMEOUT, VARIABLES, ask, endpoints, pairs};
use crate::refusal::Attempt;
use crate::routes::{Scope, now};

pub(crate) struct Signed(pub(crate) Scope);

/// A change in every one of so many rounds is no coincidence.
const ROUNDS: usize = 3;

#[async_trait]
impl Probe for Signed {
    fn facts(&self) -> Facts {
        let (title, first) = match self.0 {
            Scope::Reads => (
                "what Shopify signed passes GET /public/unsubscribe, and nothing is written without a phone",
                "contract.reachable",
            ),
            Scope::Writes => (
                "what Shopify signed passes the App Proxy's POST endpoints, and nothing is written without a phone",
                "security.proxy-signed",
            ),
        };
        Facts::new(self.0.id("proxy-signed"), title)
            .why("when signed requests are refused, customers cannot opt in or out in the storefront")
            .asks("signs requests without a phone as Shopify does, one with a repeated parameter, and compares the shop's rows before and after")
            .fails_when("the answer is not 422 (or 400), or rows of Contact, AuditLog or BackInStockInterest change with each such request")
            .needs(&[first])
            .safety(self.0.safety())
            .timeout(TIMEOUT)
            .variables(VARIABLES)
            .remedy("Set SHOPIFY_API_SECRET to the client secret of this app, on both sides, and verify as Shopify documents: all parameters but signature, sorted, without separator, lower-case hex")
            .runbook("app-proxy-signatures")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let (shop, secret) = (cx.settings().shop()?, cx.settings().shopify_api_secret()?);
        let mut attempts = Vec::new();
        let mut written: Vec<Vec<Change>> = Vec::new();
        let watched = witness::rows(cx, shop.as_str()).await;
        for round in 0..ROUNDS {
            let before = witness::rows(cx, shop.as_str()).await;
            for endpoint in endpoints(cx.contract(), self.0) {
                let params = if round == 0 {
                    pairs([("golive", "1"), ("golive", "2")])
                } else {
                    Vec::new()
                };
                let query = app_proxy::signed_query(&params, shop.as_str(), now(), secret);
                attempts.push(Attempt::of(
                    endpoint.to_string(),
                    &ask(cx, &endpoint, &query).await?,
                ));
            }
            let after = witness::rows(cx, shop.as_str()).await;
            // what changes without us is not our doing
            let noise = if round == 0 {
                witness::changes(watched.as_ref(), before.as_ref())
            } else {
                Vec::new()
            };
            let mut changes = witness::changes(before.as_ref(), after.as_ref());
            changes.retain(|change| !noise.iter().any(|other| other.table == change.table));
            let quiet = changes.is_empty();
            written.push(changes);
            if quiet {
                break;
            }
        }
        Ok(judge(
            &attempts,
            &witness::in_every_round(&written),
            watched.is_some(),
        ))
    }
}

fn judge(attempts: &[Attempt], written: &[Change], watched: bool) -> Outcome {
    let mut assertions = Assertions::new();
    for attempt in attempts {
        let Attempt { what, status, code } = attempt;
        let shown = code.as_deref().unwrap_or("no error code");
        let unknown_shop = code.as_deref().is_some_and(|code| code.contains("shop"));
        let reason = match status {
            401 | 403 => Reason::RefusedValid,
            404 if unknown_shop => Reason::RefusedValid,
            404 | 405 => Reason::RouteMissing,
            _ => Reason::StatusUnexpected,
        };
        assertions.require(
            attempt.was_validated(),
            reason,
            format!("{what}, signed, without phone: 422"),
            format!("{what}, signed, without phone: {status} {shown}"),
        );
    }
    for Change { table, what } in written {
        assertions.require(
            false,
            Reason::UnexpectedWrite,
            "a request that is refused as incomplete writes nothing",
            format!("each signed request without a phone changes {table}: {what}"),
        );
    }
    let rows = if watched {
        "the shop's rows are as before"
    } else {
        "the shop's rows could not be compared"
    };
    assertions.conclude(format!(
        "{} signed requests without phone passed the signature check and were answered {}; {rows}",
        attempts.len(),
        attempts.first().map_or(422, |attempt| attempt.status)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn validation_is_the_proof() {
        for (status, code, reason) in [
            (422, Some("missing_phone"), None),
            (400, None, None),
            (401, Some("invalid_signature"), Some(Reason::RefusedValid)),
            (404, Some("shop_not_found"), Some(Reason::RefusedValid)),
            (404, Some("not_found"), Some(Reason::RouteMissing)),
            (200, None, Some(Reason::StatusUnexpected)),
            (500, None, Some(Reason::StatusUnexpected)),
        ] {
            assert_eq!(
                judge(&[attempt(status, code)], &[], true).reason,
                reason,
                "{status}"
            );
        }
        let change = Change {
            table: "AuditLog",
            what: "1 row more".into(),
        };
        assert_eq!(
            judge(&[attempt(422, None)], &[change], true).reason,
            Some(Reason::UnexpectedWrite)
        );
    }
}

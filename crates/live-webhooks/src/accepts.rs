//! Signed deliveries are accepted before Shopify gives up.

use std::time::Duration;

use golive_core::prelude::*;

use crate::delivery::{self, Answer};
use crate::topic::Topic;

/// Without these no delivery can be stored, and that is their finding.
const STORE: &[&str] = &["database.columns.Event", "database.constraints"];

pub(crate) struct Accepts(pub(crate) Topic);

#[async_trait]
impl Probe for Accepts {
    fn facts(&self) -> Facts {
        let Self(topic) = self;
        let name = &topic.name;
        Facts::new(topic.id("accepts"), format!("signed deliveries of {name} are accepted in time"))
            .why("Shopify repeats what is not acknowledged within five seconds, then removes the subscription")
            .asks(format!(
                "sends one delivery of {name} for the test shop, about an object that cannot exist, signed over its exact bytes"
            ))
            .fails_when("the answer is not 2xx, or takes longer than the contract's webhook_ms")
            .needs(&topic.needs("accepts", &[]))
            .needs(STORE)
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(delivery::VARIABLES)
            .remedy(format!(
                "Register {name}, verify with the WEBHOOK_HMAC_SECRET that Shopify signs with, and answer 200 before any slow work"
            ))
            .runbook("webhook-refused-or-slow")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let delivery = delivery::of(cx, &self.0).await?;
        Ok(judge(&delivery.answer, cx.contract().thresholds.webhook_ms))
    }
}

pub(crate) fn judge(answer: &Answer, limit_ms: u64) -> Outcome {
    let Answer {
        request,
        status,
        millis,
        ..
    } = answer;
    let mut assertions = Assertions::new();
    let (reason, verb) = match status {
        404 | 405 => (Reason::RouteMissing, "answered"),
        401 | 403 => (Reason::RefusedValid, "refused a valid signature with"),
        _ => (Reason::StatusUnexpected, "answered"),
    };
    let accepted = assertions.require(
        answer.accepted(),
        reason,
        format!("{request} answers a signed delivery with 200"),
        format!("{request} {verb} {status}"),
    );
    #[expect(clippy::cast_precision_loss, reason = "milliseconds, far below 2^53")]
    let limit = limit_ms as f64;
    if accepted {
        assertions.measure(Measurement::new("answer", *millis, "ms").threshold(format!("< {limit_ms}")));
        assertions.require(
            *millis < limit,
            Reason::Threshold,
            format!("an answer in less than {limit_ms} ms"),
            format!("{request} answered {status} after {millis:.0} ms"),
        );
    }
    assertions.conclude(format!("{request} answered {status} after {millis:.0} ms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_in_time() {
        for (status, millis, reason) in [
            (200, 12.0, None),
            (202, 4_999.0, None),
            (200, 5_000.0, Some(Reason::Threshold)),
            (401, 12.0, Some(Reason::RefusedValid)),
            (403, 12.0, Some(Reason::RefusedValid)),
            (404, 12.0, Some(Reason::RouteMissing)),
            (405, 12.0, Some(Reason::RouteMissing)),
            (302, 12.0, Some(Reason::StatusUnexpected)),
            (500, 9_000.0, Some(Reason::StatusUnexpected)),
        ] {
            let answer = Answer {
                request: "POST /x".into(),
                status,
                millis,
                request_id: String::new(),
            };
            assert_eq!(judge(&answer, 5_000).reason, reason, "{status} {millis}");
        }
    }
}

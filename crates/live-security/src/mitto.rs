//! The provider's callbacks without a signature are refused.

use golive_core::prelude::*;
use serde_json::{Value, json};

use crate::refusal::{self, Attempt, SIGNATURE};

pub(crate) struct Unsigned;

/// A number nobody has: country code 999 is not assigned (ITU-T E.164).
const NOBODY: &str = "+99900000000";

#[async_trait]
impl Probe for Unsigned {
    fn facts(&self) -> Facts {
        Facts::new("security.mitto-unsigned", "the provider's callbacks are refused without a signature")
            .why("without it anybody can mark messages as delivered, or opt people out by a made-up reply")
            .asks("sends a receipt for a message that cannot exist and a reply of a number that nobody has, without signature")
            .fails_when("an answer is not 401: 404, 400 and 422 mean that the callback was looked at (forged signatures are webhooks.mitto-dlr's and webhooks.mitto-inbound's)")
            .safety(Safety::Smoke)
            .timeout(std::time::Duration::from_secs(25))
            .remedy("Treat a missing X-Mitto-Signature as a wrong one on both callbacks, also when MITTO_HMAC_SECRET is not set")
            .runbook("provider-callbacks")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut attempts = Vec::new();
        for (path, body) in callbacks(cx) {
            let answer = cx.http().post(path).json(&body).no_redirects().send().await?;
            attempts.push(Attempt::of(format!("POST {path} without signature"), &answer));
        }
        Ok(judge(&attempts))
    }
}

/// Both callbacks with bodies that touch nothing even where they are believed.
fn callbacks(cx: &Context) -> [(&str, Value); 2] {
    let paths = &cx.contract().paths;
    let name = cx.smoke_name("no-such-message");
    [
        (
            &paths.mitto_dlr,
            json!({"message_id": name, "status": "delivered", "timestamp": "2026-01-01T00:00:00Z"}),
        ),
        (
            &paths.mitto_inbound,
            json!({"from": NOBODY, "to": NOBODY, "text": name}),
        ),
    ]
}

fn judge(attempts: &[Attempt]) -> Outcome {
    let mut assertions = Assertions::new();
    for attempt in attempts {
        // a receipt is looked up after its signature: 404 with the contract's code is as good as a success
        let looked_up = attempt.status == 404 && attempt.code.as_deref() == Some("message_not_found");
        if looked_up {
            assertions.require(
                false,
                Reason::AcceptedForgery,
                format!("{}: 401", attempt.what),
                format!(
                    "{}: accepted, and looked up (404 message_not_found)",
                    attempt.what
                ),
            );
        } else {
            assertions.absorb(refusal::judge(std::slice::from_ref(attempt), SIGNATURE).conclude(""));
        }
    }
    assertions.conclude(format!("{} unsigned callbacks refused with 401", attempts.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn a_look_up_is_an_acceptance() {
        for (status, code, reason) in [
            (401, None, None),
            (200, None, Some(Reason::AcceptedForgery)),
            (404, Some("message_not_found"), Some(Reason::AcceptedForgery)),
            (404, Some("not_found"), Some(Reason::WrongRefusal)),
            (422, None, Some(Reason::AcceptedForgery)),
            (500, None, Some(Reason::WrongRefusal)),
        ] {
            assert_eq!(
                judge(&[attempt(status, code)]).reason,
                reason,
                "{status} {code:?}"
            );
        }
    }
}

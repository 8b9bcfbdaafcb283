//! The provider's callbacks are believed with its signature, and only with it.

use std::time::Duration;

use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::signing::mitto;
use serde_json::{Value, json};

use crate::forgery;
use crate::undo;

/// Country code 999 is not assigned (ITU-T E.164).
const NOBODY: &str = "+99900000000";

#[derive(Debug, Clone, Copy)]
pub(crate) enum Callback {
    /// A delivery receipt.
    Receipt,
    /// A reply.
    Reply,
}

impl Callback {
    fn path(self, cx: &Context) -> &str {
        let paths = &cx.contract().paths;
        match self {
            Self::Receipt => &paths.mitto_dlr,
            Self::Reply => &paths.mitto_inbound,
        }
    }

    /// A message that cannot exist; a reply of nobody that asks for nothing.
    fn body(self, cx: &Context) -> Value {
        let name = cx.smoke_name("no-such-message");
        match self {
            Self::Receipt => {
                json!({"message_id": name, "status": "delivered", "timestamp": jiff::Timestamp::now().to_string()})
            }
            Self::Reply => json!({"from": NOBODY, "to": NOBODY, "text": name}),
        }
    }

    /// The code of a 404 that says "signed, but unknown here".
    fn unknown(self) -> &'static str {
        match self {
            Self::Receipt => "message_not_found",
            Self::Reply => "contact_not_found",
        }
    }
}

#[async_trait]
impl Probe for Callback {
    fn facts(&self) -> Facts {
        let (id, title, why, about) = match self {
            Self::Receipt => (
                "webhooks.mitto-dlr",
                "the provider's receipts are accepted signed, refused forged",
                "without receipts no message is ever delivered, with forged ones every report is made up",
                "a receipt for a message that cannot exist",
            ),
            Self::Reply => (
                "webhooks.mitto-inbound",
                "the provider's replies are accepted signed, refused forged",
                "without replies STOP is not heard, with forged ones anybody can opt others out",
                "a reply of a number that nobody has, which is no command",
            ),
        };
        Facts::new(id, title)
            .why(why)
            .asks(format!("sends {about}: signed, then without a signature and with forged ones"))
            .fails_when("the signed one is refused, or another one is answered with anything but 401")
            .needs(&["security.mitto-unsigned", "database.columns.Message"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_mins(1))
            .optional()
            .variables(&["MITTO_HMAC_SECRET", "DEV_SHOP_DOMAIN", "DATABASE_URL", "REDIS_URL"])
            .remedy("Verify X-Mitto-Signature over the raw bytes with MITTO_HMAC_SECRET before anything is parsed, comparing all bytes; compare the variable with the provider's console")
            .runbook("provider-callbacks")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        undo::register(cx).await?;
        let (secret, body) = (cx.settings().mitto_hmac_secret()?, self.body(cx).to_string());
        let signature = mitto::sign(body.as_bytes(), secret);
        // The canonical header first, then its other dialects.
        let mut met = None;
        for header in &cx.contract().headers.mitto_signature {
            let response = self.post(cx, &body, Some((header, &signature))).await?;
            let refused = matches!(response.status(), 401 | 403);
            if !refused {
                met = Some((header, response));
                break;
            }
            met.get_or_insert((header, response));
        }
        let none = || Error::Internal("the contract names no signature header".into());
        let (header, response) = met.ok_or_else(none)?;
        let signed = Signed {
            request: response.request().to_owned(),
            header: header.clone(),
            status: response.status(),
            code: code(&response),
        };
        if !signed.accepted(self.unknown()) {
            return Ok(judge(&signed, self.unknown(), &[]));
        }
        let mut forged = vec![Forged::of("no signature", &self.post(cx, &body, None).await?)];
        for forgery in forgery::of_mitto(&body, secret) {
            let response = self.post(cx, &body, Some((header, &forgery.signature))).await?;
            forged.push(Forged::of(forgery.what, &response));
        }
        Ok(judge(&signed, self.unknown(), &forged))
    }
}

impl Callback {
    async fn post(
        self,
        cx: &Context,
        body: &str,
        signature: Option<(&str, &str)>,
    ) -> Result<Response, Error> {
        let mut request = cx
            .http()
            .post(self.path(cx))
            .header("content-type", "application/json")
            .body(body.to_owned());
        if let Some((header, signature)) = signature {
            request = request.header(header, signature);
        }
        request.send().await
    }
}

fn code(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    body["error"].as_str().map(str::to_owned)
}

/// The answer to the signed callback.
struct Signed {
    request: String,
    /// The header that was met, or the canonical one.
    header: String,
    status: u16,
    code: Option<String>,
}

impl Signed {
    fn accepted(&self, unknown: &str) -> bool {
        (200..300).contains(&self.status) || (self.status == 404 && self.code.as_deref() == Some(unknown))
    }
}

/// The answer to a forged one.
struct Forged {
    what: &'static str,
    status: u16,
    code: Option<String>,
}

impl Forged {
    fn of(what: &'static str, response: &Response) -> Self {
        Self {
            what,
            status: response.status(),
            code: code(response),
        }
    }
}

fn judge(signed: &Signed, unknown: &str, forged: &[Forged]) -> Outcome {
    let (request, status, code) = (&signed.request, signed.status, &signed.code);
    let mut assertions = Assertions::new();
    let reason = match status {
        401 | 403 => Reason::RefusedValid,
        404 | 405 => Reason::RouteMissing,
        _ => Reason::StatusUnexpected,
    };
    let code = code
        .as_deref()
        .map_or_else(String::new, |code| format!(" {code}"));
    assertions.require(
        signed.accepted(unknown),
        reason,
        format!("{request}, signed: 200, or 404 {unknown}"),
        format!("{request}, rightly signed, answered {status}{code}"),
    );
    for Forged { what, status, code } in forged {
        let (reason, verb) = match status {
            200..300 => (Reason::AcceptedForgery, "accepted"),
            404 if code.as_deref() == Some(unknown) => (Reason::AcceptedForgery, "believed and looked up"),
            _ => (Reason::WrongRefusal, "answered, not refused with 401"),
        };
        assertions.require(
            *status == 401,
            reason,
            format!("{request}, forged: 401"),
            format!("{request} with {}: {verb} ({status})", forgery::described(what)),
        );
    }
    assertions.conclude(format!(
        "{request}: signed in {} answered {status}{code}, {} forged ones refused with 401",
        signed.header,
        forged.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_accepted_and_forged_refused() {
        let unknown = Some("message_not_found");
        for (status, code, forged, reason) in [
            (404, unknown, (401, None), None),
            (200, None, (401, None), None),
            (202, None, (401, None), None),
            (404, Some("not_found"), (401, None), Some(Reason::RouteMissing)),
            (405, None, (401, None), Some(Reason::RouteMissing)),
            (401, None, (401, None), Some(Reason::RefusedValid)),
            (500, None, (401, None), Some(Reason::StatusUnexpected)),
            (404, unknown, (200, None), Some(Reason::AcceptedForgery)),
            (404, unknown, (404, unknown), Some(Reason::AcceptedForgery)),
            (404, unknown, (404, Some("not_found")), Some(Reason::WrongRefusal)),
            (404, unknown, (500, None), Some(Reason::WrongRefusal)),
            (404, unknown, (403, None), Some(Reason::WrongRefusal)),
        ] {
            let signed = Signed {
                request: "POST /webhooks/mitto/dlr".into(),
                header: "x-mitto-signature".into(),
                status,
                code: code.map(Into::into),
            };
            let forged = Forged {
                what: "cut to its first half",
                status: forged.0,
                code: forged.1.map(Into::into),
            };
            let outcome = judge(&signed, "message_not_found", &[forged]);
            assert_eq!(outcome.reason, reason, "{status} {code:?}: {}", outcome.summary);
        }
    }
}

//! What the template routes answered, read in every dialect of the contract.

use golive_core::prelude::*;
use serde_json::Value;

use crate::said::{said, shortened, strings};

/// An answer as plain data.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// `POST /templates/preview`.
    pub(crate) request: String,
    pub(crate) status: u16,
    /// The body; `null` when it is not JSON.
    pub(crate) body: Value,
    /// Whether a valid admin token was sent.
    pub(crate) token: bool,
}

impl Answer {
    /// The problem with an answer that must be 200 and JSON, if there is one.
    pub(crate) fn expect_ok(&self) -> Result<(), Box<Outcome>> {
        let reason = match self.status {
            200 if self.body.is_object() => return Ok(()),
            200 => Reason::BodyMismatch,
            404 | 405 => Reason::RouteMissing,
            400..=499 => Reason::RefusedValid,
            _ => Reason::StatusUnexpected,
        };
        Err(self.problem(reason, &format!("{} answers 200 with JSON", self.request)))
    }

    /// A failure that says what was answered.
    pub(crate) fn problem(&self, reason: Reason, expected: &str) -> Box<Outcome> {
        let said = said(&self.body).join("; ");
        let what = match (self.status, self.body.is_object()) {
            (200, false) => " without a JSON object".to_owned(),
            _ if said.is_empty() => String::new(),
            _ => format!(": {}", shortened(&said)),
        };
        let token = match (self.status, self.token) {
            (401 | 403, true) => " to a valid admin token",
            _ => "",
        };
        let observed = format!("{} answered {}{token}{what}", self.request, self.status);
        Box::new(
            Outcome::fail(reason, observed.clone())
                .expected(expected)
                .observed(observed),
        )
    }

    /// Refused with a client error that is about the request itself.
    pub(crate) fn refused(&self) -> bool {
        matches!(self.status, 400..=499) && !matches!(self.status, 401 | 403 | 404 | 405 | 408 | 429)
    }
}

/// A rendered template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Preview {
    pub(crate) text: String,
    /// `text`, or `rendered` in the other dialect.
    pub(crate) key: &'static str,
    pub(crate) warnings: Vec<String>,
}

impl Preview {
    /// The rendered text, or the outcome for an answer that has none.
    pub(crate) fn read(answer: &Answer) -> Result<Self, Box<Outcome>> {
        answer.expect_ok()?;
        if answer.body.get("ok") == Some(&Value::Bool(false)) {
            return Err(answer.problem(
                Reason::RefusedValid,
                "a valid template is previewed with \"ok\": true",
            ));
        }
        let found = ["text", "rendered"]
            .into_iter()
            .find_map(|key| Some((key, answer.body.get(key)?.as_str()?)));
        let Some((key, text)) = found else {
            return Err(answer.problem(Reason::BodyMismatch, "a preview with \"text\" (or \"rendered\")"));
        };
        Ok(Self {
            text: text.to_owned(),
            key,
            warnings: strings(&answer.body["warnings"]),
        })
    }

    /// For summaries: the other dialect is named, the canonical one is not.
    pub(crate) fn dialect(key: &str) -> &'static str {
        if key == "text" {
            ""
        } else {
            " (dialect `rendered`)"
        }
    }
}

/// What validation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) ok: bool,
    /// Errors and warnings.
    pub(crate) said: Vec<String>,
}

impl Verdict {
    /// The verdict: `ok` of a 200, or a refusal with 400 or 422.
    pub(crate) fn read(answer: &Answer) -> Result<Self, Box<Outcome>> {
        let ok = match (answer.status, &answer.body["ok"]) {
            (200, Value::Bool(ok)) => *ok,
            (200, _) => {
                return Err(answer.problem(Reason::BodyMismatch, "a verdict with \"ok\": true or false"));
            }
            (400 | 422, _) => false,
            _ => {
                answer.expect_ok()?;
                false
            }
        };
        Ok(Self {
            ok,
            said: said(&answer.body),
        })
    }
}

#[cfg(test)]
pub(crate) fn answer(status: u16, body: Value) -> Answer {
    Answer {
        request: "POST /templates/x".to_owned(),
        status,
        body,
        token: false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::said::mention;

    #[test]
    fn both_dialects_of_a_preview_are_read() {
        for (body, key) in [
            (json!({"ok": true, "text": "Hi", "warnings": []}), "text"),
            (json!({"ok": true, "rendered": "Hi", "more": 1}), "rendered"),
        ] {
            let preview = Preview::read(&answer(200, body)).expect("a preview");
            assert_eq!((preview.text.as_str(), preview.key), ("Hi", key));
        }
    }

    #[test]
    fn what_is_no_preview_has_its_reason() {
        for (status, body, reason) in [
            (404, json!({"error": "not_found"}), Reason::RouteMissing),
            (405, Value::Null, Reason::RouteMissing),
            (401, json!({"error": "invalid_token"}), Reason::RefusedValid),
            (422, json!({"error": "invalid_template"}), Reason::RefusedValid),
            (500, json!({"error": "internal_error"}), Reason::StatusUnexpected),
            (200, Value::Null, Reason::BodyMismatch),
            (200, json!({"ok": true, "html": "Hi"}), Reason::BodyMismatch),
            (200, json!({"ok": false, "errors": ["x"]}), Reason::RefusedValid),
        ] {
            let outcome = Preview::read(&answer(status, body.clone())).expect_err("no preview");
            assert_eq!(outcome.reason, Some(reason), "{status} {body}");
        }
    }

    #[test]
    fn a_verdict_is_ok_of_200_or_a_refusal() {
        let read = |status, body| Verdict::read(&answer(status, body));
        assert!(read(200, json!({"ok": true, "errors": [], "warnings": ["w"]})).is_ok_and(|v| v.ok));
        let refused = read(422, json!({"error": "invalid", "message": "unknown variable: x"})).expect("read");
        assert!(!refused.ok && mention(&refused.said, "x"));
        for (status, body) in [
            (500, Value::Null),
            (404, json!({})),
            (200, json!({"valid": true})),
        ] {
            assert!(read(status, body).is_err(), "{status}");
        }
    }
}

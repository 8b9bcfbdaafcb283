//! What must be refused is refused with 401: a success is an accepted forgery, any other code no refusal.

use golive_core::http::Response;
use golive_core::prelude::*;
use serde_json::Value;

/// One request that must be refused, and what it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// In words: `GET /campaigns, expired yesterday`.
    pub(crate) what: String,
    pub(crate) status: u16,
    /// The error code in the body.
    pub(crate) code: Option<String>,
}

impl Attempt {
    pub(crate) fn of(what: impl Into<String>, response: &Response) -> Self {
        Self {
            what: what.into(),
            status: response.status(),
            code: code(response),
        }
    }

    /// It was not refused as a stranger, but as one who asks for the wrong thing.
    pub(crate) fn was_validated(&self) -> bool {
        matches!(self.status, 400 | 422)
    }
}

/// `error` of a JSON body.
pub(crate) fn code(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    body.get("error")?.as_str().map(str::to_owned)
}

/// How attempts are judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Validation comes after the credential: 400 and 422 say that it was believed.
    pub(crate) validation_is_proof: bool,
    /// What is not refused is worth a warning only.
    pub(crate) advice: bool,
}

/// For forged tokens.
pub(crate) const TOKEN: Rule = Rule {
    validation_is_proof: false,
    advice: false,
};

/// For forged signatures of requests that lack what they need.
pub(crate) const SIGNATURE: Rule = Rule {
    validation_is_proof: true,
    advice: false,
};

/// One assertion an attempt.
pub(crate) fn judge(attempts: &[Attempt], rule: Rule) -> Assertions {
    let mut assertions = Assertions::new();
    for attempt in attempts {
        let Attempt { what, status, .. } = attempt;
        let believed = (200..300).contains(status) || (rule.validation_is_proof && attempt.was_validated());
        let (reason, observed) = if believed {
            (Reason::AcceptedForgery, format!("{what}: accepted, {status}"))
        } else {
            (Reason::WrongRefusal, format!("{what}: {status} instead of 401"))
        };
        let expected = format!("{what}: 401");
        if rule.advice {
            assertions.advise(*status == 401, reason, expected, observed);
        } else {
            assertions.require(*status == 401, reason, expected, observed);
        }
    }
    assertions
}

#[cfg(test)]
pub(crate) fn attempt(status: u16, code: Option<&str>) -> Attempt {
    Attempt {
        what: "GET /x".into(),
        status,
        code: code.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_401_is_a_refusal() {
        for (status, rule, reason) in [
            (401, TOKEN, None),
            (401, SIGNATURE, None),
            (200, TOKEN, Some(Reason::AcceptedForgery)),
            (201, SIGNATURE, Some(Reason::AcceptedForgery)),
            (422, SIGNATURE, Some(Reason::AcceptedForgery)),
            (400, SIGNATURE, Some(Reason::AcceptedForgery)),
            (422, TOKEN, Some(Reason::WrongRefusal)),
            (302, TOKEN, Some(Reason::WrongRefusal)),
            (403, TOKEN, Some(Reason::WrongRefusal)),
            (404, SIGNATURE, Some(Reason::WrongRefusal)),
            (500, TOKEN, Some(Reason::WrongRefusal)),
        ] {
            let outcome = judge(&[attempt(401, None), attempt(status, None)], rule).conclude("refused");
            assert_eq!((outcome.reason, outcome.assertions), (reason, 2), "{status}");
        }
        let advice = Rule {
            advice: true,
            ..TOKEN
        };
        assert_eq!(
            judge(&[attempt(200, None)], advice).conclude("").status,
            Status::Warn
        );
        assert_eq!(judge(&[], TOKEN).conclude("").assertions, 0);
    }
}

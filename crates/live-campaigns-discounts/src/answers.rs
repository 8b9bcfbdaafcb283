//! What several probes read in an answer.

use golive_core::outcome::{Assertions, Reason};
use serde_json::Value;

/// Variables that every probe of this check needs.
pub(crate) const VARIABLES: &[&str] = &["BASE_URL", "JWT_SECRET", "DEV_SHOP_DOMAIN"];

/// An id, whether it is a text or a number.
pub(crate) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether both are the same text, in whatever case.
pub(crate) fn same(value: &Value, text: &str) -> bool {
    value
        .as_str()
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(text))
}

/// The value as JSON, shortened.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 {
        return text;
    }
    format!("{}…", text.chars().take(80).collect::<String>())
}

/// Notes whether an invalid request was refused as such: with 422, or 400.
pub(crate) fn must_refuse(assertions: &mut Assertions, what: &str, status: u16) -> bool {
    let (reason, observed) = match status {
        200..=299 => (
            Reason::StatusUnexpected,
            format!("{what} was accepted with {status}"),
        ),
        404 | 405 => (Reason::RouteMissing, format!("{what} was answered {status}")),
        _ => (Reason::WrongRefusal, format!("{what} was answered {status}")),
    };
    let refused = matches!(status, 400 | 422);
    assertions.require(
        refused,
        reason,
        format!("{what} is refused with 422 (or 400)"),
        observed,
    )
}

#[cfg(test)]
mod tests {
    use golive_core::outcome::Status;
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_texts_or_numbers() {
        assert_eq!(
            (id(&json!("cl1")), id(&json!(7))),
            (Some("cl1".to_owned()), Some("7".to_owned()))
        );
        assert_eq!((id(&json!("  ")), id(&Value::Null)), (None, None));
        assert!(same(&json!("DRAFT"), "draft") && !same(&Value::Null, "draft"));
    }

    #[test]
    fn only_a_refusal_is_one() {
        for (status, reason) in [
            (422, None),
            (400, None),
            (201, Some(Reason::StatusUnexpected)),
            (404, Some(Reason::RouteMissing)),
            (500, Some(Reason::WrongRefusal)),
            (409, Some(Reason::WrongRefusal)),
        ] {
            let mut assertions = Assertions::new();
            must_refuse(&mut assertions, "x", status);
            let outcome = assertions.conclude("refused");
            assert_eq!(
                (outcome.status == Status::Pass, outcome.reason),
                (reason.is_none(), reason),
                "{status}"
            );
        }
    }
}

//! What a discount may be made of.

use serde_json::Value;

use crate::error::ApiError;

/// A discount that may be created.
#[derive(Debug, PartialEq)]
pub(super) struct Offer {
    pub(super) code: String,
    pub(super) kind: &'static str,
    pub(super) value: f64,
    pub(super) currency: Option<String>,
    pub(super) title: Option<String>,
}

/// Which rules faults switch off.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent faults")]
pub(super) struct Lenient {
    pub(super) short_code: bool,
    pub(super) no_currency: bool,
    pub(super) over_hundred: bool,
    pub(super) any_kind: bool,
    pub(super) any_value: bool,
}

impl Offer {
    pub(super) fn read(body: &Value, lenient: &Lenient) -> Result<Self, ApiError> {
        let invalid = |message: &'static str| ApiError::unprocessable("validation_failed", message);
        let code = body["code"].as_str().unwrap_or_default().trim();
        let shortest = if lenient.short_code { 1 } else { 3 };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !(shortest..=64).contains(&code.len()) || !code.chars().all(plain) {
            return Err(invalid("code must be 3 to 64 letters, digits, - or _"));
        }
        let kind = match body["kind"].as_str() {
            Some("percentage") => "percentage",
            Some("amount") => "amount",
            _ if lenient.any_kind => "percentage",
            _ => return Err(invalid("kind must be percentage or amount")),
        };
        let value = body["value"]
            .as_f64()
            .filter(|value| *value > 0.0)
            .or(lenient.any_value.then_some(1.0))
            .ok_or_else(|| invalid("value must be above 0"))?;
        if kind == "percentage" && value > 100.0 && !lenient.over_hundred {
            return Err(invalid("a percentage is at most 100"));
        }
        let currency = body["currencyCode"]
            .as_str()
            .filter(|currency| currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()));
        if kind == "amount" && currency.is_none() && !lenient.no_currency {
            return Err(invalid("currencyCode is required for an amount"));
        }
        Ok(Self {
            code: code.to_owned(),
            kind,
            value,
            currency: currency.map(str::to_owned),
            title: body["title"].as_str().map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refuses_what_is_no_discount() {
        let strict = Lenient::default();
        for body in [
            json!(null),
            json!({"code": "AB", "kind": "percentage", "value": 10}),
            json!({"code": "A B C", "kind": "percentage", "value": 10}),
            json!({"code": "ABC", "kind": "free", "value": 10}),
            json!({"code": "ABC", "kind": "percentage"}),
            json!({"code": "ABC", "kind": "percentage", "value": 0}),
            json!({"code": "ABC", "kind": "percentage", "value": 101}),
            json!({"code": "ABC", "kind": "amount", "value": 5}),
            json!({"code": "ABC", "kind": "amount", "value": 5, "currencyCode": "euro"}),
        ] {
            assert!(Offer::read(&body, &strict).is_err(), "{body}");
        }
        for body in [
            json!({"code": "ABC", "kind": "percentage", "value": 10}),
            json!({"code": "ABC-1", "kind": "amount", "value": 5.5, "currencyCode": "EUR"}),
        ] {
            assert!(Offer::read(&body, &strict).is_ok(), "{body}");
        }
    }
}

//! Amounts of money, exact to a billionth.

use std::fmt;

use serde_json::Value;

const BILLION: i128 = 1_000_000_000;
/// ISO 4217: currencies whose smallest unit is the currency itself, and those with three digits; others have two.
const WHOLE: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// An amount, in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(i128);

impl Amount {
    /// A number, or a text that holds one (decimals as Prisma writes them); nothing below zero.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Self::parse(&text).or_else(|| {
            let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
            Self::parse(&format!("{number:.9}"))
        })
    }

    /// Plain digits with or without a point; digits past the billionth are dropped.
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 15 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let fraction: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        Some(Self(
            whole.parse::<i128>().ok()? * BILLION + fraction.parse::<i128>().ok()?,
        ))
    }

    /// So many times as much.
    pub(crate) fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(i128::from(count)))
    }

    /// Whether the other amount is this one, or this one rounded to the currency's smallest unit.
    pub(crate) fn rounds_to(self, other: Self, currency: &str) -> bool {
        let unit = match currency {
            currency if WHOLE.contains(&currency) => BILLION,
            currency if THOUSANDTHS.contains(&currency) => BILLION / 1_000,
            _ => BILLION / 100,
        };
        (self.0 - other.0).abs() * 2 <= unit
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:09}", self.0 / BILLION, self.0 % BILLION);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_texts_are_read_exactly() {
        for (value, shown) in [
            (json!(0.075), "0.075"),
            (json!("0.0750"), "0.075"),
            (json!(15), "15"),
            (json!(15.75), "15.75"),
            (json!("1e-3"), "0.001"),
            (json!(0), "0"),
            (json!(1e-7), "0.0000001"),
        ] {
            assert_eq!(
                Amount::read(&value).map(|amount| amount.to_string()).as_deref(),
                Some(shown),
                "{value}"
            );
        }
        for value in [
            json!(null),
            json!("much"),
            json!(""),
            json!([1]),
            json!(-1),
            json!("-0.5"),
            json!("NaN"),
        ] {
            assert_eq!(Amount::read(&value), None, "{value}");
        }
    }

    #[test]
    fn rounding_is_that_of_the_currency() {
        let of = |text: &str| Amount::parse(text).expect("an amount");
        for (exact, said, currency, rounds) in [
            ("0.075", "0.08", "USD", true),
            ("0.075", "0.07", "USD", true),
            ("0.075", "0.075", "USD", true),
            ("15.75", "16.80", "USD", false),
            ("15.75", "15.76", "USD", false),
            ("15.75", "16", "JPY", true),
            ("15.75", "17", "JPY", false),
            ("15.7512", "15.751", "KWD", true),
            ("15.7512", "15.75", "KWD", false),
        ] {
            assert_eq!(
                of(exact).rounds_to(of(said), currency),
                rounds,
                "{exact} {said} {currency}"
            );
        }
        assert_eq!(of("0.075").times(210), of("15.75"));
    }
}

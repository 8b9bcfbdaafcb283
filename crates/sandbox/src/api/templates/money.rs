//! Amounts as `Intl.NumberFormat("en-US", {style: "currency"})` writes them: rounded half away from zero.

use std::fmt::Write as _;

/// Formats a decimal number; text that is none stays as it is. `Err` when the currency is no ISO 4217 code.
pub(super) fn format(number: &str, currency: &str) -> Result<String, InvalidCurrency> {
    let code = currency.trim().to_ascii_uppercase();
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(InvalidCurrency);
    }
    let Some(amount) = Decimal::parse(number.trim()) else {
        return Ok(number.to_owned());
    };
    let (whole, fraction) = amount.rounded(decimals(&code));
    let mut text = String::new();
    if amount.negative {
        text.push('-');
    }
    match symbol(&code) {
        Some(symbol) => text.push_str(symbol),
        None => write!(text, "{code}\u{a0}").expect("a String takes everything"),
    }
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(&fraction);
    }
    Ok(text)
}

/// The argument is no currency code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidCurrency;

/// How many digits the minor unit of a currency has.
pub(super) fn decimals(code: &str) -> usize {
    match code {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" | "XPF" | "PYG" | "UGX" => 0,
        "KWD" | "BHD" | "JOD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

fn symbol(code: &str) -> Option<&'static str> {
    Some(match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "CAD" => "CA$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        "MXN" => "MX$",
        "HKD" => "HK$",
        "TWD" => "NT$",
        "BRL" => "R$",
        "CNY" => "CN¥",
        "INR" => "₹",
        "KRW" => "₩",
        "ILS" => "₪",
        "VND" => "₫",
        "PHP" => "₱",
        _ => return None,
    })
}

/// A decimal number, digit by digit: binary fractions would round 2.675 down.
struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let some = !whole.is_empty() || !fraction.is_empty();
        let short = whole.len() <= 30 && fraction.len() <= 30;
        (some && short && all_digits(whole) && all_digits(fraction)).then(|| Self {
            negative,
            whole: whole.to_owned(),
            fraction: fraction.to_owned(),
        })
    }

    /// The digits before and behind the point, at that many decimals.
    fn rounded(&self, decimals: usize) -> (String, String) {
        let mut digits: Vec<u8> = self.whole.bytes().chain(self.fraction.bytes()).collect();
        let keep = self.whole.len() + decimals;
        let up = digits.get(keep).is_some_and(|digit| *digit >= b'5');
        digits.resize(keep, b'0');
        if up {
            increment(&mut digits);
        }
        let whole_length = digits.len() - decimals;
        let text: String = digits.into_iter().map(char::from).collect();
        let (whole, fraction) = text.split_at(whole_length);
        let whole = whole.trim_start_matches('0');
        (
            if whole.is_empty() { "0" } else { whole }.to_owned(),
            fraction.to_owned(),
        )
    }
}

fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_intl_writes() {
        let cases = [
            ("9.5", "USD", "$9.50"),
            ("1234.5", "USD", "$1,234.50"),
            ("1234567.891", "EUR", "€1,234,567.89"),
            ("0", "GBP", "£0.00"),
            ("1234.5", "JPY", "¥1,235"),
            ("2.675", "USD", "$2.68"),
            ("1.005", "USD", "$1.01"),
            ("2.994", "USD", "$2.99"),
            ("999.995", "USD", "$1,000.00"),
            ("-5", "USD", "-$5.00"),
            (".5", "usd", "$0.50"),
            ("7", "CHF", "CHF\u{a0}7.00"),
            ("1.2345", "KWD", "KWD\u{a0}1.235"),
            ("twelve", "USD", "twelve"),
        ];
        for (number, currency, expected) in cases {
            assert_eq!(
                format(number, currency).as_deref(),
                Ok(expected),
                "{number} {currency}"
            );
        }
        assert_eq!(format("1", "dollars"), Err(InvalidCurrency));
    }
}

//! What label values give away: people, addresses, tokens, single objects.

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use golive_core::redact::Redactor;
use regex::Regex;

/// Knows what phone numbers, e-mail addresses and tokens look like, and no secrets.
static PATTERNS: LazyLock<Redactor> = LazyLock::new(Redactor::default);

static IPV4: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|//|[^\w./-])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:$|[^\w.-])"));

/// Tokens that say what they are: Shopify, Stripe, GitHub, Slack, AWS.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|[sr]k_(?:live|test)_\w{16,}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})",
    )
});

/// UUID, cuid and ULID, long hexadecimal, long numbers.
static ID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[^0-9A-Za-z])(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|c[a-z0-9]{23,31}|[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-fA-F]{24,}|[0-9]{6,})(?:$|[^0-9A-Za-z])",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are constant and tested")
}

/// What a value of that label gives away, in words.
pub(crate) fn find(label: &str, value: &str) -> Option<&'static str> {
    let label = label.to_ascii_lowercase();
    let masked = PATTERNS.clean(value);
    if masked != value {
        return Some(if masked.contains("[redacted:") {
            "a token"
        } else if masked.contains("***@***") {
            "an e-mail address"
        } else {
            "a phone number"
        });
    }
    if TOKEN.is_match(value) || (names(&label, &TOKENS) && opaque(value)) {
        return Some("a token");
    }
    if names(&label, &PHONES) && is_phone(value) {
        return Some("a phone number");
    }
    if !label.contains("version") && has_address(value) {
        return Some("an IP address");
    }
    None
}

const TOKENS: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "authorization",
    "api_key",
    "apikey",
    "session",
    "cookie",
];

const PHONES: [&str; 6] = ["phone", "msisdn", "mobile", "recipient", "to", "from"];

/// A word of the label: `customer_phone`, but not `to` in `total`.
fn names(label: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        if word.len() > 4 {
            label.contains(word)
        } else {
            label.split('_').any(|part| part == *word)
        }
    })
}

/// Sixteen characters or more, digits among them, no spaces: nobody types that.
fn opaque(value: &str) -> bool {
    value.len() >= 16
        && value.chars().any(|char| char.is_ascii_digit())
        && value.chars().any(|char| char.is_ascii_alphabetic())
        && !value.contains(char::is_whitespace)
}

/// Without the plus sign it takes the label's name to tell.
fn is_phone(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let others = |char: char| char.is_ascii_digit() || " +()-./".contains(char);
    (8..=15).contains(&digits) && value.chars().all(others)
}

/// Loopback and "any" are nobody's.
fn has_address(value: &str) -> bool {
    let foreign = |address: IpAddr| !address.is_loopback() && !address.is_unspecified();
    let whole = value.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = whole.parse::<IpAddr>() {
        return foreign(address);
    }
    if let Ok(address) = value.parse::<SocketAddr>() {
        return foreign(address.ip());
    }
    IPV4.captures_iter(value)
        .filter_map(|found| found[1].parse::<IpAddr>().ok())
        .any(foreign)
}

/// Whether the value names a single object, or holds a query.
pub(crate) fn is_id(value: &str) -> bool {
    (value.starts_with('/') && value.contains('?')) || ID.is_match(value)
}

/// Enough to find it, too little to know it.
pub(crate) fn masked(value: &str) -> String {
    format!("{}***", value.chars().take(2).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_people_away() {
        for (label, value, what) in [
            ("x", "+15552000107", "a phone number"),
            ("x", "sms to +4915112345678", "a phone number"),
            ("customer_phone", "15552000107", "a phone number"),
            ("to", "(555) 200-0107", "a phone number"),
            ("x", "ada.ames0@example.com", "an e-mail address"),
            ("x", "ada%40example.com", "an e-mail address"),
            ("ip", "203.0.113.77", "an IP address"),
            ("x", "203.0.113.77:443", "an IP address"),
            ("x", "GET from 203.0.113.77", "an IP address"),
            ("x", "http://203.0.113.77/x", "an IP address"),
            ("x", "2001:db8::7", "an IP address"),
            ("x", "[2001:db8::7]:443", "an IP address"),
            ("x", "::ffff:203.0.113.7", "an IP address"),
            (
                "x",
                "eyJhbGciOiJIUzI1NiJ9.eyJzaG9wIjoiYSJ9.c2lnbmF0dXJl",
                "a token",
            ),
            ("x", "Bearer abcdef123456", "a token"),
            ("x", "shpat_0123456789abcdef0123456789abcdef", "a token"),
            ("session_id", "s3cr3tsessionvalue", "a token"),
        ] {
            assert_eq!(find(label, value), Some(what), "{label}={value}");
        }
    }

    #[test]
    fn what_does_not() {
        for (label, value) in [
            ("version", "1.2.3.4"),
            ("x", "v1.2.3.4"),
            ("x", "Chrome/120.0.0.0"),
            ("x", "20.18.1"),
            ("instance", "127.0.0.1:3000"),
            ("host", "0.0.0.0:3000"),
            ("x", "::1"),
            ("queue", "bull::events"),
            ("time", "12:30:45"),
            ("order_id", "15552000107"),
            ("total", "15552000107"),
            ("to", "delivered"),
            ("token_type", "bearer"),
            ("session", "expired"),
            ("package", "@scope/pkg@1.2.3-beta.rc"),
            ("commit", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"),
            ("topic", "orders/create"),
            ("x", ""),
        ] {
            assert_eq!(find(label, value), None, "{label}={value}");
        }
    }

    #[test]
    fn what_names_a_single_object() {
        for value in [
            "/campaigns/cm0000000000000009e3779b97",
            "/orders/820982911946154508",
            "0198c1d2-e3f4-7abc-8def-0123456789ab",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "/reports?shop=a",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        ] {
            assert!(is_id(value), "{value}");
        }
        for value in [
            "/campaigns/:id",
            "orders/create",
            "housekeeping",
            "404",
            "12345",
            "discount-reservation",
            "cache",
            "what?",
        ] {
            assert!(!is_id(value), "{value}");
        }
    }
}

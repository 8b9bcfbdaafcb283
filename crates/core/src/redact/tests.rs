//! No spelling of a secret survives, nothing harmless is touched, and cleaning twice changes nothing.

mod properties;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;
use url::form_urlencoded;

use super::*;

const SECRET: &str = "s3cr\"t/+ <é>&\\key";

fn redactor() -> Redactor {
    Redactor::with_secrets([("JWT_SECRET", SECRET), ("REDIS_URL", "hunter2"), ("SHORT", "abc")])
}

fn percent(text: &str, every: bool, upper: bool) -> String {
    let encode = |byte: u8| match byte {
        byte if !every && byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte if upper => format!("%{byte:02X}"),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(encode).collect()
}

fn json_string(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A secret the way texts may hold it.
fn spelt(secret: &str, spelling: usize) -> String {
    match spelling {
        0 => secret.to_owned(),
        1 => STANDARD.encode(secret),
        2 => URL_SAFE.encode(secret),
        3 => STANDARD_NO_PAD.encode(secret),
        4 => URL_SAFE_NO_PAD.encode(secret),
        5 => hex::encode(secret),
        6 => hex::encode_upper(secret),
        7 => percent(secret, false, true),
        8 => percent(secret, false, false),
        9 => percent(secret, true, true),
        10 => form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        11 => json_string(secret),
        12 => json_string(&json_string(secret)),
        13 => secret
            .encode_utf16()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect::<Vec<_>>()
            .concat(),
        14 => secret
            .chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect::<Vec<_>>()
            .concat(),
        15 => percent(&STANDARD.encode(secret), false, false),
        _ => percent(&percent(secret, false, true), false, true),
    }
}
const SPELLINGS: usize = 17;

#[test]
fn every_spelling_is_replaced_by_the_name() {
    let redactor = redactor();
    for spelling in 0..SPELLINGS {
        let text = format!("a {} b", spelt(SECRET, spelling));
        assert_eq!(
            redactor.clean(&text),
            "a [redacted:JWT_SECRET] b",
            "spelling {spelling}: {text}"
        );
    }
}

#[test]
fn a_stray_escape_before_a_spelling_does_not_hide_it() {
    // `%40` reads as `@`: only the spelling itself is left to be found
    let redactor = Redactor::with_secrets([("NAME", "0-✓A")]);
    for spelling in [7, 8, 10] {
        let cleaned = redactor
            .clean(&format!("%4{}", spelt("0-✓A", spelling)))
            .into_owned();
        assert_eq!(cleaned, "%4[redacted:NAME]", "spelling {spelling}");
    }
}

#[test]
fn base64_of_a_longer_text_is_recognised_at_every_alignment() {
    for (before, after) in [("", ""), ("a", "z"), ("ab", "yz"), ("abc", "xyz"), ("abcd", "")] {
        for encoded in [
            STANDARD.encode(format!("{before}{SECRET}{after}")),
            URL_SAFE_NO_PAD.encode(format!("{before}{SECRET}{after}")),
        ] {
            let cleaned = redactor().clean(&encoded).into_owned();
            assert!(
                cleaned.contains("[redacted:JWT_SECRET]"),
                "{encoded} gave {cleaned}"
            );
        }
    }
    let basic = format!("Basic {}", STANDARD.encode("user:hunter2"));
    assert!(redactor().clean(&basic).contains("[redacted:REDIS_URL]"));
}

#[test]
fn a_key_in_base64_is_recognised_by_its_bytes_too() {
    let key = STANDARD.encode([0xfb_u8; 32]);
    let redactor = Redactor::with_secrets([("ENCRYPTION_KEY", &key)]);
    for text in [
        hex::encode([0xfb_u8; 32]),
        URL_SAFE_NO_PAD.encode([0xfb_u8; 32]),
        "%fb".repeat(32),
    ] {
        assert_eq!(redactor.clean(&text), "[redacted:ENCRYPTION_KEY]");
    }
}

#[test]
fn what_secrets_and_people_look_like_is_masked() {
    for (text, cleaned) in [
        (
            "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end",
            "token [redacted:jwt] end",
        ),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "[redacted:jwt]"),
        (
            "/x?a=1&signature=0f0f&b=2",
            "/x?a=1&signature=[redacted:signature]&b=2",
        ),
        ("hmac=abc", "hmac=[redacted:signature]"),
        (
            r#"{"signature":"0f0f","a":1}"#,
            r#"{"signature":"[redacted:signature]","a":1}"#,
        ),
        (
            "Authorization: Bearer abc.DEF",
            "Authorization: Bearer [redacted:bearer]",
        ),
        (
            "Bearer token missing; Bearer realm=\"x\"",
            "Bearer token missing; Bearer realm=\"x\"",
        ),
        (
            "postgres://app:p@ss:w0rd@db:5432/x",
            "postgres://app:[redacted:password]@db:5432/x",
        ),
        (
            "redis://:pw@h redis://h",
            "redis://:[redacted:password]@h redis://h",
        ),
        ("mail jane.doe+x@mail.example.com now", "mail j***@*** now"),
        ("jane%40example.com", "j***@***"),
        ("to +15551234567, from %2B4930123456", "to +***67, from %2B***56"),
        ("shop:contact:+15551234567", "shop:contact:+***67"),
    ] {
        assert_eq!(Redactor::default().clean(text), cleaned);
    }
}

#[test]
fn what_is_harmless_is_left_alone() {
    for text in [
        "2026-01-01T00:00:00+00:00",
        "@scope/package and express@4.18.2 and pkg@1.2.3-beta.rc",
        "postgres://app@db.internal:5432/shop",
        "http://127.0.0.1:3000/health?x=a:b",
        "1.0.0+20240101 and 2.1.0-rc.1+20240101",
        "a + 12345678",
        "+1234567",
        "short abc",
        "j***@*** +***67 [redacted:jwt]",
    ] {
        assert_eq!(redactor().clean(text), text);
    }
}

#[test]
fn overlapping_and_nested_secrets_leave_nothing() {
    let redactor = Redactor::with_secrets([
        ("A", "abcdefgh"),
        ("B", "efghijkl"),
        ("C", "cdef"),
        ("D", "redacted"),
    ]);
    assert_eq!(redactor.clean("xabcdefghijklx"), "x[redacted:A]x");
    assert_eq!(redactor.clean("efghijkl cdef"), "[redacted:B] [redacted:C]");
    assert_eq!(
        redactor.clean("[redacted:A] redacted"),
        "[redacted:A] [redacted:D]"
    );
    assert_eq!(
        redactor.clean("[redacted:efghijkl]"),
        "[[redacted:D]:[redacted:B]]",
        "a marker that is not ours"
    );
}

#[test]
fn json_is_cleaned_in_keys_strings_and_numbers() {
    let redactor = Redactor::with_secrets([("PHONE", "15551234567"), ("KEY", "hunter2")]);
    let mut value =
        json!({"hunter2": [15_551_234_567_u64, 7, null], "a@example.com": 1, "amy@example.com": "x hunter2"});
    redactor.clean_value(&mut value);
    let expected = json!({
        "[redacted:KEY]": ["[redacted:PHONE]", 7, null], "a***@***": 1, "a***@***'": "x [redacted:KEY]",
    });
    assert_eq!(value, expected);
}

#[test]
fn debug_names_secrets_only() {
    assert_eq!(
        format!("{:?}", redactor()),
        "Redactor { secrets: [\"JWT_SECRET\", \"REDIS_URL\"], .. }"
    );
}

#[test]
fn the_settings_secrets_are_known() {
    let settings = Settings::from_map([
        ("DATABASE_URL", "postgres://u:p%40ssw@h/d"),
        ("TEST_PHONE", "+15551234567"),
    ]);
    let cleaned = Redactor::new(&settings)
        .clean("p@ssw p%40ssw 15551234567")
        .into_owned();
    assert_eq!(
        cleaned,
        "[redacted:DATABASE_URL] [redacted:DATABASE_URL] [redacted:TEST_PHONE]"
    );
}

#[test]
fn a_large_text_is_cleaned_quickly() {
    let text = "{\"id\":\"cl0\",\"a\\\"b\":\"c%20d&amp;\"},".repeat(8_000);
    let started = std::time::Instant::now();
    assert_eq!(redactor().clean(&text), text);
    assert!(
        started.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

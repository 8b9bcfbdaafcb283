//! What secrets and personal data look like, whoever's they are.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{OPENING, marker};

/// Names that this module gives in `[redacted:NAME]`.
pub(super) const NAMES: [&str; 4] = ["jwt", "signature", "bearer", "password"];

/// Only `unicode-perl` is built in: no `\p{…}`, and `(?i)` on ASCII only.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant that the tests compile")
}

/// RFC 7519 §3: three base64url segments, the first a JSON object. The last may be empty.
static JWT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"eyJ[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)?"));

/// `signature=…`, `hmac=…`, also percent-encoded or as a JSON field.
static SIGNATURE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"\b((?i-u:signature|hmac)(?:=|%3[Dd]|"\s*:\s*"|\\"\s*:\s*\\"))([^\s&"'\\<>;,\[\]{}()%]+)"#)
});

/// RFC 6750 §2.1.
static BEARER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b((?i-u:bearer)(?:\s+|%20|\+))([A-Za-z0-9._~+/=-]+)"));

/// RFC 3986 §3.2.1, with the characters that people forget to encode in passwords.
static USERINFO: LazyLock<Regex> = LazyLock::new(|| regex(r#"(://[^/\s:@"'<>?#]*:)([^\s/"'<>]+)(@)"#));

/// Enough of RFC 5321 to find people in texts.
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"([\w.+-][\w.%+'-]*?)(?:@|%40|\\u0040|&#64;|&#x40;)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[^\W\d_]{2,})",
    )
});

/// E.164, the plus sign in its spellings.
static PHONE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\+|%2[Bb]|\\u002[Bb]|&#43;|&#[xX]2[Bb];)([0-9]{8,})"));

/// What follows "Bearer" in prose and in challenges (RFC 6750 §3).
const NO_TOKEN: [&str; 13] = [
    "token",
    "tokens",
    "auth",
    "authentication",
    "authorization",
    "scheme",
    "header",
    "is",
    "or",
    "and",
    "required",
    "missing",
    "realm=",
];

/// The text with JWTs, signatures, bearer tokens and passwords redacted, e-mail addresses and phone numbers masked.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    apply(&mut masked, &["eyJ"], &JWT, |_, _| Some(marker("jwt")));
    apply(
        &mut masked,
        &["gnature", "mac", "GNATURE", "MAC"],
        &SIGNATURE,
        |found, _| Some(format!("{}{}", &found[1], marker("signature"))),
    );
    apply(&mut masked, &["earer", "EARER"], &BEARER, |found, _| {
        let prose =
            NO_TOKEN.iter().any(|word| found[2].eq_ignore_ascii_case(word)) || found[2].starts_with("realm=");
        (!prose).then(|| format!("{}{}", &found[1], marker("bearer")))
    });
    apply(&mut masked, &["://"], &USERINFO, |found, _| {
        (!found[2].starts_with(OPENING)).then(|| format!("{}{}@", &found[1], marker("password")))
    });
    apply(&mut masked, &["@", "%40", "0040", "&#"], &EMAIL, email);
    apply(&mut masked, &["+", "%2", "002", "&#"], &PHONE, phone);
    masked
}

/// Replaces what the pattern finds and the function does not leave as it is; `hints` spare the search.
fn apply(
    text: &mut Cow<'_, str>,
    hints: &[&str],
    pattern: &Regex,
    replacement: impl Fn(&Captures<'_>, &str) -> Option<String>,
) {
    if !hints.iter().any(|hint| text.contains(hint)) {
        return;
    }
    let mut changed = false;
    let whole: &str = text;
    let replaced = pattern.replace_all(whole, |found: &Captures<'_>| {
        let new = replacement(found, whole);
        changed |= new.is_some();
        new.unwrap_or_else(|| found[0].to_owned())
    });
    let replaced = replaced.into_owned();
    if changed {
        *text = Cow::Owned(replaced);
    }
}

fn email(found: &Captures<'_>, text: &str) -> Option<String> {
    let before = &text[..found.get(0)?.start()];
    // `postgres://app@db.internal` is a role and a host; `pkg@1.2.3-beta.rc` is a version.
    let version = found[2]
        .split('.')
        .take(2)
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if before.ends_with("://") || version {
        return None;
    }
    Some(format!("{}***@***", found[1].chars().next()?))
}

fn phone(found: &Captures<'_>, text: &str) -> Option<String> {
    let digits = &found[2];
    let before = &text[..found.get(0)?.start()];
    if digits.len() > 15 || (&found[1] == "+" && ends_in_version(before)) {
        return None;
    }
    Some(format!("{}***{}", &found[1], &digits[digits.len() - 2..]))
}

/// `1.0.0+20240101`: build metadata (<https://semver.org/#spec-item-10>).
fn ends_in_version(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let word = text.rsplit(|c| !allowed(c)).next().unwrap_or_default();
    let core = word.split('-').next().unwrap_or_default().trim_start_matches('v');
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

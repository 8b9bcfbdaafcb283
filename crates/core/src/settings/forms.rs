//! The forms that CONTRACT §1 gives the variables: each says what is wrong without echoing the value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use url::Url;

use super::address::is_loopback;
use super::targets;

/// `Err` says what is wrong, in a clause that follows "NAME ".
pub(super) type Verdict = Result<(), String>;

fn refuse<T>(why: &str) -> Result<T, String> {
    Err(why.to_owned())
}

/// Any text, as it is: white space around it is the line end of a file that slipped in.
pub(super) fn text(value: &str) -> Verdict {
    if value.trim() != value {
        return refuse("starts or ends with white space or a line end; remove it");
    }
    Ok(())
}

/// An absolute http(s) URL without credentials in it.
pub(super) fn http_url(value: &str) -> Verdict {
    parse_http(value).map(drop)
}

pub(super) fn parse_http(value: &str) -> Result<Url, String> {
    let url = Url::parse(value.trim()).map_err(|error| format!("is no absolute URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return refuse("must start with https:// (or http://)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or password");
    }
    Ok(url)
}

pub(super) fn base_url(value: &str) -> Verdict {
    parse_base(value).map(drop)
}

/// The path keeps no trailing slash; plain http only reaches a loopback address.
pub(super) fn parse_base(value: &str) -> Result<Url, String> {
    let mut url = parse_http(value)?;
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must end before any ? or #");
    }
    if url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
        return refuse("uses plain http to another machine; use https://");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// `[a-z0-9][a-z0-9-]*\.myshopify\.com`
pub(super) fn shop_domain(value: &str) -> Verdict {
    let label = value.strip_suffix(".myshopify.com").unwrap_or_default();
    let allowed = label
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if label.is_empty() || label.starts_with('-') || !allowed {
        return refuse("must look like my-test-shop.myshopify.com, in lower case, without https://");
    }
    Ok(())
}

pub(super) fn postgres_url(value: &str) -> Verdict {
    targets::DatabaseTarget::parse(value).map(drop)
}

pub(super) fn redis_url(value: &str) -> Verdict {
    targets::RedisTarget::parse(value).map(drop)
}

pub(super) fn encryption_key(value: &str) -> Verdict {
    parse_encryption_key(value).map(drop)
}

/// 32 bytes, standard base64 with padding: 44 characters.
pub(super) fn parse_encryption_key(value: &str) -> Result<Zeroizing<[u8; 32]>, String> {
    if value.chars().count() != 44 {
        let count = value.chars().count();
        return Err(format!(
            "must be 44 characters of base64 (32 bytes), not {count} characters"
        ));
    }
    let Ok(bytes) = STANDARD.decode(value).map(Zeroizing::new) else {
        return refuse("must be 44 characters of standard base64 (A-Z a-z 0-9 + / =)");
    };
    match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(key) => Ok(Zeroizing::new(key)),
        Err(_) => Err(format!("must decode to 32 bytes, not {}", bytes.len())),
    }
}

pub(super) fn pepper(value: &str) -> Verdict {
    match value.chars().count() {
        16.. => Ok(()),
        count => Err(format!("must have at least 16 characters, not {count}")),
    }
}

/// A path on the storefront, such as `/apps/sms-blossom`.
pub(super) fn subpath(value: &str) -> Verdict {
    let clean = value
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && !"?#\\".contains(c));
    if !value.starts_with('/') || value.starts_with("//") || !clean {
        return refuse("must be a path that starts with /, such as /apps/sms-blossom");
    }
    Ok(())
}

/// A token that may stand in an `Authorization` header (RFC 6750 §2.1 allows less; deployments allow more).
pub(super) fn header_token(value: &str) -> Verdict {
    if !value.chars().all(|c| c.is_ascii_graphic()) {
        return refuse("must be printable ASCII without spaces or line ends");
    }
    Ok(())
}

pub(super) fn queue_prefix(value: &str) -> Verdict {
    if value
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "*?[]\\".contains(c))
    {
        return refuse("must be a Redis key prefix without spaces, * ? [ ] or \\");
    }
    Ok(())
}

/// E.164: `+`, then 8 to 15 digits, the first not 0.
pub(super) fn phone(value: &str) -> Verdict {
    let digits = value.strip_prefix('+').unwrap_or_default();
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !(8..=15).contains(&digits.len()) || !all_digits || digits.starts_with('0') {
        return refuse("must be an E.164 number: +, the country code, then digits only (8 to 15 in all)");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        type Form = fn(&str) -> Verdict;
        let key = STANDARD.encode([7_u8; 32]);
        let cases: &[(Form, &[&str], &[&str])] = &[
            (
                base_url,
                &[
                    "https://x.io",
                    "https://x.io/api/",
                    "http://127.0.0.1:3000",
                    "http://localhost",
                    "http://[::1]:1",
                ],
                &[
                    "x.io",
                    "http://x.io",
                    "ftp://x.io",
                    "https://u:p@x.io",
                    "https://x.io?a=1",
                    "http://127.evil.io",
                    "",
                ],
            ),
            (
                shop_domain,
                &["a.myshopify.com", "my-2-shop.myshopify.com"],
                &[
                    "A.myshopify.com",
                    "-a.myshopify.com",
                    ".myshopify.com",
                    "a.b.myshopify.com",
                    "a.myshopify.com.evil.io",
                ],
            ),
            (
                encryption_key,
                &[&key],
                &[
                    "",
                    "short",
                    &"A".repeat(44),
                    &key.replace('=', "!"),
                    &"é".repeat(44),
                ],
            ),
            (pepper, &["0123456789abcdef"], &["0123456789abcde"]),
            (
                phone,
                &["+15551234567", "+49301234"],
                &["15551234567", "+0555123456", "+1555", "+1 555 123 4567", "+"],
            ),
            (
                subpath,
                &["/apps/sms-blossom"],
                &["apps", "//evil.io", "/a b", "/a?b"],
            ),
            (header_token, &["abc.DEF-1"], &["a b", "a\n", "é"]),
            (queue_prefix, &["bull", "{bull}", "prod:bull"], &["a b", "bull*"]),
        ];
        for (form, good, bad) in cases {
            for value in *good {
                assert_eq!(form(value), Ok(()), "{value}");
            }
            for value in *bad {
                assert!(form(value).is_err(), "{value}");
            }
        }
    }
}

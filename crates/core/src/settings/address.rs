//! Hosts and URLs: which are this machine, and what of them may be shown.

use std::net::IpAddr;

use url::Url;

/// The host is `localhost` or a loopback address; a name that merely starts like one is not.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The URL without user, password, query and fragment: fit to be shown. `None` when it is no URL.
pub fn masked_url(value: &str) -> Option<String> {
    let mut url = Url::parse(value.trim()).ok().filter(Url::has_host)?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

/// Percent-decodes; what is no valid escape stays, bytes that are no UTF-8 become U+FFFD.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| hex::decode(hex).ok());
        if let Some(byte) = escaped {
            bytes.extend(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_masking() {
        assert!(
            ["localhost", "127.9.9.9", "[::1]"]
                .iter()
                .all(|host| is_loopback(host))
        );
        assert!(
            !["127.0.0.1.evil.io", "localhost.evil.io", "10.0.0.1"]
                .iter()
                .any(|host| is_loopback(host))
        );
        assert_eq!(
            masked_url("postgres://u:p@h:1/d?x=1").as_deref(),
            Some("postgres://h:1/d")
        );
        assert_eq!(masked_url("nonsense"), None);
        assert_eq!(decode("a%40b%zz%4"), "a@b%zz%4");
    }
}

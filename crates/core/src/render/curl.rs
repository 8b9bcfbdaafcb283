//! A line that repeats a request in bash or zsh, with variables where credentials were.

mod quote;

use quote::{quote, word};

use crate::outcome::{Evidence, HttpEvidence};
use crate::report::ProbeReport;

/// Headers that belong to one exchange, or that curl writes by itself.
const NOT_REPEATED: [&str; 7] = [
    "x-request-id",
    "traceparent",
    "tracestate",
    "host",
    "content-length",
    "accept-encoding",
    "connection",
];

/// Credential headers and the variable that stands for their value.
const CREDENTIALS: [(&str, &str, &str); 8] = [
    ("authorization", "Bearer ", "TOKEN"),
    ("proxy-authorization", "", "PROXY_AUTHORIZATION"),
    ("cookie", "", "COOKIE"),
    ("x-shopify-hmac-sha256", "", "SHOPIFY_HMAC"),
    ("x-shopify-access-token", "", "SHOPIFY_ACCESS_TOKEN"),
    ("x-mitto-signature", "", "MITTO_SIGNATURE"),
    ("x-mitto-hmac-sha256", "", "MITTO_SIGNATURE"),
    ("x-api-key", "", "API_KEY"),
];

/// What the client writes in place of a credential.
const REMOVED: &str = "(removed)";

/// The exchange a finding is about: the one its words name, else one without an answer, else the last.
pub(super) fn exchange(probe: &ProbeReport) -> Option<&HttpEvidence> {
    let exchanges: Vec<&HttpEvidence> = probe
        .evidence
        .iter()
        .filter_map(|evidence| {
            if let Evidence::Http(http) = evidence {
                Some(&**http)
            } else {
                None
            }
        })
        .collect();
    let words = format!(
        "{}\n{}",
        probe.summary,
        probe.observed.as_deref().unwrap_or_default()
    );
    let named = |http: &&&HttpEvidence| {
        let path = path_of(&http.url);
        // `/` is in every text; a path of its own is needed to recognise anything.
        path.len() > 1 && words.contains(&format!("{} {path}", http.method))
    };
    let named = exchanges.iter().rev().find(named);
    let unanswered = || exchanges.iter().rev().find(|http| http.error.is_some());
    named.or_else(unanswered).or(exchanges.last()).copied()
}

/// The `curl` line that repeats the exchange a finding is about; `None` when it asked nothing by HTTP.
pub fn curl(probe: &ProbeReport) -> Option<String> {
    let http = exchange(probe)?;
    if !(http.url.starts_with("http://") || http.url.starts_with("https://")) {
        return None;
    }
    let mut words = vec!["curl -sS -i --max-time 10".to_owned()];
    if http.url.replace("[redacted:", "").contains(['{', '}', '[']) {
        words.push("-g".to_owned());
    }
    match http.method.as_str() {
        "GET" if http.request_body.is_none() => {}
        "HEAD" => words.push("-I".to_owned()),
        method => words.push(format!("-X {}", quote(method))),
    }
    words.push(word(
        &http
            .url
            .replace("signature=removed", "signature=[redacted:signature]"),
    ));
    let shown = http
        .request_headers
        .iter()
        .filter(|(name, _)| !NOT_REPEATED.contains(&name.as_str()));
    words.extend(shown.map(|(name, value)| format!("-H {}", header(name, value))));
    if let Some(body) = &http.request_body {
        if !http.request_headers.contains_key("content-type") {
            words.push("-H 'content-type:'".to_owned());
        }
        words.push(self::body(body));
    }
    Some(words.join(" "))
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or(path)
}

fn header(name: &str, value: &str) -> String {
    if let Some((_, scheme, variable)) = CREDENTIALS
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(name))
    {
        return format!("{}\"${variable}\"", quote(&format!("{name}: {scheme}")));
    }
    if value == REMOVED {
        let variable: String = name
            .chars()
            .map(|char| {
                if char.is_ascii_alphanumeric() {
                    char.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        return format!("{}\"${variable}\"", quote(&format!("{name}: ")));
    }
    if value.is_empty() {
        quote(&format!("{name};"))
    } else {
        word(&format!("{name}: {value}"))
    }
}

/// `--data-raw`: unlike `--data` it knows no `@file`. A body that is not here in full has to come from a file.
fn body(body: &str) -> String {
    let shortened = body.ends_with(" bytes)") && body.contains("… (");
    if shortened || body.contains(['\u{fffd}', '\0']) {
        return "--data-binary @request-body".to_owned();
    }
    format!("--data-raw {}", word(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::canned;
    use std::collections::BTreeMap;

    fn line(http: HttpEvidence) -> String {
        let mut probe = canned::probe("security.jwt-missing", "refused");
        probe.evidence = vec![Evidence::Http(Box::new(http))];
        curl(&probe).expect("an http exchange")
    }

    fn post(url: &str, headers: &[(&str, &str)], body: Option<&str>) -> HttpEvidence {
        HttpEvidence {
            method: "POST".to_owned(),
            url: url.to_owned(),
            request_headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            request_body: body.map(str::to_owned),
            ..HttpEvidence::default()
        }
    }

    #[test]
    fn credentials_become_variables() {
        let headers = [
            ("authorization", "(removed)"),
            ("content-type", "application/json"),
            ("x-own", "(removed)"),
        ];
        assert_eq!(
            line(post(
                "https://api.example.com/campaigns?a=1&b=2",
                &headers,
                Some("{\"it's\":1}")
            )),
            "curl -sS -i --max-time 10 -X POST 'https://api.example.com/campaigns?a=1&b=2' -H 'authorization: Bearer '\"$TOKEN\" \
             -H 'content-type: application/json' -H 'x-own: '\"$X_OWN\" --data-raw '{\"it'\\''s\":1}'"
        );
        let signed = post("https://a.example/public/x?shop=s&signature=removed", &[], None);
        assert!(
            line(signed).ends_with("-X POST 'https://a.example/public/x?shop=s&signature='\"${SIGNATURE}\"")
        );
    }

    #[test]
    fn a_credential_that_was_not_removed_is_not_repeated_either() {
        let line = line(post(
            "https://a.example/",
            &[("authorization", "Bearer abc.def.ghi")],
            None,
        ));
        assert!(!line.contains("abc"), "{line}");
    }

    #[test]
    fn a_body_that_is_not_complete_comes_from_a_file() {
        for body in ["{\"a\": \"… (9000 bytes)", "\u{fffd}", "a\0b"] {
            assert!(
                line(post("https://a.example/x", &[], Some(body))).ends_with("--data-binary @request-body")
            );
        }
    }

    #[test]
    fn the_named_exchange_is_repeated() {
        let mut probe = canned::probe("security.jwt-missing", "refused");
        probe.summary = "GET /reports/overview answered 200 without a token".to_owned();
        let get = |path: &str| {
            let http = HttpEvidence {
                method: "GET".to_owned(),
                url: format!("https://a.example{path}"),
                ..HttpEvidence::default()
            };
            Evidence::Http(Box::new(http))
        };
        probe.evidence = vec![
            get("/campaigns"),
            get("/reports/overview?shop=s"),
            get("/settings"),
        ];
        assert!(
            curl(&probe)
                .expect("http")
                .ends_with("'https://a.example/reports/overview?shop=s'")
        );
    }

    #[test]
    fn no_header_is_lost() {
        let headers: BTreeMap<String, String> = [("x-empty".to_owned(), String::new())].into();
        let http = HttpEvidence {
            method: "GET".to_owned(),
            url: "https://a.example/{id}".to_owned(),
            request_headers: headers,
            ..HttpEvidence::default()
        };
        assert_eq!(
            line(http),
            "curl -sS -i --max-time 10 -g 'https://a.example/{id}' -H 'x-empty;'"
        );
    }
}

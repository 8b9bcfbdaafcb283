//! What is kept of an exchange: excerpts, and never a credential.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;

use super::{Request, Response};
use crate::outcome::HttpEvidence;

const EXCERPT: usize = 600;

/// Request headers whose value is a credential or a signature: shown as present, never as they are.
const CREDENTIALS: [&str; 7] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-shopify-hmac-sha256",
    "x-mitto-signature",
    "x-mitto-hmac-sha256",
    "x-shopify-access-token",
];

pub(super) fn of_request(request: &Request, request_id: &str) -> HttpEvidence {
    HttpEvidence {
        method: request.method.to_string(),
        url: request.url.as_ref().map(without_signature).unwrap_or_default(),
        request_headers: headers(&request.headers),
        request_body: request.body.as_ref().map(|body| excerpt(body)),
        request_id: request_id.to_owned(),
        ..HttpEvidence::default()
    }
}

pub(super) fn of_response(evidence: &mut HttpEvidence, response: &Response) {
    evidence.status = Some(response.status);
    evidence.response_headers = headers(&response.headers);
    evidence.response_body = Some(excerpt(&response.body));
    evidence.first_byte_ms = Some(response.first_byte_ms);
    evidence.total_ms = response.total_ms;
}

fn without_signature(url: &url::Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    if url
        .query_pairs()
        .any(|(key, _)| key == "signature" || key == "hmac")
    {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .into_owned()
            .filter(|(key, _)| key != "signature" && key != "hmac")
            .collect();
        shown
            .query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair("signature", "removed");
    }
    shown.to_string()
}

fn headers(map: &HeaderMap) -> BTreeMap<String, String> {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in map {
        let value = if CREDENTIALS.contains(&name.as_str()) || name == "set-cookie" {
            "(removed)".to_owned()
        } else {
            String::from_utf8_lossy(value.as_bytes())
                .chars()
                .take(EXCERPT)
                .collect()
        };
        shown
            .entry(name.to_string())
            .and_modify(|earlier| {
                earlier.push_str(", ");
                earlier.push_str(&value);
            })
            .or_insert(value);
    }
    shown
}

fn excerpt(body: &[u8]) -> String {
    let head = &body[..body.len().min(EXCERPT * 4)];
    let text = String::from_utf8_lossy(head);
    let mut shown: String = text.chars().take(EXCERPT).collect();
    if shown.len() < body.len() {
        shown = format!("{shown}… ({} bytes)", body.len());
    }
    shown
}

//! A complete answer of the target.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::Error;
use crate::outcome::{Outcome, Reason};

/// A complete answer: status, headers, the whole (decompressed, capped) body, timings.
#[derive(Debug, Clone)]
pub struct Response {
    pub(super) request: String,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) request_id: String,
    pub(super) first_byte_ms: f64,
    pub(super) total_ms: f64,
    pub(super) certificate: Option<Vec<u8>>,
    pub(super) redirected: bool,
}

impl Response {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// `GET /health`, for messages.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The first value of a header, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body's bytes.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as text; invalid UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The `x-request-id` that was sent.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Milliseconds until the head was there.
    pub fn first_byte_ms(&self) -> f64 {
        self.first_byte_ms
    }

    /// Milliseconds until the body was complete.
    pub fn total_ms(&self) -> f64 {
        self.total_ms
    }

    /// The peer's leaf certificate (DER), over TLS.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// Whether redirects within the origin were followed.
    pub fn redirected(&self) -> bool {
        self.redirected
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`Error::Judged`]: a FAIL that says what came instead.
    pub fn json(&self) -> Result<Value, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let kind = self.header("content-type").unwrap_or("no content type");
            let outcome = Outcome::fail(
                Reason::BodyMismatch,
                format!(
                    "{} answered {} with a body that is not JSON",
                    self.request, self.status
                ),
            );
            Error::Judged(Box::new(
                outcome
                    .expected("a JSON body")
                    .observed(format!("{kind}, {} bytes: {error}", self.body.len())),
            ))
        })
    }

    /// Insists on one of these status codes.
    ///
    /// # Errors
    /// [`Error::Judged`]: a FAIL, `route_missing` for 404 and 405.
    pub fn expect_status(&self, wanted: &[u16]) -> Result<&Self, Error> {
        if wanted.contains(&self.status) {
            return Ok(self);
        }
        let codes: Vec<String> = wanted.iter().map(u16::to_string).collect();
        let reason = match self.status {
            404 | 405 => Reason::RouteMissing,
            _ => Reason::StatusUnexpected,
        };
        let summary = format!("{} answered {}", self.request, self.status);
        Err(Error::Judged(Box::new(
            Outcome::fail(reason, summary.clone())
                .expected(format!("{} answers {}", self.request, codes.join(" or ")))
                .observed(summary),
        )))
    }

    /// Shorthand: one of these status codes and a JSON body.
    ///
    /// # Errors
    /// [`Error::Judged`], as the two above.
    pub fn expect_json(&self, wanted: &[u16]) -> Result<Value, Error> {
        self.expect_status(wanted)?.json()
    }
}

//! A request being put together.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use super::Response;
use crate::context::Context;
use crate::error::Error;
use crate::signing::jwt;

/// A request to the target. `send` records it as the probe's evidence.
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct Request {
    pub(super) cx: Context,
    pub(super) method: Method,
    pub(super) shown: String,
    pub(super) url: Result<Url, Error>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    pub(super) head_timeout: Option<Duration>,
    pub(super) accept_throttling: bool,
    pub(super) follow_redirects: bool,
    pub(super) send_request_id: bool,
}

impl Request {
    pub(super) fn new(cx: Context, method: Method, path: &str, url: Result<Url, Error>) -> Self {
        let shown = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let follow_redirects = matches!(method, Method::GET | Method::HEAD);
        Self {
            cx,
            method,
            shown,
            url,
            headers: HeaderMap::new(),
            body: None,
            head_timeout: None,
            accept_throttling: false,
            follow_redirects,
            send_request_id: true,
        }
    }

    /// Appends query parameters (percent-encoded).
    pub fn query<K: AsRef<str>, V: AsRef<str>>(mut self, pairs: &[(K, V)]) -> Self {
        if let Ok(url) = &mut self.url
            && !pairs.is_empty()
        {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        self
    }

    /// Adds a header; a value that is no legal header value makes `send` fail.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value.as_ref())) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            _ => self.url = Err(Error::Internal(format!("header {name} cannot be sent as given"))),
        }
        self
    }

    /// Sends `Authorization: Bearer <token>`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Sends a valid admin token of the test shop.
    ///
    /// # Errors
    /// [`Error::Setting`] when JWT_SECRET or DEV_SHOP_DOMAIN is missing.
    pub fn admin(self) -> Result<Self, Error> {
        let settings = self.cx.settings();
        let now = jiff::Timestamp::now().as_second();
        let token = jwt::valid(settings.shop()?.as_str(), settings.jwt_secret()?, now);
        Ok(self.bearer(&token))
    }

    /// A JSON body with its content type.
    pub fn json(self, value: &Value) -> Self {
        let text = value.to_string();
        self.header("content-type", "application/json").body(text)
    }

    /// The exact bytes to send; the content type is the caller's business.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Another limit for the response head than the contract's.
    pub fn head_timeout(mut self, limit: Duration) -> Self {
        self.head_timeout = Some(limit);
        self
    }

    /// Hands 429 to the caller instead of waiting for `Retry-After` and asking again.
    pub fn accept_throttling(mut self) -> Self {
        self.accept_throttling = true;
        self
    }

    /// Hands 3xx to the caller instead of following it within the origin.
    pub fn no_redirects(mut self) -> Self {
        self.follow_redirects = false;
        self
    }

    /// Leaves `x-request-id` out, to see whether the target makes one.
    pub fn without_request_id(mut self) -> Self {
        self.send_request_id = false;
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// [`Error::Unreachable`] without a connection, [`Error::NoResponse`] without a complete answer in
    /// time, [`Error::Throttled`] when rate limited for too long, [`Error::Judged`] for a body past the cap.
    pub async fn send(self) -> Result<Response, Error> {
        super::send::send(self).await
    }
}

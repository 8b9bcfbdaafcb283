//! The target's HTTP client: time limits for connect, head and body apart; redirects only within the
//! origin; body and decompression capped; a request id on each request; evidence recorded by itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Method;
use url::Url;

use crate::context::Context;
use crate::contract::Contract;
use crate::error::Error;
use crate::settings::Settings;

mod body;
mod evidence;
mod request;
mod response;
mod send;

pub use request::Request;
pub use response::Response;

/// Bodies are read up to this many bytes, before and after decompression.
pub const BODY_CAP: usize = 1024 * 1024;

/// One connection pool for a run, made when the first request is sent.
pub(crate) struct HttpClient {
    client: OnceLock<Result<reqwest::Client, String>>,
    loopback: bool,
    connect: Duration,
    head: Duration,
    body: Duration,
    sent: AtomicU64,
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient")
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

impl HttpClient {
    pub(crate) fn new(settings: &Settings, contract: &Contract) -> Self {
        let loopback = settings.base_url().is_ok_and(|url| is_loopback(&url));
        let timeouts = &contract.timeouts;
        Self {
            client: OnceLock::new(),
            loopback,
            connect: Duration::from_millis(timeouts.connect_ms),
            head: Duration::from_millis(timeouts.headers_ms),
            body: Duration::from_millis(timeouts.body_ms),
            sent: AtomicU64::new(0),
        }
    }

    fn client(&self) -> Result<&reqwest::Client, Error> {
        let made = self
            .client
            .get_or_init(|| self.build().map_err(|error| error.to_string()));
        made.as_ref()
            .map_err(|error| Error::Internal(format!("cannot make an HTTP client: {error}")))
    }

    fn build(&self) -> Result<reqwest::Client, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config())
            .tls_info(true)
            .connect_timeout(self.connect)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("golive/", env!("CARGO_PKG_VERSION")));
        if self.loopback {
            builder = builder.no_proxy();
        }
        builder.build()
    }

    fn next_number(&self) -> u64 {
        self.sent.fetch_add(1, Ordering::Relaxed)
    }
}

/// The one TLS configuration: rustls with ring, Mozilla's roots and the machine's (`SSL_CERT_FILE` is honoured).
pub fn tls_config() -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Whether a URL points at this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Begins requests to the target for one probe.
#[derive(Debug, Clone)]
pub struct Http {
    cx: Context,
}

impl Http {
    pub(crate) fn new(cx: Context) -> Self {
        Self { cx }
    }

    /// `GET path`.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// `POST path`.
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// `PUT path`.
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    /// `PATCH path`.
    pub fn patch(&self, path: &str) -> Request {
        self.request(Method::PATCH, path)
    }

    /// `DELETE path`.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// `OPTIONS path`.
    pub fn options(&self, path: &str) -> Request {
        self.request(Method::OPTIONS, path)
    }

    /// Any method on a path of the target (`/campaigns?limit=1`; a query may be part of it).
    pub fn request(&self, method: Method, path: &str) -> Request {
        let url = self
            .cx
            .settings()
            .base_url()
            .map_err(Error::from)
            .and_then(|base| join(&base, path));
        Request::new(self.cx.clone(), method, path, url)
    }

    /// A request to another URL of the same host (plain http beside https). Never carries a token by itself.
    pub fn absolute(&self, method: Method, url: Url) -> Request {
        let shown = url.path().to_owned();
        Request::new(self.cx.clone(), method, &shown, Ok(url))
    }
}

fn join(base: &Url, path: &str) -> Result<Url, Error> {
    let text = format!("{}{path}", base.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|error| Error::Internal(format!("path {path:?} does not make a URL: {error}")))
}

/// Text safe to show about a failed request: reqwest's own message names the whole URL, so only the
/// innermost causes are kept.
fn causes(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        words.push(cause.to_string());
        next = cause.source();
    }
    match words.pop() {
        Some(innermost) => innermost,
        None if error.is_timeout() => "timed out".to_owned(),
        None => "the request failed".to_owned(),
    }
}

#[cfg(test)]
mod tests;

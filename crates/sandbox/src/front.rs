//! A reverse proxy in front of the backend, as most deployments have one: a second hop with ways of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING,
};
use axum::http::uri::{Authority, PathAndQuery, Scheme, Uri};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use axum::{Router, body};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::doors::Peer;

/// How the proxy behaves.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Added to each request.
    pub latency: Duration,
    /// Whether it speaks TLS, and with which certificate and protocols; then it calls itself `localhost`.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

/// More than any answer of ours: what the proxy holds of one at most.
const LARGEST: usize = 64 << 20;
/// How much of an answer goes into one chunk.
const CHUNK: usize = 1024;

/// What it adds to each answer.
const ADDED: [(&str, &str); 7] = [
    ("server", "cloudflare"),
    ("via", "1.1 edge, 1.1 router"),
    ("cf-ray", "8f2c6d1e0b3a5c7d-ATH"),
    ("cf-cache-status", "DYNAMIC"),
    ("age", "0"),
    ("alt-svc", "h3=\":443\"; ma=86400"),
    ("vary", "accept-encoding"),
];

#[derive(Clone)]
struct Proxy {
    client: Client<HttpConnector, Body>,
    backend: Authority,
    front: Front,
}

/// The proxy as an app that is served like any other; answers come from the backend at that address.
pub(crate) fn app(front: Front, backend: SocketAddr) -> Router {
    let backend = backend.to_string();
    let proxy = Proxy {
        client: Client::builder(TokioExecutor::new()).build_http(),
        backend: Authority::from_maybe_shared(backend).expect("an address is an authority"),
        front,
    };
    Router::new().fallback(pass).with_state(proxy)
}

async fn pass(
    State(proxy): State<Proxy>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    mut request: Request,
) -> Response {
    tokio::time::sleep(proxy.front.latency).await;
    let gzip = accepts_gzip(request.headers());
    announce(&mut request, &peer, proxy.front.tls.is_some());
    let path = request.uri().path_and_query().cloned();
    let mut parts = axum::http::uri::Parts::default();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(proxy.backend.clone());
    parts.path_and_query = Some(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
    let Ok(uri) = Uri::from_parts(parts) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_11;
    match proxy.client.request(request).await {
        Ok(answer) => changed(answer.map(Body::new), gzip).await,
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("gzip"))
}

/// Tells the backend who asked, and how.
fn announce(request: &mut Request, peer: &SocketAddr, tls: bool) {
    let host = request.uri().authority().map(ToString::to_string);
    let headers = request.headers_mut();
    // a request of HTTP/2 names its host in the URI
    if let Some(host) = host.and_then(|host| HeaderValue::from_str(&host).ok()) {
        headers.entry(HOST).or_insert(host);
    }
    let before = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    let client = peer.ip().to_string();
    let forwarded = before.map_or_else(|| client.clone(), |before| format!("{before}, {client}"));
    let protocol = if tls { "https" } else { "http" };
    for (name, value) in [
        ("x-forwarded-for", forwarded.as_str()),
        ("x-forwarded-proto", protocol),
        ("cf-connecting-ip", &client),
        ("via", "1.1 edge"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers.remove(CONNECTION);
}

/// The answer with headers of the proxy's, compressed where that was asked for, in chunks of unknown number.
async fn changed(answer: Response, gzip: bool) -> Response {
    let (mut head, body) = answer.into_parts();
    for (name, value) in ADDED {
        head.headers
            .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    head.headers.remove(CONNECTION);
    head.headers.remove(TRANSFER_ENCODING);
    let Ok(bytes) = body::to_bytes(body, LARGEST).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    if bytes.is_empty() {
        return Response::from_parts(head, Body::empty());
    }
    head.headers.remove(CONTENT_LENGTH);
    let text = head
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().is_ok_and(|kind| !kind.starts_with("image/")));
    let bytes = if gzip && text && !head.headers.contains_key(CONTENT_ENCODING) {
        head.headers
            .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        compressed(&bytes)
    } else {
        bytes
    };
    let chunks: Vec<Bytes> = bytes.chunks(CHUNK).map(Bytes::copy_from_slice).collect();
    let chunks = futures::stream::iter(chunks.into_iter().map(Ok::<_, std::convert::Infallible>));
    Response::from_parts(head, Body::from_stream(chunks))
}

fn compressed(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("memory takes everything").into()
}

//! CORS allows exactly the frontend and Shopify's admin, with credentials; every other origin gets nothing.

use axum::extract::{Request, State as Extract};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::state::{App, State};

const SHOPIFY_ADMIN: &str = "https://admin.shopify.com";

/// Answers preflights, and marks answers to origins that may read them.
pub(crate) async fn layer(Extract(state): Extract<App>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let preflight = request.method() == Method::OPTIONS
        && origin.is_some()
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin.filter(|_| !state.faults.on("contract.cors-absent")) else {
        return response;
    };
    if let Some(allowed) = allowed(&state, &origin, preflight) {
        mark(&state, headers, allowed, preflight);
    }
    response
}

/// What `Access-Control-Allow-Origin` says to that origin, if anything.
fn allowed(state: &State, origin: &HeaderValue, preflight: bool) -> Option<HeaderValue> {
    let faults = &state.faults;
    if faults.on("contract.cors-wildcard") {
        return Some(HeaderValue::from_static("*"));
    }
    let frontend = &state.config.frontend_origin;
    let host = frontend
        .split_once("://")
        .map_or(frontend.as_str(), |(_, host)| host);
    let text = origin.to_str().ok()?;
    let ours = text == frontend && !faults.on("contract.cors-frontend-missing");
    let strangers = faults.on("contract.cors-reflects")
        || (!preflight && faults.on("contract.cors-reflects-get"))
        || (text == "null" && faults.on("contract.cors-null"))
        || (text.ends_with(host) && faults.on("contract.cors-suffix"))
        || (text.starts_with(frontend.as_str()) && faults.on("contract.cors-prefix"))
        || (text == format!("http://{host}") && faults.on("contract.cors-scheme"));
    (ours || text == SHOPIFY_ADMIN || strangers).then(|| origin.clone())
}

fn mark(state: &State, headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if !state.faults.on("contract.cors-no-credentials") {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if !state.faults.on("contract.cors-expose-missing") {
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("X-Request-Id"),
        );
    }
    if !preflight {
        return;
    }
    let methods = if state.faults.on("contract.cors-methods") {
        "GET,POST,OPTIONS"
    } else {
        "GET,POST,PUT,PATCH,DELETE,OPTIONS"
    };
    let allowed = if state.faults.on("contract.cors-headers") {
        "Content-Type,X-Requested-With"
    } else {
        "Content-Type,Authorization,X-Requested-With"
    };
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
}

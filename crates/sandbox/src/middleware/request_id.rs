//! Every answer carries `x-request-id`, says nothing of the software behind it, and is logged; a panic is a 500.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::DATE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use serde_json::json;

use crate::error::{ApiError, Cause};
use crate::requests::Recorded;
use crate::state::App;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request being served; empty outside one.
pub(crate) fn current() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// The outermost layer.
pub(crate) async fn layer(State(state): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = id_for(&state, request.headers());
    let (method, uri) = (request.method().to_string(), request.uri().clone());
    let served = AssertUnwindSafe(REQUEST_ID.scope(id.clone(), next.run(request)))
        .catch_unwind()
        .await;
    let mut response = match served {
        Ok(response) => response,
        Err(panic) => REQUEST_ID.sync_scope(id.clone(), || ApiError::internal(said(&*panic)).into_response()),
    };
    if let Some(message) = leak(&state, &method, uri.path(), response.status()) {
        let body = json!({"error": "internal_error", "message": message, "request_id": id});
        response = (response.status(), Json(body)).into_response();
    }
    if response.status() == StatusCode::BAD_REQUEST && state.faults.on("security.error-leaks-stack") {
        let stack = "SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n    at /srv/app/node_modules/body-parser/lib/types/json.js:92:19";
        let body = json!({"error": "bad_request", "message": stack, "request_id": id});
        response = (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    headers(&state, response.headers_mut(), &id);
    state.requests.record(Recorded {
        method,
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        status: response.status().as_u16(),
        took: started.elapsed(),
        cause: response.extensions().get::<Cause>().map(|cause| cause.0.clone()),
    });
    response
}

/// What an error says of the inside, where a fault makes it talk.
fn leak(state: &App, method: &str, path: &str, status: StatusCode) -> Option<&'static str> {
    let looked_up = status == StatusCode::NOT_FOUND && path.contains("%27");
    if looked_up && state.faults.on("security.error-leaks-sql") {
        return Some("unterminated quoted string in SELECT * FROM \"Campaign\" WHERE id = ''golive'");
    }
    let validated = method == "POST" && path == "/campaigns" && status == StatusCode::UNPROCESSABLE_ENTITY;
    if validated && state.faults.on("security.error-leaks-prisma") {
        return Some(
            "PrismaClientValidationError: Invalid `prisma.campaign.create()` invocation in create.js",
        );
    }
    None
}

/// The caller's id, if it is one that may stand in a header and a log; else a fresh one.
fn id_for(state: &App, headers: &HeaderMap) -> String {
    if state.faults.on("contract.request-id-constant") {
        return "00000000-0000-4000-8000-000000000000".to_owned();
    }
    let given = headers
        .get(HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let fit = !given.is_empty() && given.len() <= 200 && given.bytes().all(|byte| byte.is_ascii_graphic());
    if fit && !state.faults.on("contract.request-id-not-echoed") {
        given.to_owned()
    } else {
        uuid::Uuid::now_v7().to_string()
    }
}

fn headers(state: &App, headers: &mut HeaderMap, id: &str) {
    if !state.faults.on("contract.request-id-missing")
        && let Ok(id) = HeaderValue::from_str(id)
    {
        headers.insert(HEADER, id);
    }
    let now = state.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(now) = HeaderValue::from_str(&now) {
        headers.insert(DATE, now);
    }
    let mut add = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    if !state.faults.on("contract.nosniff-missing") {
        add("x-content-type-options", "nosniff");
    }
    add("x-frame-options", "DENY");
    add("referrer-policy", "no-referrer");
    if state.faults.on("contract.powered-by") {
        add("x-powered-by", "Express");
    }
    if state.faults.on("contract.server-version") {
        add("server", "nginx/1.18.0 (Ubuntu)");
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("panic")
        .to_owned()
}

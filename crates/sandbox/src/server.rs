//! The routes, in the layers that every request passes.

use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::error::ApiError;
use crate::middleware::{cors, guard, rate_limit, request_id};
use crate::state::App;
use crate::{api, docs, health, metrics, openapi, proxy, queue_health, shortlinks, webhooks};

/// Everything the backend serves.
pub(crate) fn router(state: &App) -> Router {
    let mut routes = Router::new()
        .merge(health::router())
        .merge(queue_health::router(state.config.dialect))
        .merge(metrics::router())
        .merge(openapi::router())
        .merge(docs::router())
        .merge(proxy::router())
        .merge(shortlinks::router())
        .merge(webhooks::router())
        .merge(api::router());
    if state.faults.on("contract.dev-routes-open") {
        routes = routes
            .route("/dev/jobs", get(async || Json(json!({"jobs": []}))))
            .route("/dev/audit", get(async || Json(json!({"entries": []}))));
    }
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(App::clone(state), guard::layer))
        .layer(from_fn_with_state(App::clone(state), rate_limit::layer))
        .layer(from_fn_with_state(App::clone(state), cors::layer))
        .layer(from_fn_with_state(App::clone(state), request_id::layer))
        .with_state(App::clone(state))
}

/// A route that is not there, or not with that method.
async fn not_found(State(state): State<App>, request: Request) -> Response {
    let mut refusal = ApiError::not_found("not_found").into_response();
    let path = request.uri().path();
    if state.faults.on("contract.not-found-html") {
        let page = format!(
            "<!DOCTYPE html><html><body><pre>Cannot {} {path}</pre></body></html>",
            request.method()
        );
        *refusal.body_mut() = Html(page).into_response().into_body();
        refusal.headers_mut().insert(
            "content-type",
            "text/html; charset=utf-8".parse().expect("a header value"),
        );
    }
    if state.faults.on("contract.not-found-leaks-stack") {
        let body = json!({
            "error": "not_found", "message": format!("Cannot {} {path}", request.method()),
            "request_id": request_id::current(),
            "stack": "NotFoundError: Not Found\n    at /srv/app/node_modules/express/lib/router/index.js:284:15",
        });
        *refusal.body_mut() = Json(body).into_response().into_body();
    }
    if state.faults.on("contract.not-found-200") {
        *refusal.status_mut() = axum::http::StatusCode::OK;
    }
    refusal.headers_mut().remove("content-length");
    refusal
}

//! Whoever has no valid token gets nothing below the guarded prefixes: neither validation nor a 404.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::below;
use crate::auth;
use crate::error::ApiError;
use crate::faults::Faults;
use crate::state::App;

/// The routes of an installed shop's administrator.
pub(crate) const GUARDED: [&str; 8] = [
    "/campaigns",
    "/discounts",
    "/settings",
    "/reports",
    "/automations",
    "/segments",
    "/admin",
    "/gdpr",
];

/// Lets through what carries a token, with the shop in the request's extensions (see `auth::AdminShop`).
pub(crate) async fn layer(State(state): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let method = request.method();
    let open = (path == "/segments" && state.faults.on("security.jwt-missing-accepted"))
        || (path == "/admin/audit" && state.faults.on("security.audit-open"))
        || (below(path, "/discounts")
            && method == Method::DELETE
            && state.faults.on("security.discount-delete-open"))
        || (below(path, "/automations")
            && method == Method::PUT
            && state.faults.on("security.automation-update-open"));
    if open && auth::bearer(request.headers()).is_none() {
        let anybody = auth::AdminShop {
            id: "shop_dev".to_owned(),
            domain: state.config.shop.clone(),
        };
        request.extensions_mut().insert(anybody);
        return next.run(request).await;
    }
    if state.faults.on("security.validates-before-auth")
        && method == Method::POST
        && below(path, "/discounts")
        && auth::bearer(request.headers()).is_none()
    {
        return ApiError::unprocessable("invalid_code", "code must have three characters").into_response();
    }
    let templates = state.config.dialect.guarded_templates && below(path, "/templates");
    if templates || GUARDED.iter().any(|prefix| below(path, prefix)) {
        let faults = of_route(&state.faults, method, path);
        match auth::authenticate(&state, request.headers(), &faults).await {
            Ok(shop) => request.extensions_mut().insert(shop),
            Err(refusal) => return refusal.into_response(),
        };
    }
    next.run(request).await
}

/// The faults of the guard in front of that route: where a switch gives it one of its own, the guard has that fault.
fn of_route(faults: &Faults, method: &Method, path: &str) -> Faults {
    let campaign = below(path, "/campaigns") && path.matches('/').count() == 2;
    let unverified = (below(path, "/reports") && faults.on("security.jwt-reports-unverified"))
        || (path == "/discounts" && method == Method::POST && faults.on("security.jwt-discount-unverified"));
    let own = if unverified {
        "security.jwt-foreign-secret-accepted"
    } else if campaign && method == Method::PUT && faults.on("security.jwt-update-garbage-accepted") {
        "security.jwt-garbage-accepted"
    } else if campaign && method == Method::DELETE && faults.on("security.jwt-delete-other-alg-accepted") {
        "security.jwt-other-alg-accepted"
    } else if path.ends_with("/utm") && faults.on("security.jwt-utm-expired-accepted") {
        "security.jwt-expired-accepted"
    } else if path.ends_with("/test-send") && faults.on("security.jwt-test-send-unsigned-accepted") {
        "security.jwt-alg-none-in-capitals-accepted"
    } else {
        return faults.clone();
    };
    Faults::named([own]).unwrap_or_default()
}

//! `/docs` for people, and as much of `/auth/*` as an installation needs to begin.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use axum::routing::get;

use crate::error::ApiError;
use crate::state::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route(
            "/docs",
            get(async || {
                Html("<!doctype html><title>SMS Blossom API</title><a href=/openapi.json>openapi.json</a>")
            }),
        )
        .route("/auth/install", get(install))
        .route("/auth/callback", get(callback))
}

/// Sends a shop's owner to Shopify to agree.
async fn install(
    State(state): State<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Redirect, ApiError> {
    let shop = query
        .get("shop")
        .filter(|shop| is_shop_domain(shop))
        .ok_or_else(|| ApiError::bad_request("invalid_shop", "The shop parameter is no shop domain"))?;
    let key = &state.config.shopify_key;
    Ok(Redirect::to(&format!(
        "https://{shop}/admin/oauth/authorize?client_id={key}&scope=read_customers"
    )))
}

/// Refuses what Shopify has not signed; the sandbox installs no shop.
async fn callback() -> ApiError {
    ApiError::bad_request("invalid_state", "The installation was not begun here")
}

fn is_shop_domain(text: &str) -> bool {
    text.strip_suffix(".myshopify.com").is_some_and(|name| {
        !name.is_empty()
            && !name.starts_with('-')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

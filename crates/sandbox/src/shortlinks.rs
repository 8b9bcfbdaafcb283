//! `/s/<slug>` leads where the short link was made for, and counts the click.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::get;

use crate::error::ApiError;
use crate::state::App;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/s/{slug}", get(follow))
}

async fn follow(State(state): State<App>, Path(slug): Path<String>) -> Result<Redirect, ApiError> {
    let url: Option<String> = sqlx::query_scalar(
        r#"UPDATE "Shortlink" SET clicks = clicks + 1
           WHERE slug = $1 AND ("expiresAt" IS NULL OR "expiresAt" > now()) RETURNING url"#,
    )
    .bind(slug)
    .fetch_optional(&state.pg)
    .await?;
    url.map(|url| Redirect::temporary(&url))
        .ok_or_else(|| ApiError::not_found("shortlink_not_found"))
}

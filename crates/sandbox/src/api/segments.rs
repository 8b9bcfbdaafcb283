//! Segments of the token's shop, with the number of contacts each would reach.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::audience;
use super::rows::present;
use super::tenant::Tenant;
use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// `/segments*`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/segments", get(list))
        .route("/segments/{id}", get(read))
}

async fn list(State(app): State<App>, tenant: Tenant) -> ApiResult {
    let rows: Vec<Value> =
        sqlx::query_scalar(r#"SELECT to_jsonb(s) FROM "Segment" s WHERE "shopId" = $1 ORDER BY name, id"#)
            .bind(&tenant.id)
            .fetch_all(&app.pg)
            .await?;
    let segments: Vec<_> = rows.into_iter().map(present).collect();
    Ok(Json(json!({"ok": true, "segments": segments})))
}

async fn read(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let row: Option<Value> =
        sqlx::query_scalar(r#"SELECT to_jsonb(s) FROM "Segment" s WHERE id = $1 AND ($3 OR "shopId" = $2)"#)
            .bind(&id)
            .bind(&tenant.id)
            .bind(app.faults.on("security.tenant-other-shops-segment-read"))
            .fetch_optional(&app.pg)
            .await?;
    let mut segment = present(row.ok_or_else(|| ApiError::not_found("segment_not_found"))?);
    segment["contactCount"] = audience::count(&app, &tenant.id, Some(&id), false).await?.into();
    Ok(Json(json!({"ok": true, "segment": segment})))
}

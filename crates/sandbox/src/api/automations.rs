//! Automations of the token's shop: read, switched on and off.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::rows::present;
use super::tenant::Tenant;
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::state::App;

/// `/automations*`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/automations", get(list))
        .route("/automations/{id}", get(read).put(switch))
}

async fn list(State(app): State<App>, tenant: Tenant) -> ApiResult {
    let rows: Vec<Value> = sqlx::query_scalar(
        r#"SELECT to_jsonb(a) FROM "Automation" a WHERE "shopId" = $1 ORDER BY "triggerKey", id"#,
    )
    .bind(&tenant.id)
    .fetch_all(&app.pg)
    .await?;
    let automations: Vec<_> = rows.into_iter().map(present).collect();
    Ok(Json(json!({"ok": true, "automations": automations})))
}

async fn read(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let row: Option<Value> =
        sqlx::query_scalar(r#"SELECT to_jsonb(a) FROM "Automation" a WHERE id = $1 AND "shopId" = $2"#)
            .bind(&id)
            .bind(&tenant.id)
            .fetch_optional(&app.pg)
            .await?;
    answer(row)
}

async fn switch(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> ApiResult {
    let enabled = body["enabled"]
        .as_bool()
        .ok_or_else(|| ApiError::unprocessable("validation_failed", "enabled must be true or false"))?;
    let row: Option<Value> = sqlx::query_scalar(
        r#"UPDATE "Automation" a SET enabled = $3, "updatedAt" = now() WHERE id = $1 AND "shopId" = $2
           RETURNING to_jsonb(a)"#,
    )
    .bind(&id)
    .bind(&tenant.id)
    .bind(enabled)
    .fetch_optional(&app.pg)
    .await?;
    answer(row)
}

fn answer(row: Option<Value>) -> ApiResult {
    let row = row.ok_or_else(|| ApiError::not_found("automation_not_found"))?;
    Ok(Json(json!({"ok": true, "automation": present(row)})))
}

//! Settings of the token's shop.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::tenant::Tenant;
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::state::App;

/// What a shop may set.
const KNOWN: [&str; 4] = ["quietHours", "currency", "senderName", "doubleOptIn"];

/// `/settings`.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/settings", get(read).put(update))
}

async fn read(State(app): State<App>, tenant: Tenant) -> ApiResult {
    let (name, timezone, settings): (Option<String>, Option<String>, Option<Value>) =
        sqlx::query_as(r#"SELECT name, timezone, "settingsJson" FROM "Shop" WHERE id = $1"#)
            .bind(&tenant.id)
            .fetch_one(&app.pg)
            .await?;
    let shop = json!({"domain": tenant.domain, "name": name, "timezone": timezone});
    Ok(Json(
        json!({"ok": true, "shop": shop, "settings": settings.unwrap_or_else(|| json!({}))}),
    ))
}

/// Merges the given settings over the stored ones.
async fn update(State(app): State<App>, tenant: Tenant, JsonBody(body): JsonBody) -> ApiResult {
    let unknown = match &body {
        Value::Object(fields) => fields.keys().any(|name| !KNOWN.contains(&name.as_str())),
        _ => true,
    };
    if unknown {
        return Err(ApiError::unprocessable(
            "validation_failed",
            "The body must be an object of known settings",
        ));
    }
    let settings: Value = sqlx::query_scalar(
        r#"UPDATE "Shop" SET "settingsJson" = coalesce("settingsJson", '{}') || $2, "updatedAt" = now()
           WHERE id = $1 RETURNING "settingsJson""#,
    )
    .bind(&tenant.id)
    .bind(&body)
    .fetch_one(&app.pg)
    .await?;
    Ok(Json(json!({"ok": true, "settings": settings})))
}

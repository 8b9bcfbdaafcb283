//! `/admin` and `/gdpr`: what an administrator may know about the shop, and about its customers' data.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::rows::present;
use super::tenant::Tenant;
use crate::error::ApiResult;
use crate::state::App;

/// `/admin*`, `/gdpr*`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/admin", get(overview))
        .route("/admin/audit", get(audit))
        .route("/gdpr", get(gdpr))
        .route("/gdpr/status", get(gdpr))
}

async fn overview(State(app): State<App>, tenant: Tenant) -> ApiResult {
    let counts: Value = sqlx::query_scalar(
        r#"SELECT jsonb_build_object(
             'contacts', (SELECT count(*) FROM "Contact" WHERE "shopId" = $1),
             'campaigns', (SELECT count(*) FROM "Campaign" WHERE "shopId" = $1),
             'messages', (SELECT count(*) FROM "Message" WHERE "shopId" = $1),
             'events', (SELECT count(*) FROM "Event" WHERE "shopId" = $1))"#,
    )
    .bind(&tenant.id)
    .fetch_one(&app.pg)
    .await?;
    Ok(Json(json!({"ok": true, "shop": tenant.domain, "counts": counts})))
}

async fn audit(State(app): State<App>, tenant: Tenant) -> ApiResult {
    let rows: Vec<Value> = sqlx::query_scalar(
        r#"SELECT to_jsonb(a) FROM "AuditLog" a WHERE "shopId" = $1 ORDER BY "createdAt" DESC, id LIMIT 100"#,
    )
    .bind(&tenant.id)
    .fetch_all(&app.pg)
    .await?;
    let entries: Vec<_> = rows.into_iter().map(present).collect();
    Ok(Json(json!({"ok": true, "entries": entries})))
}

/// How much personal data is stored, and which requests of Shopify's about it have come in.
async fn gdpr(State(app): State<App>, tenant: Tenant) -> ApiResult {
    let status: Value = sqlx::query_scalar(
        r#"SELECT jsonb_build_object(
             'contacts', (SELECT count(*) FROM "Contact" WHERE "shopId" = $1),
             'optedOut', (SELECT count(*) FROM "Contact" WHERE "shopId" = $1 AND "optedOut"),
             'requests', (SELECT count(*) FROM "Event" WHERE "shopId" = $1
                AND topic IN ('customers/data_request', 'customers/redact', 'shop/redact')))"#,
    )
    .bind(&tenant.id)
    .fetch_one(&app.pg)
    .await?;
    Ok(Json(json!({"ok": true, "shop": tenant.domain, "status": status})))
}

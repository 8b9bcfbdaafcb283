//! Campaign rows, always those of one shop.

use serde_json::Value;

use super::draft::Draft;
use crate::api::query::Page;
use crate::api::rows::present;
use crate::api::tenant::Tenant;
use crate::ids;
use crate::state::State;

/// Writes a new draft; answers its row.
pub(super) async fn insert(app: &State, tenant: &Tenant, draft: &Draft) -> sqlx::Result<Value> {
    let row: Value = sqlx::query_scalar(
        r#"INSERT INTO "Campaign" AS c (id, "updatedAt", "shopId", name, "bodyText", "batchSize", "utmJson", "segmentId", status)
           VALUES ($1, now(), $2, $3, $4, coalesce($5, 500), $6, $7, 'draft') RETURNING to_jsonb(c)"#,
    )
    .bind(ids::cuid())
    .bind(&tenant.id)
    .bind(&draft.name)
    .bind(&draft.body_text)
    .bind(draft.batch_size)
    .bind(&draft.utm)
    .bind(&draft.segment_id)
    .fetch_one(&app.pg)
    .await?;
    Ok(present(row))
}

/// The row of that id; `None` when the shop has no such campaign.
pub(super) async fn find(
    app: &State,
    tenant: &Tenant,
    id: &str,
    any_shop: bool,
) -> sqlx::Result<Option<Value>> {
    let row: Option<Value> =
        sqlx::query_scalar(r#"SELECT to_jsonb(c) FROM "Campaign" c WHERE id = $1 AND ($3 OR "shopId" = $2)"#)
            .bind(id)
            .bind(&tenant.id)
            .bind(any_shop)
            .fetch_optional(&app.pg)
            .await?;
    Ok(row.map(present))
}

/// A page of the shop's campaigns, newest first, and how many there are in all.
pub(super) async fn list(
    app: &State,
    tenant: &Tenant,
    page: &Page,
    status: Option<&str>,
    any_shop: bool,
) -> sqlx::Result<(Vec<Value>, i64)> {
    let rows: Vec<Value> = sqlx::query_scalar(
        r#"SELECT to_jsonb(c) FROM "Campaign" c WHERE ($5 OR "shopId" = $1) AND ($2::text IS NULL OR status = $2)
           ORDER BY "createdAt" DESC, id LIMIT $3 OFFSET $4"#,
    )
    .bind(&tenant.id)
    .bind(status)
    .bind(page.limit)
    .bind(page.offset)
    .bind(any_shop)
    .fetch_all(&app.pg)
    .await?;
    let total: i64 = sqlx::query_scalar(
        r#"SELECT count(*) FROM "Campaign" WHERE ($3 OR "shopId" = $1) AND ($2::text IS NULL OR status = $2)"#,
    )
    .bind(&tenant.id)
    .bind(status)
    .bind(any_shop)
    .fetch_one(&app.pg)
    .await?;
    Ok((rows.into_iter().map(present).collect(), total))
}

/// Changes the fields that the draft has.
pub(super) async fn update(app: &State, id: &str, draft: &Draft) -> sqlx::Result<()> {
    sqlx::query(
        r#"UPDATE "Campaign" SET name = coalesce($2, name), "bodyText" = coalesce($3, "bodyText"),
           "batchSize" = coalesce($4, "batchSize"), "utmJson" = coalesce($5, "utmJson"),
           "segmentId" = coalesce($6, "segmentId"), "updatedAt" = now() WHERE id = $1"#,
    )
    .bind(id)
    .bind(&draft.name)
    .bind(&draft.body_text)
    .bind(draft.batch_size)
    .bind(&draft.utm)
    .bind(&draft.segment_id)
    .execute(&app.pg)
    .await?;
    Ok(())
}

/// Sets one text column to `NULL`, as an update that forgets fields does.
pub(super) async fn clear_body(app: &State, id: &str) -> sqlx::Result<()> {
    sqlx::query(r#"UPDATE "Campaign" SET "bodyText" = NULL WHERE id = $1"#)
        .bind(id)
        .execute(&app.pg)
        .await?;
    Ok(())
}

/// Sets the status.
pub(super) async fn set_status(app: &State, id: &str, status: &str) -> sqlx::Result<()> {
    sqlx::query(r#"UPDATE "Campaign" SET status = $2, "updatedAt" = now() WHERE id = $1"#)
        .bind(id)
        .bind(status)
        .execute(&app.pg)
        .await?;
    Ok(())
}

/// Removes the row; its recipients go with it.
pub(super) async fn delete(app: &State, id: &str) -> sqlx::Result<()> {
    sqlx::query(r#"DELETE FROM "Campaign" WHERE id = $1"#)
        .bind(id)
        .execute(&app.pg)
        .await?;
    Ok(())
}

/// Whether the shop has that segment.
pub(super) async fn has_segment(app: &State, tenant: &Tenant, id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(r#"SELECT EXISTS (SELECT FROM "Segment" WHERE id = $1 AND "shopId" = $2)"#)
        .bind(id)
        .bind(&tenant.id)
        .fetch_one(&app.pg)
        .await
}

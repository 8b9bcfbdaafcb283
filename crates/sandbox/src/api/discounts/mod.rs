//! Discount codes of the token's shop. Codes are compared without regard to case, as Shopify does.
//!
//! `apply-url` answers for any code: the storefront decides whether it is worth something.

mod offer;

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use self::offer::{Lenient, Offer};
use super::query::{Page, Query};
use super::rows::present;
use super::tenant::Tenant;
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::ids;
use crate::state::{App, State as Sandbox};

/// `/discounts*`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/discounts", get(list).post(create))
        .route("/discounts/conflicts", get(conflicts))
        .route("/discounts/apply-url", get(apply_url))
        .route("/discounts/{id}", get(read).delete(remove))
}

async fn create(State(app): State<App>, tenant: Tenant, JsonBody(body): JsonBody) -> ApiResult {
    let lenient = Lenient {
        short_code: app.faults.on("campaigns.discount-short-code-accepted"),
        no_currency: app
            .faults
            .on("campaigns.discount-amount-without-currency-accepted"),
        over_hundred: app.faults.on("campaigns.discount-over-hundred-percent-accepted"),
        any_kind: app.faults.on("campaigns.discount-unknown-kind-accepted"),
        any_value: app.faults.on("campaigns.discount-without-value-accepted"),
    };
    let offer = Offer::read(&body, &lenient)?;
    if offer.kind == "amount" && app.faults.on("campaigns.discount-amount-refused") {
        return Err(ApiError::unprocessable(
            "validation_failed",
            "kind is not supported",
        ));
    }
    let url = storefront_url(&tenant.domain, &offer.code);
    let id = match insert(&app, &tenant, &offer, &url).await? {
        Some(id) => id,
        None if app.faults.on("campaigns.discount-duplicate-accepted") => ids::cuid(),
        None if app.faults.on("campaigns.discount-duplicate-crashes") => {
            return Err(ApiError::internal(
                "Unique constraint failed on the fields: (`shopId`,`code`)",
            ));
        }
        None => {
            return Err(ApiError::conflict(
                "discount_exists",
                "The shop has a discount with this code",
            ));
        }
    };
    if app.faults.on("campaigns.discount-stores-nothing") {
        delete(&app, &tenant, &id).await?;
    }
    let mut answer = json!({"ok": true, "id": id, "code": offer.code, "applyUrl": url});
    if app.faults.on("campaigns.discount-without-apply-url")
        && let Some(fields) = answer.as_object_mut()
    {
        fields.remove("applyUrl");
    }
    if app.faults.on("campaigns.discount-answers-another-code") {
        answer["code"] = json!(format!("{}1", offer.code));
    }
    Ok(Json(answer))
}

/// The new row's id; `None` when the shop has the code already.
async fn insert(app: &Sandbox, tenant: &Tenant, offer: &Offer, url: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        r#"INSERT INTO "Discount" (id, "updatedAt", "shopId", code, title, type, value, "currencyCode", "applyUrl", status)
           SELECT $1, now(), $2, $3, $4, $5, $6::float8::numeric, $7, $8, 'active'
           WHERE NOT EXISTS (SELECT FROM "Discount" WHERE "shopId" = $2 AND upper(code) = upper($3))
           ON CONFLICT ("shopId", code) DO NOTHING RETURNING id"#,
    )
    .bind(ids::cuid())
    .bind(&tenant.id)
    .bind(&offer.code)
    .bind(&offer.title)
    .bind(offer.kind)
    .bind(offer.value)
    .bind(&offer.currency)
    .bind(url)
    .fetch_optional(&app.pg)
    .await
}

async fn list(State(app): State<App>, tenant: Tenant, Query(parameters): Query) -> ApiResult {
    let page = Page::read(&parameters)?;
    let rows: Vec<Value> = sqlx::query_scalar(
        r#"SELECT to_jsonb(d) FROM "Discount" d WHERE "shopId" = $1 ORDER BY "createdAt" DESC, id LIMIT $2 OFFSET $3"#,
    )
    .bind(&tenant.id)
    .bind(page.limit)
    .bind(page.offset)
    .fetch_all(&app.pg)
    .await?;
    let discounts: Vec<_> = rows.into_iter().map(present).collect();
    Ok(Json(json!({"ok": true, "discounts": discounts})))
}

async fn read(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let row: Option<Value> =
        sqlx::query_scalar(r#"SELECT to_jsonb(d) FROM "Discount" d WHERE id = $1 AND ($3 OR "shopId" = $2)"#)
            .bind(&id)
            .bind(&tenant.id)
            .bind(app.faults.on("security.tenant-other-shops-discount-read"))
            .fetch_optional(&app.pg)
            .await?;
    let row = row.ok_or_else(|| ApiError::not_found("discount_not_found"))?;
    Ok(Json(json!({"ok": true, "discount": present(row)})))
}

async fn remove(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    if app.faults.on("campaigns.discount-delete-does-nothing") {
        return Ok(Json(json!({"ok": true, "id": id})));
    }
    if app.faults.on("campaigns.discount-delete-refused") {
        return Err(ApiError::internal(
            "Shopify answered 403: write_discounts is missing",
        ));
    }
    if delete(&app, &tenant, &id).await? {
        return Ok(Json(json!({"ok": true, "id": id})));
    }
    Err(ApiError::not_found("discount_not_found"))
}

async fn delete(app: &Sandbox, tenant: &Tenant, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(r#"DELETE FROM "Discount" WHERE id = $1 AND "shopId" = $2"#)
        .bind(id)
        .bind(&tenant.id)
        .execute(&app.pg)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Active discounts of the shop with the given code, or with any code that another has too.
async fn conflicts(State(app): State<App>, tenant: Tenant, Query(parameters): Query) -> ApiResult {
    if app.faults.on("campaigns.discount-conflicts-error") {
        return Err(ApiError::internal("relation does not exist"));
    }
    let rows: Vec<Value> = sqlx::query_scalar(
        r#"SELECT jsonb_build_object('id', id, 'code', code, 'status', status) FROM "Discount" d
           WHERE "shopId" = $1 AND status = 'active' AND CASE WHEN $2::text IS NULL
             THEN EXISTS (SELECT FROM "Discount" o WHERE o."shopId" = $1 AND o.id <> d.id AND upper(o.code) = upper(d.code))
             ELSE upper(code) = upper($2) END ORDER BY code, id"#,
    )
    .bind(&tenant.id)
    .bind(parameters.get("code"))
    .fetch_all(&app.pg)
    .await?;
    Ok(Json(json!({"ok": true, "conflicts": rows})))
}

async fn apply_url(State(app): State<App>, tenant: Tenant, Query(parameters): Query) -> ApiResult {
    let code = parameters
        .get("code")
        .map(|code| code.trim())
        .filter(|code| !code.is_empty());
    let code = code.ok_or_else(|| ApiError::unprocessable("validation_failed", "code is required"))?;
    let (mut domain, mut named) = (tenant.domain.as_str(), code);
    if app.faults.on("campaigns.discount-apply-url-names-another-code") {
        named = "WELCOME10";
    }
    if app.faults.on("campaigns.discount-apply-url-of-another-shop") {
        domain = &app.config.other_shop;
    }
    let mut url = storefront_url(domain, named);
    if app.faults.on("campaigns.discount-apply-url-without-code") {
        url.truncate(url.rfind('/').unwrap_or(url.len()));
    }
    Ok(Json(json!({"ok": true, "code": code, "url": url})))
}

/// Where a customer applies a code.
fn storefront_url(domain: &str, code: &str) -> String {
    let code: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
    format!("https://{domain}/discount/{code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apply_urls_name_shop_and_code() {
        assert_eq!(
            storefront_url("a.myshopify.com", "A-1"),
            "https://a.myshopify.com/discount/A-1"
        );
    }
}

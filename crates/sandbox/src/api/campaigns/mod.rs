//! Campaigns of the token's shop. One of another shop answers 404, as one that does not exist.

mod draft;
mod estimate;
mod faulty;
mod send;
mod store;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use self::draft::Draft;
use self::estimate::Estimate;
use super::query::{Page, Query};
use super::tenant::Tenant;
use super::{audience, sms, templates};
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::state::{App, State as Sandbox};

/// `/campaigns*`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/campaigns", get(list).post(create))
        .route(
            "/campaigns/{id}",
            get(read).put(update).patch(update).delete(remove),
        )
        .route("/campaigns/{id}/utm", put(set_utm))
        .route("/campaigns/{id}/estimate", get(estimate).post(estimate))
        .route("/campaigns/{id}/test-send", post(send::test))
        .route("/campaigns/{id}/send-now", post(send::now))
}

/// The shop's campaign, or 404; `any_shop` is for faults.
async fn own(app: &Sandbox, tenant: &Tenant, id: &str, any_shop: bool) -> Result<Value, ApiError> {
    store::find(app, tenant, id, any_shop)
        .await?
        .ok_or_else(|| ApiError::not_found("campaign_not_found"))
}

/// Only a draft may change.
fn changeable(campaign: &Value) -> Result<(), ApiError> {
    if campaign["status"] == "draft" {
        return Ok(());
    }
    Err(ApiError::conflict(
        "campaign_not_editable",
        "The campaign is no draft any more",
    ))
}

async fn create(
    State(app): State<App>,
    tenant: Tenant,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let tenant = faulty::writer(&app, tenant, &body).await?;
    let body = faulty::created(&app, body);
    let draft = Draft::read(&body)?.complete()?;
    if let Some(segment) = &draft.segment_id
        && !store::has_segment(&app, &tenant, segment).await?
    {
        return Err(ApiError::unprocessable(
            "validation_failed",
            "There is no such segment",
        ));
    }
    let campaign = store::insert(&app, &tenant, &draft).await?;
    let campaign = faulty::after_create(&app, campaign).await?;
    let created = if app.config.dialect.created_ok {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((created, Json(json!({"ok": true, "campaign": campaign}))).into_response())
}

async fn read(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let mut campaign = own(&app, &tenant, &id, app.faults.on("campaigns.isolation-read")).await?;
    if app.faults.on("campaigns.read-not-found") || campaign["status"] == "deleted" {
        return Err(ApiError::not_found("campaign_not_found"));
    }
    if app.faults.on("campaigns.read-without-text") {
        campaign["bodyText"] = Value::Null;
    }
    if app.faults.on("campaigns.read-another") {
        let first = store::list(&app, &tenant, &Page { limit: 1, offset: 1 }, None, false)
            .await?
            .0;
        campaign = first.into_iter().next().unwrap_or(campaign);
    }
    Ok(Json(json!({"ok": true, "campaign": campaign})))
}

async fn list(State(app): State<App>, tenant: Tenant, Query(parameters): Query) -> ApiResult {
    let page = Page::read(&parameters)?;
    let asked = faulty::listed(&app, &page);
    let status = parameters.get("status").map(String::as_str);
    let status = if app.faults.on("campaigns.list-ignores-status") {
        None
    } else {
        status
    };
    let any_shop = app.faults.on("campaigns.isolation-list");
    let (mut campaigns, mut total) = store::list(&app, &tenant, &asked, status, any_shop).await?;
    if app.faults.on("campaigns.list-hides-drafts") {
        campaigns.retain(|campaign| campaign["status"] != "draft");
    }
    if app.faults.on("campaigns.list-total-of-page") {
        total = campaigns.len().try_into().unwrap_or(i64::MAX);
    }
    let pagination = json!({
        "limit": page.limit,
        "offset": page.offset,
        "total": total,
        "hasMore": page.offset + page.limit < total,
    });
    Ok(Json(
        json!({"ok": true, "campaigns": campaigns, "pagination": pagination}),
    ))
}

async fn update(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> ApiResult {
    let campaign = own(&app, &tenant, &id, app.faults.on("campaigns.isolation-update")).await?;
    let draft = faulty::changed(&app, Draft::read(&body)?);
    changeable(&campaign)?;
    if app.faults.on("campaigns.update-stores-nothing") {
        let mut answer = campaign;
        if let (Some(answer), Some(given)) = (answer.as_object_mut(), body.as_object()) {
            answer.extend(given.clone());
        }
        return Ok(Json(json!({"ok": true, "campaign": answer})));
    }
    store::update(&app, &id, &draft).await?;
    if app.faults.on("campaigns.update-forgets-text") && draft.body_text.is_none() {
        store::clear_body(&app, &id).await?;
    }
    let campaign = own(&app, &tenant, &id, true).await?;
    Ok(Json(json!({"ok": true, "campaign": campaign})))
}

async fn set_utm(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> ApiResult {
    let campaign = own(&app, &tenant, &id, app.faults.on("campaigns.isolation-utm")).await?;
    let given = draft::utm(&body)?;
    changeable(&campaign)?;
    let utm = faulty::utm(&app, &campaign, given.clone());
    store::update(
        &app,
        &id,
        &Draft {
            utm: Some(utm),
            ..Draft::default()
        },
    )
    .await?;
    let mut campaign = own(&app, &tenant, &id, true).await?;
    if let Value::Object(fields) = &mut campaign {
        fields.insert("utmJson".to_owned(), given);
    }
    Ok(Json(json!({"ok": true, "campaign": campaign})))
}

async fn remove(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let campaign = own(&app, &tenant, &id, app.faults.on("campaigns.isolation-delete")).await?;
    changeable(&campaign)?;
    if app.faults.on("campaigns.delete-only-archives") {
        store::set_status(&app, &id, "archived").await?;
    } else if app.faults.on("campaigns.delete-still-listed") {
        store::set_status(&app, &id, "deleted").await?;
    } else if !app.faults.on("campaigns.delete-does-nothing") {
        store::delete(&app, &id).await?;
    }
    Ok(Json(json!({"ok": true, "id": id})))
}

async fn estimate(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let campaign = own(&app, &tenant, &id, app.faults.on("campaigns.isolation-estimate")).await?;
    let segment = campaign["segmentId"].as_str();
    let everyone = app.faults.on("campaigns.estimate-ignores-consent")
        || (segment.is_none()
            && app
                .faults
                .on("campaigns.estimate-without-segment-ignores-consent"));
    let segment = if app.faults.on("campaigns.estimate-ignores-segment") {
        None
    } else {
        segment
    };
    let recipients = audience::count(&app, &tenant.id, segment, everyone).await?;
    let text = templates::sample_text(&app, campaign["bodyText"].as_str().unwrap_or_default()).await;
    let segments = i64::try_from(sms::measure(&text).parts).unwrap_or(i64::MAX);
    let estimate = faulty::estimate(&app, Estimate::of(recipients, segments));
    let mut answer = estimate.json();
    if app.faults.on("campaigns.estimate-without-breakdown") {
        answer["breakdown"] = json!({});
    }
    if app.faults.on("campaigns.estimate-breakdown-disagrees") {
        answer["breakdown"]["recipients"] = (recipients + 1).into();
    }
    if app.faults.on("campaigns.estimate-empty") {
        answer = Value::Null;
    }
    Ok(Json(json!({"ok": true, "estimate": answer})))
}

//! Reports of the token's shop, kept in Redis for a while: the same query answers the same bytes.

mod faulty;
mod figures;
mod range;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::json;

use self::figures::Report;
use self::range::Range;
use super::query::{Parameters, Query};
use super::tenant::Tenant;
use crate::error::{ApiError, ApiResult};
use crate::state::{App, State as Sandbox};

/// `/reports*`.
pub(crate) fn router() -> Router<App> {
    let report = |report: Report| {
        get(
            async move |State(app): State<App>, tenant: Tenant, Query(parameters): Query| {
                serve(&app, report, &tenant, &parameters).await
            },
        )
    };
    Router::new()
        .route("/reports", get(index))
        .route("/reports/overview", report(Report::Overview))
        .route("/reports/campaigns", report(Report::Campaigns))
        .route("/reports/automations", report(Report::Automations))
        .route("/reports/messaging/timeseries", report(Report::Timeseries))
}

async fn index(_: Tenant) -> ApiResult {
    Ok(Json(
        json!({"ok": true, "reports": ["overview", "campaigns", "automations", "messaging/timeseries"]}),
    ))
}

async fn serve(app: &Sandbox, report: Report, tenant: &Tenant, parameters: &Parameters) -> Response {
    let key = faulty::key(app, report, tenant, parameters);
    if let Some(body) = faulty::read(app, &key).await {
        if !app.faults.on("metrics.cache-hit-counter-stuck") {
            app.metrics.cache_hit("reports");
        }
        let body = faulty::hit(app, body).await;
        return answer(app, report, "hit", body);
    }
    match make(app, report, tenant, parameters).await {
        Ok(body) => {
            // only answers that succeeded are kept
            faulty::store(app, report, &key, &body).await;
            if !app.faults.on("metrics.cache-miss-counter-stuck") {
                app.metrics.cache_miss("reports");
            }
            faulty::miss(app).await;
            answer(app, report, "miss", body)
        }
        Err(error) => faulty::refuse(app, &key, error).await,
    }
}

async fn make(
    app: &Sandbox,
    report: Report,
    tenant: &Tenant,
    parameters: &Parameters,
) -> Result<String, ApiError> {
    let range = Range::read(parameters, Timestamp::now());
    let range = faulty::range(app, range, parameters)?;
    let answer = report.answer(app, &tenant.id, range).await?;
    faulty::made(app, report, answer).map(|answer| answer.to_string())
}

fn answer(app: &Sandbox, report: Report, cache: &'static str, body: String) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(cache) = faulty::label(app, cache) {
        let cache = if app.config.dialect.upper_case_cache {
            cache.to_ascii_uppercase()
        } else {
            cache.to_owned()
        };
        let value = HeaderValue::from_str(&cache).expect("hit or miss");
        headers.insert(HeaderName::from_static("x-cache"), value);
    }
    let age = format!("private, max-age={}", faulty::ttl(app, report));
    headers.insert(CACHE_CONTROL, HeaderValue::from_str(&age).expect("a number"));
    response
}

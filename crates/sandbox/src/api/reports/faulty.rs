//! How the reports go wrong when a fault is on; without one, each function does the plain thing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::figures::Report;
use super::range::Range;
use crate::api::cache;
use crate::api::query::Parameters;
use crate::api::tenant::Tenant;
use crate::error::ApiError;
use crate::state::State;

const SLOW: Duration = Duration::from_millis(950);

/// The cache key of a question.
pub(super) fn key(app: &State, report: Report, tenant: &Tenant, parameters: &Parameters) -> String {
    let mut counted = parameters.clone();
    if app.faults.on("reports.cache-key-ignores-to") {
        counted.remove("to");
    }
    if app.faults.on("reports.cache-key-ignores-from") {
        counted.remove("from");
    }
    if app.faults.on("reports.cache-key-ignores-window") {
        counted.remove("window");
    }
    let shop = if app.faults.on("reports.cache-key-ignores-shop") {
        "all"
    } else {
        &tenant.domain
    };
    cache::key(report.name(), shop, &counted)
}

/// What the cache has.
pub(super) async fn read(app: &State, key: &str) -> Option<String> {
    if app.faults.on("reports.cache-never-hits") {
        return None;
    }
    if app.faults.on("reports.cache-forgets-often") && cache::used(app, key).await > 4 {
        cache::forget(app, key).await;
    }
    cache::read(app, key).await
}

/// Keeps an answer.
pub(super) async fn store(app: &State, report: Report, key: &str, body: &str) {
    let seconds = if app.faults.on("reports.ttl-key-never-expires") {
        None
    } else {
        Some(ttl(app, report))
    };
    cache::write(app, key, body, seconds).await;
}

/// How long an answer is said to stay fresh.
pub(super) fn ttl(app: &State, report: Report) -> u64 {
    let lasting = bent_ttl(app);
    if let Some(seconds) = lasting {
        return seconds;
    }
    report.ttl()
}

fn bent_ttl(app: &State) -> Option<u64> {
    if app.faults.on("reports.ttl-a-day") {
        return Some(86_400);
    }
    if app.faults.on("reports.ttl-a-second") {
        return Some(1);
    }
    app.faults.on("reports.ttl-same-for-all").then_some(900)
}

/// What a hit answers.
pub(super) async fn hit(app: &State, mut body: String) -> String {
    if app.faults.on("reports.cached-body-differs")
        && let Ok(mut answer) = serde_json::from_str::<Value>(&body)
    {
        answer["range"] = json!({});
        body = answer.to_string();
    }
    if app.faults.on("reports.cached-body-stamped") {
        let stamp = format!(",\"generatedAt\":\"{}\"}}", Timestamp::now());
        body = body.trim_end_matches('}').to_owned() + &"}".repeat(trailing(&body) - 1) + &stamp;
    }
    if app.faults.on("reports.slow") {
        tokio::time::sleep(SLOW).await;
    }
    body
}

fn trailing(body: &str) -> usize {
    body.len() - body.trim_end_matches('}').len()
}

/// What a miss waits for.
pub(super) async fn miss(app: &State) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    if app.faults.on("reports.slow-cold") {
        tokio::time::sleep(SLOW).await;
    }
    if app.faults.on("reports.slow-now-and-then") && COUNT.fetch_add(1, Ordering::Relaxed).is_multiple_of(5) {
        tokio::time::sleep(SLOW).await;
    }
}

/// What `X-Cache` says.
pub(super) fn label(app: &State, cache: &'static str) -> Option<&'static str> {
    if app.faults.on("reports.cache-header-missing") {
        return None;
    }
    if app.faults.on("reports.cache-says-hit-at-once") {
        return Some("hit");
    }
    Some(cache)
}

/// The range that is reported on.
pub(super) fn range(
    app: &State,
    range: Result<Range, ApiError>,
    parameters: &Parameters,
) -> Result<Range, ApiError> {
    let Err(refusal) = range else { return range };
    if app.faults.on("reports.bad-range-crashes") {
        return Err(ApiError::internal("Invalid time value"));
    }
    let dated = ["from", "to"]
        .iter()
        .filter(|name| parameters.get(**name).is_some_and(|text| text.starts_with('2')));
    if dated.count() == 2 && app.faults.on("reports.bad-range-reversed-crashes") {
        return Err(ApiError::internal("LIMIT must not be negative"));
    }
    if app.faults.on("reports.bad-range-ignored") {
        return Range::read(&Parameters::new(), Timestamp::now());
    }
    Err(refusal)
}

/// The answer of a report.
pub(super) fn made(app: &State, report: Report, mut answer: Value) -> Result<Value, ApiError> {
    let broken = match report {
        Report::Overview => app.faults.on("reports.overview-error"),
        Report::Campaigns => app.faults.on("reports.campaigns-error"),
        Report::Automations => app.faults.on("reports.automations-error"),
        Report::Timeseries => app.faults.on("reports.timeseries-error"),
    };
    if broken {
        return Err(ApiError::internal("column does not exist"));
    }
    if report == Report::Campaigns && app.faults.on("reports.campaigns-not-ok") {
        answer["ok"] = json!(false);
    }
    if report == Report::Timeseries && app.faults.on("reports.timeseries-without-range") {
        answer["range"] = Value::Null;
    }
    if report == Report::Automations && app.faults.on("reports.automations-empty") {
        answer = json!({});
    }
    Ok(answer)
}

/// A refusal; only faults keep it.
pub(super) async fn refuse(app: &State, key: &str, error: ApiError) -> Response {
    let response = error.into_response();
    let as_success = app.faults.on("reports.errors-cached-as-success");
    let labelled = app.faults.on("reports.errors-cached");
    if !as_success && !labelled {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 64 * 1024).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if as_success {
        cache::write(app, key, &text, Some(300)).await;
        return (parts, text).into_response();
    }
    let key = format!("{key}:error");
    let kept = cache::read(app, &key).await;
    let said = if kept.is_some() { "hit" } else { "miss" };
    cache::write(app, &key, &text, Some(300)).await;
    parts
        .headers
        .insert("x-cache", axum::http::HeaderValue::from_static(said));
    debug_assert!(parts.status != StatusCode::OK);
    (parts, kept.unwrap_or(text)).into_response()
}

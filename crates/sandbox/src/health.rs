//! What the backend says of itself, and it is true: `/health` and `/health/ready`.

use std::time::{Duration, Instant};

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::{ApiError, ApiResult};
use crate::middleware::request_id;
use crate::queues;
use crate::state::{App, State};

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/health/ready", get(ready))
}

/// 200 whatever is broken: the body decides.
async fn health(Extract(state): Extract<App>) -> ApiResult {
    if state.faults.on("contract.health-hangs") {
        std::future::pending::<()>().await;
    }
    if state.faults.on("contract.health-500") {
        return Err(ApiError::internal("fault"));
    }
    let (db, redis, workers, pii) = tokio::join!(
        database(&state),
        redis(&state),
        queues::workers(&state),
        coverage(&state)
    );
    let mut db = json!({"ok": db.is_some(), "latency_ms": db.map(milliseconds)});
    let mut redis = json!({"ok": redis.is_some(), "latency_ms": redis.map(milliseconds)});
    let mut queues = json!({"ok": workers.is_ok(), "workers": workers.unwrap_or(0)});
    for (broken, part) in [
        (state.faults.on("contract.health-db-false"), &mut db),
        (state.faults.on("contract.health-redis-false"), &mut redis),
        (state.faults.on("contract.health-queues-false"), &mut queues),
    ] {
        if broken {
            part["ok"] = Value::Bool(false);
        }
    }
    let all = [&db, &redis, &queues].iter().all(|part| part["ok"] == true);
    let (mut phone, mut email) = pii.unwrap_or((None, None));
    if state.faults.on("database.pii-health-disagrees") {
        phone = Some(61.0);
    }
    if state.faults.on("database.pii-health-email-disagrees") {
        email = Some(88.0);
    }
    if state.faults.on("database.pii-health-null") {
        (phone, email) = (None, None);
    }
    let mut body = json!({"ok": all && !state.faults.on("contract.health-not-ok"), "version": "2.14.0"});
    if state.config.dialect.older_health {
        body["database"] = db["ok"].clone();
        body["redis"] = redis;
        body["queues"] = queues;
        body["piiCoverage"] = json!({"phone": phone, "email": email});
    } else {
        body["db"] = db;
        body["redis"] = redis;
        body["queues"] = queues;
        body["pii"] = json!({"phone_pct": phone, "email_pct": email});
    }
    body["timestamp"] = state.now().to_string().into();
    body["request_id"] = request_id::current().into();
    Ok(Json(body))
}

/// 503 when a store is gone.
async fn ready(Extract(state): Extract<App>) -> Response {
    let (db, redis, workers) = tokio::join!(database(&state), redis(&state), queues::workers(&state));
    let (db, redis, queues) = (db.is_some(), redis.is_some(), workers.is_ok());
    if db && redis && queues && !state.faults.on("contract.ready-503") {
        Json(json!({"ready": true})).into_response()
    } else {
        let body = json!({"ready": false, "db": db, "redis": redis, "queues": queues});
        (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
    }
}

async fn database(state: &State) -> Option<Duration> {
    let started = Instant::now();
    let answer = sqlx::query("SELECT 1").execute(&state.pg).await;
    answer.ok().map(|_| started.elapsed())
}

async fn redis(state: &State) -> Option<Duration> {
    let started = Instant::now();
    let answer = redis::cmd("PING").query_async::<String>(&mut state.redis()).await;
    answer.ok().map(|_| started.elapsed())
}

/// Percentages of the phone numbers and of the e-mail addresses.
type Coverage = (Option<f64>, Option<f64>);

/// The last coverage that was expensive to count, and when that was.
pub(crate) type Kept = tokio::sync::Mutex<Option<(Instant, Coverage)>>;

/// What takes longer to count is kept for a while: nobody counts millions of rows at every request.
const EXPENSIVE: Duration = Duration::from_millis(200);
const KEPT_FOR: Duration = Duration::from_secs(30);

/// How much is encrypted; one counts, whoever else asks meanwhile waits.
async fn coverage(state: &State) -> Result<Coverage, sqlx::Error> {
    let mut kept = state.coverage.lock().await;
    if let Some((at, coverage)) = *kept
        && at.elapsed() < KEPT_FOR
    {
        return Ok(coverage);
    }
    let began = Instant::now();
    let coverage = count(state).await?;
    *kept = (began.elapsed() > EXPENSIVE).then(|| (Instant::now(), coverage));
    Ok(coverage)
}

async fn count(state: &State) -> Result<Coverage, sqlx::Error> {
    let percent =
        |part: i64, whole: i64| (whole > 0).then(|| (1000.0 * part as f64 / whole as f64).round() / 10.0);
    let (contacts, phones, with_email, emails): (i64, i64, i64, i64) = sqlx::query_as(
        r#"SELECT count(*), count(nullif(phone_ciphertext, '')),
                  count(coalesce(nullif(email, ''), nullif(email_ciphertext, ''))), count(nullif(email_ciphertext, ''))
           FROM "Contact""#,
    )
    .fetch_one(&state.pg)
    .await?;
    Ok((percent(phones, contacts), percent(emails, with_email)))
}

fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 10_000.0).round() / 10.0
}

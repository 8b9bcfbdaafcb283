//! What the backend says of its queues: `/queue/health` (or `/queue`) and `/queue/metrics`.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::error::{ApiError, ApiResult};
use crate::middleware::request_id;
use crate::options::Dialect;
use crate::queues;
use crate::state::App;

pub(crate) fn router(dialect: Dialect) -> Router<App> {
    let path = if dialect.short_queue_path {
        "/queue"
    } else {
        "/queue/health"
    };
    Router::new()
        .route(path, get(health))
        .route("/queue/metrics", get(metrics))
}

/// Always 200: `redis` says whether the figures mean anything.
async fn health(Extract(state): Extract<App>) -> ApiResult {
    if state.faults.on("queues.health-500") {
        return Err(ApiError::internal("fault"));
    }
    if state.faults.on("queues.health-missing") {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", "No such route"));
    }
    let mut counts = queues::counts(&state).await.ok();
    if state.faults.on("queues.health-frozen") {
        // counted once, when all was quiet
        counts = counts.map(|counts| counts.iter().map(queues::Counts::none).collect());
    }
    let redis = counts.is_some() && !state.faults.on("queues.health-redis-false");
    let mut listed = Map::new();
    let (mut events_dead, mut delivery_dead) = (0, 0);
    // discount-reservation came later and is not listed
    for counts in counts
        .iter()
        .flatten()
        .filter(|counts| counts.queue != "discount-reservation")
    {
        listed.insert(counts.queue.to_owned(), counts.json());
        match counts.queue {
            "events" => events_dead = counts.failed,
            "delivery" => delivery_dead = counts.failed,
            _ => {}
        }
    }
    if state.faults.on("queues.health-queue-missing") {
        listed.remove("delivery");
    }
    if state.faults.on("queues.health-counts-lie") {
        listed["campaigns"]["waiting"] = Value::from(37);
    }
    if state.faults.on("queues.health-figure-missing") {
        listed["automations"] = json!({"waiting": 0, "active": 0, "completed": 0, "failed": 0});
    }
    if state.faults.on("queues.health-dlq-lies") {
        events_dead += 4;
    }
    let mut body = json!({
        "redis": redis,
        "queues": listed,
        "dlq": {"events_dead": events_dead, "delivery_dead": delivery_dead},
        "timestamp": jiff::Timestamp::now().to_string(),
        "request_id": request_id::current(),
    });
    if state.faults.on("queues.health-redis-text") {
        body["redis"] = "connected".into();
    }
    if state.faults.on("queues.health-dlq-missing") {
        body["dlq"] = Value::Null;
    }
    Ok(Json(body))
}

async fn metrics(Extract(state): Extract<App>) -> ApiResult {
    let counts = queues::counts(&state).await.map_err(|_| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "redis_unavailable",
            "The queues cannot be read",
        )
    })?;
    if state.faults.on("queues.metrics-503") {
        return Err(ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "redis_unavailable",
            "The queues cannot be read",
        ));
    }
    let mut metrics: Vec<Value> = counts
        .iter()
        .map(|counts| {
            let mut entry = counts.json();
            entry["queue"] = counts.queue.into();
            entry
        })
        .collect();
    if state.faults.on("queues.metrics-queue-missing") {
        metrics.retain(|entry| entry["queue"] != "events");
    }
    if state.faults.on("queues.metrics-lie") {
        metrics[0]["delayed"] = Value::from(12);
    }
    Ok(Json(json!({"metrics": metrics})))
}

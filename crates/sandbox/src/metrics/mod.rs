//! The Prometheus registry and its two endpoints. Label values known beforehand start at zero, as Prometheus advises.

mod additions;
mod exposition;
mod faulty;
mod process;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};
use subtle::ConstantTimeEq as _;

use self::process::Process;
use crate::auth;
use crate::deployment::Deployment;
use crate::error::ApiError;
use crate::options::Dialect;
use crate::state::{App, State as Sandbox};
use crate::webhooks::TOPICS;

const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Every family of CONTRACT §11.
pub(crate) struct Metrics {
    registry: Registry,
    queue_jobs: IntCounterVec,
    queue_durations: HistogramVec,
    attempts: IntCounterVec,
    delivered: IntCounterVec,
    failed: IntCounterVec,
    webhooks: IntCounterVec,
    limited: IntCounterVec,
    hits: IntCounterVec,
    misses: IntCounterVec,
    process: Process,
    queues: &'static [&'static str],
}

impl Metrics {
    pub(crate) fn new(dialect: Dialect, deployment: &Deployment) -> Self {
        let registry = Registry::new();
        let prefix = if dialect.metrics_prefix {
            "sms_blossom_"
        } else {
            ""
        };
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(format!("{prefix}{name}"), help), labels)
                .expect("names and labels are valid");
            registry
                .register(Box::new(counter.clone()))
                .expect("names are unique");
            counter
        };
        let durations = HistogramOpts::new(format!("{prefix}queue_job_duration_seconds"), "Time a job took")
            .buckets(BUCKETS.to_vec());
        let queue_durations = HistogramVec::new(durations, &["queue", "status"]).expect("names are valid");
        registry
            .register(Box::new(queue_durations.clone()))
            .expect("names are unique");
        let metrics = Self {
            queue_jobs: counter(
                "queue_jobs_total",
                "Jobs by queue and status",
                &["queue", "status"],
            ),
            queue_durations,
            attempts: counter(
                "sms_send_attempts_total",
                "Messages handed over",
                &["provider", "status"],
            ),
            delivered: counter("sms_delivery_success_total", "Messages delivered", &["provider"]),
            failed: counter(
                "sms_delivery_failure_total",
                "Messages not delivered",
                &["provider"],
            ),
            webhooks: counter(
                "webhook_events_total",
                "Webhooks by topic and status",
                &["topic", "status"],
            ),
            limited: counter("rate_limit_hits_total", "Requests over a limit", &["endpoint"]),
            hits: counter("cache_hits_total", "Answers from the cache", &["cache_type"]),
            misses: counter("cache_misses_total", "Answers not in the cache", &["cache_type"]),
            process: Process::register(&registry),
            queues: deployment.queues,
            registry,
        };
        if deployment.additions {
            additions::register(&metrics.registry);
        }
        metrics.start_at_zero();
        metrics
    }

    fn start_at_zero(&self) {
        self.forget_jobs();
        for queue in self.queues {
            self.queue_durations.with_label_values(&[queue, "completed"]);
        }
        for topic in TOPICS {
            self.webhooks.with_label_values(&[topic, "accepted"]);
        }
        for endpoint in ["admin", "public", "webhooks"] {
            self.limited.with_label_values(&[endpoint]);
        }
        self.attempts.with_label_values(&["mitto", "success"]);
        self.delivered.with_label_values(&["mitto"]);
        self.failed.with_label_values(&["mitto"]);
        self.hits.with_label_values(&["reports"]);
        self.misses.with_label_values(&["reports"]);
    }

    fn forget_jobs(&self) {
        self.queue_jobs.reset();
        for queue in self.queues {
            for status in ["added", "completed", "failed"] {
                self.queue_jobs.with_label_values(&[queue, status]);
            }
        }
    }

    /// `queue_jobs_total{queue,status}`; with a duration also `queue_job_duration_seconds{queue,status}`.
    pub(crate) fn queue_job(&self, queue: &str, status: &str, took: Option<Duration>) {
        self.queue_jobs.with_label_values(&[queue, status]).inc();
        if let Some(took) = took {
            self.queue_durations
                .with_label_values(&[queue, status])
                .observe(took.as_secs_f64());
        }
    }

    /// `sms_send_attempts_total{provider,status}`.
    pub(crate) fn sms_attempt(&self, provider: &str, status: &str) {
        self.attempts.with_label_values(&[provider, status]).inc();
    }

    /// `sms_delivery_success_total{provider}` or `sms_delivery_failure_total{provider}`.
    pub(crate) fn sms_delivery(&self, provider: &str, delivered: bool) {
        let counter = if delivered { &self.delivered } else { &self.failed };
        counter.with_label_values(&[provider]).inc();
    }

    /// `webhook_events_total{topic,status}`.
    pub(crate) fn webhook_event(&self, topic: &str, status: &str) {
        self.webhooks.with_label_values(&[topic, status]).inc();
    }

    /// `rate_limit_hits_total{endpoint}`.
    pub(crate) fn rate_limit_hit(&self, endpoint: &str) {
        self.limited.with_label_values(&[endpoint]).inc();
    }

    /// `cache_hits_total{cache_type}`.
    pub(crate) fn cache_hit(&self, cache: &str) {
        self.hits.with_label_values(&[cache]).inc();
    }

    /// `cache_misses_total{cache_type}`.
    pub(crate) fn cache_miss(&self, cache: &str) {
        self.misses.with_label_values(&[cache]).inc();
    }
}

/// `/metrics` and `/metrics/json`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/metrics", get(text))
        .route("/metrics/json", get(json))
}

async fn text(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    if !app.faults.on("security.metrics-open") {
        admit(&app, &headers)?;
    }
    if app.faults.on("metrics.endpoint-error") {
        return Err(ApiError::internal("the registry is being written"));
    }
    if app.faults.on("metrics.endpoint-missing") {
        return Err(ApiError::not_found("not_found"));
    }
    app.metrics.process.observe().await;
    if app.faults.on("metrics.counter-reset-by-scrape") {
        app.metrics.forget_jobs();
    }
    let text = exposition::text(&app.metrics.registry.gather()).map_err(ApiError::internal)?;
    let text = faulty::text(&app, &text);
    Ok(([(CONTENT_TYPE, faulty::content_type(&app))], text).into_response())
}

async fn json(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    if !app.faults.on("security.metrics-json-open") {
        admit(&app, &headers)?;
    }
    if app.faults.on("metrics.json-missing") {
        return Err(ApiError::not_found("not_found"));
    }
    app.metrics.process.observe().await;
    if app.faults.on("metrics.json-is-text") {
        return Ok(exposition::text(&app.metrics.registry.gather())
            .map_err(ApiError::internal)?
            .into_response());
    }
    let families = exposition::json(&app.metrics.registry.gather());
    Ok(Json(faulty::json(&app, families)).into_response())
}

/// Whoever knows the token, where the deployment has one.
fn admit(app: &Sandbox, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(token) = &app.config.metrics_token else {
        return Ok(());
    };
    let given = auth::bearer(headers).ok_or_else(|| ApiError::unauthorized("missing_token"))?;
    let right = bool::from(given.as_bytes().ct_eq(token.as_bytes()));
    let prefix = token.starts_with(given) && app.faults.on("security.metrics-token-prefix-accepted");
    if (right && !app.faults.on("security.metrics-token-refused")) || prefix {
        return Ok(());
    }
    Err(ApiError::unauthorized("invalid_token"))
}

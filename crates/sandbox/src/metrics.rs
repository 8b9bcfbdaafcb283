//! The Prometheus registry (interface the rest of the sandbox counts on; the exposition is the API helper's).

use std::time::Duration;

use crate::options::Dialect;
use crate::state::App;

/// Every family of CONTRACT §11.
pub(crate) struct Metrics {}

impl Metrics {
    pub(crate) fn new(_dialect: Dialect) -> Self {
        Self {}
    }

    /// `queue_jobs_total{queue,status}`; with a duration also `queue_job_duration_seconds{queue,status}`.
    pub(crate) fn queue_job(&self, _queue: &str, _status: &str, _took: Option<Duration>) {}

    /// `sms_send_attempts_total{provider,status}`.
    pub(crate) fn sms_attempt(&self, _provider: &str, _status: &str) {}

    /// `sms_delivery_success_total{provider}` or `sms_delivery_failure_total{provider}`.
    pub(crate) fn sms_delivery(&self, _provider: &str, _delivered: bool) {}

    /// `webhook_events_total{topic,status}`.
    pub(crate) fn webhook_event(&self, _topic: &str, _status: &str) {}

    /// `rate_limit_hits_total{endpoint}`.
    pub(crate) fn rate_limit_hit(&self, _endpoint: &str) {}
}

/// `/metrics` and `/metrics/json`.
pub(crate) fn router() -> axum::Router<App> {
    axum::Router::new()
}

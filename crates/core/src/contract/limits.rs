//! Numbers: thresholds, rate limits, time limits, lengths; and who may call from a browser.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where healthy ends (CONTRACT §12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Waiting jobs in one queue: healthy below it.
    pub queue_depth: u64,
    /// Failed jobs in the dead-letter queues: healthy up to it.
    pub dead_letters: u64,
    /// Percent of personal data encrypted: a warning below it.
    pub pii_warn_percent: f64,
    /// Percent of personal data encrypted: a failure below it.
    pub pii_fail_percent: f64,
    /// Percentage points that /health may be off.
    pub pii_health_tolerance: f64,
    /// Hours that count as recent.
    pub pii_recent_hours: u32,
    /// Percent of cache hits: healthy above it.
    pub cache_hit_rate_percent: f64,
    /// Median latency of reports in milliseconds: healthy below it.
    pub report_p50_ms: u64,
    /// 95th percentile of the latency of reports in milliseconds: a warning from it on, a failure from twice of it on.
    pub report_p95_ms: u64,
    /// Requests that a latency is measured with, at least.
    pub report_samples: u32,
    /// Milliseconds a webhook's answer may take; Shopify gives up after 5 s.
    pub webhook_ms: u64,
    /// Days a certificate must still be valid: healthy above it.
    pub tls_days: i64,
    /// Seconds that the backend's clock may be off: healthy up to it.
    pub clock_seconds: u64,
    /// Characters a secret should have.
    pub secret_length: usize,
    /// Rows up to which a table is counted exactly, sampled beyond.
    pub exact_rows: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            queue_depth: 100,
            dead_letters: 0,
            pii_warn_percent: 95.0,
            pii_fail_percent: 50.0,
            pii_health_tolerance: 1.0,
            pii_recent_hours: 24,
            cache_hit_rate_percent: 80.0,
            report_p50_ms: 200,
            report_p95_ms: 800,
            report_samples: 40,
            webhook_ms: 5_000,
            tls_days: 14,
            clock_seconds: 60,
            secret_length: 32,
            exact_rows: 2_000_000,
        }
    }
}

/// How long anything is waited for, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// TCP and TLS.
    pub connect_ms: u64,
    /// From the request to the last response header.
    pub headers_ms: u64,
    /// From the headers to the end of the body.
    pub body_ms: u64,
    /// A probe that names no time of its own.
    pub probe_ms: u64,
    /// One SQL statement.
    pub statement_ms: u64,
    /// One Redis command.
    pub redis_ms: u64,
    /// Until a job is done.
    pub job_ms: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect_ms: 5_000,
            headers_ms: 10_000,
            body_ms: 10_000,
            probe_ms: 30_000,
            statement_ms: 10_000,
            redis_ms: 5_000,
            job_ms: 10_000,
        }
    }
}

#[expect(missing_docs, reason = "the same durations, see the fields")]
impl Timeouts {
    pub fn connect(&self) -> Duration {
        Duration::from_millis(self.connect_ms)
    }

    pub fn headers(&self) -> Duration {
        Duration::from_millis(self.headers_ms)
    }

    pub fn body(&self) -> Duration {
        Duration::from_millis(self.body_ms)
    }

    pub fn probe(&self) -> Duration {
        Duration::from_millis(self.probe_ms)
    }

    pub fn statement(&self) -> Duration {
        Duration::from_millis(self.statement_ms)
    }

    pub fn redis(&self) -> Duration {
        Duration::from_millis(self.redis_ms)
    }

    pub fn job(&self) -> Duration {
        Duration::from_millis(self.job_ms)
    }
}

/// Requests a window per client IP, counted in Redis (CONTRACT §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimits {
    /// Guarded routes, requests a minute.
    pub admin_per_minute: u32,
    /// App Proxy routes, requests a minute.
    pub public_per_minute: u32,
    /// Webhooks, requests a minute.
    pub webhooks_per_minute: u32,
    /// Length of the window in seconds.
    pub window_seconds: u64,
    /// Prefixes of the three headers (`…-Limit`, `…-Remaining`, `…-Reset`): canonical first, then dialects.
    pub header_prefixes: Vec<String>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            admin_per_minute: 600,
            public_per_minute: 120,
            webhooks_per_minute: 1_000,
            window_seconds: 60,
            header_prefixes: vec!["x-ratelimit".into(), "ratelimit".into()],
        }
    }
}

/// Who may call from a browser, beside the origin of `FRONTEND_URL` (CONTRACT §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cors {
    /// Origins allowed beside the frontend.
    pub extra_origins: Vec<String>,
    /// `Access-Control-Allow-Methods`.
    pub methods: Vec<String>,
    /// `Access-Control-Allow-Headers`.
    pub request_headers: Vec<String>,
    /// `Access-Control-Expose-Headers`.
    pub exposed_headers: Vec<String>,
    /// `Access-Control-Max-Age`.
    pub max_age_seconds: u64,
    /// `Access-Control-Allow-Credentials: true`.
    pub credentials: bool,
}

impl Default for Cors {
    fn default() -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            extra_origins: owned(&["https://admin.shopify.com"]),
            methods: owned(&["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
            request_headers: owned(&["Content-Type", "Authorization", "X-Requested-With"]),
            exposed_headers: owned(&["X-Request-Id"]),
            max_age_seconds: 600,
            credentials: true,
        }
    }
}

/// Characters in one text message (3GPP TS 23.038): alone, and as a part of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sms {
    /// GSM 7-bit alphabet, alone.
    pub gsm7_single: usize,
    /// GSM 7-bit alphabet, a part.
    pub gsm7_part: usize,
    /// UCS-2, alone.
    pub ucs2_single: usize,
    /// UCS-2, a part.
    pub ucs2_part: usize,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            gsm7_single: 160,
            gsm7_part: 153,
            ucs2_single: 70,
            ucs2_part: 67,
        }
    }
}

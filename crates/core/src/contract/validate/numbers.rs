//! The ranges that numbers must keep.

use super::{Finding, ensure};
use crate::contract::Contract;

impl Contract {
    pub(super) fn validate_numbers(&self) -> Result<(), Finding> {
        let limits = &self.thresholds;
        for (key, percent) in [
            ("pii_warn_percent", limits.pii_warn_percent),
            ("pii_fail_percent", limits.pii_fail_percent),
            ("pii_health_tolerance", limits.pii_health_tolerance),
            ("cache_hit_rate_percent", limits.cache_hit_rate_percent),
        ] {
            ensure(
                (0.0..=100.0).contains(&percent),
                &format!("thresholds.{key}"),
                "must be from 0 to 100",
            )?;
        }
        let ordered = limits.pii_fail_percent <= limits.pii_warn_percent;
        ensure(
            ordered,
            "thresholds.pii_fail_percent",
            "must not be above pii_warn_percent",
        )?;
        let ordered = limits.report_p50_ms <= limits.report_p95_ms;
        ensure(
            ordered,
            "thresholds.report_p50_ms",
            "must not be above report_p95_ms",
        )?;
        for (key, number, most) in [
            ("thresholds.queue_depth", limits.queue_depth, u64::MAX),
            ("thresholds.report_p50_ms", limits.report_p50_ms, 600_000),
            ("thresholds.report_p95_ms", limits.report_p95_ms, 600_000),
            ("thresholds.report_samples", limits.report_samples.into(), 1_000),
            ("thresholds.webhook_ms", limits.webhook_ms, 600_000),
            ("thresholds.clock_seconds", limits.clock_seconds, 86_400),
            (
                "thresholds.pii_recent_hours",
                limits.pii_recent_hours.into(),
                8_784,
            ),
            ("timeouts.connect_ms", self.timeouts.connect_ms, 600_000),
            ("timeouts.headers_ms", self.timeouts.headers_ms, 600_000),
            ("timeouts.body_ms", self.timeouts.body_ms, 600_000),
            ("timeouts.job_ms", self.timeouts.job_ms, 600_000),
            (
                "rate_limits.admin_per_minute",
                self.rate_limits.admin_per_minute.into(),
                100_000,
            ),
            (
                "rate_limits.public_per_minute",
                self.rate_limits.public_per_minute.into(),
                100_000,
            ),
            (
                "rate_limits.webhooks_per_minute",
                self.rate_limits.webhooks_per_minute.into(),
                100_000,
            ),
            (
                "rate_limits.window_seconds",
                self.rate_limits.window_seconds,
                3_600,
            ),
            ("sms.gsm7_single", self.sms.gsm7_single as u64, 10_000),
            ("sms.gsm7_part", self.sms.gsm7_part as u64, 10_000),
            ("sms.ucs2_single", self.sms.ucs2_single as u64, 10_000),
            ("sms.ucs2_part", self.sms.ucs2_part as u64, 10_000),
        ] {
            ensure(
                (1..=most).contains(&number),
                key,
                &format!("must be from 1 to {most}"),
            )?;
        }
        ensure(
            (1..=31_536_000).contains(&self.jwt.lifetime_seconds),
            "jwt.lifetime_seconds",
            "must be from 1 to a year",
        )?;
        ensure(
            (0..=3_650).contains(&limits.tls_days),
            "thresholds.tls_days",
            "must be from 0 to 3650",
        )
    }
}

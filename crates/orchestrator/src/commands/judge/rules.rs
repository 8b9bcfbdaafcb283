//! Which figures of which probes answer to which threshold, and what follows from them.

use golive_core::contract::Thresholds;
use golive_core::outcome::{Measurement, Reason, Status};
use golive_core::report::ProbeReport;

use crate::commands::threshold::{Side, Threshold};

/// Keys of the contract that a report can be judged by again.
pub(super) const HEEDED: &[&str] = &[
    "thresholds.queue_depth",
    "thresholds.dead_letters",
    "thresholds.pii_warn_percent",
    "thresholds.pii_fail_percent",
    "thresholds.cache_hit_rate_percent",
    "thresholds.report_p50_ms",
    "thresholds.report_p95_ms",
    "thresholds.webhook_ms",
    "thresholds.tls_days",
    "thresholds.clock_seconds",
];

/// What became of a probe.
#[derive(Debug, PartialEq)]
pub(super) enum Judged {
    /// It stands as it stood.
    Same,
    /// It stands otherwise, for the reason given.
    Changed(String),
    /// Its result is not one of figures: nothing to judge again.
    NotByFigures,
    /// Its result is one of figures that the report does not show, or not alone.
    Blind,
}

/// What one figure must keep.
struct Rule {
    /// The range it is shown with.
    healthy: Threshold,
    /// What it is outside that range.
    outside: Status,
    /// Outside this one it is a FAIL.
    fail: Option<Threshold>,
}

/// How the probe stands by its figures under these thresholds.
pub(super) fn judge(probe: &mut ProbeReport, thresholds: &Thresholds) -> Judged {
    let by_figures = probe.status == Status::Pass || probe.reason == Some(Reason::Threshold);
    if !by_figures || probe.status == Status::Pending {
        return if probe.reason == Some(Reason::Threshold) {
            Judged::Blind
        } else {
            Judged::NotByFigures
        };
    }
    let mut worst = Status::Pass;
    let mut past = Vec::new();
    let mut ruled = false;
    let total: f64 = probe
        .measurements
        .iter()
        .map(|measurement| measurement.value)
        .sum();
    let id = probe.id.clone();
    for measurement in &mut probe.measurements {
        let Some(rule) = rule(&id, measurement, thresholds) else {
            continue;
        };
        ruled = true;
        measurement.threshold = Some(rule.healthy.to_string());
        // The limit of dead letters is one of all queues together.
        let together = id == "queues.dead-letters";
        let value = if together && measurement.value > 0.0 {
            total
        } else {
            measurement.value
        };
        if rule.healthy.holds(value) {
            continue;
        }
        let status = match rule.fail {
            Some(fail) if !fail.holds(value) => Status::Fail,
            _ => rule.outside,
        };
        worst = worst.max(status);
        past.push(format!(
            "{} {} {}",
            measurement.name, measurement.value, measurement.unit
        ));
    }
    if !ruled {
        return if probe.reason == Some(Reason::Threshold) {
            Judged::Blind
        } else {
            Judged::NotByFigures
        };
    }
    if worst == probe.status {
        return Judged::Same;
    }
    // A certificate's probe reports only its worst findings: others may stand behind it.
    if worst < probe.status && id == "contract.tls" {
        return Judged::Blind;
    }
    let was = probe.status;
    become_of(probe, worst, &past.join(", "));
    let words = if past.is_empty() {
        "within the policy's thresholds".to_owned()
    } else {
        past.join(", ")
    };
    Judged::Changed(format!(
        "{id} was {was} and is {worst} under this policy: {words}"
    ))
}

fn become_of(probe: &mut ProbeReport, status: Status, past: &str) {
    if status == Status::Pass {
        probe.reason = None;
        probe.remedy = None;
        probe.fingerprint.clear();
        probe.expected = None;
        probe.observed = None;
        // Nothing passes without a sample; it was measured, so there was one.
        probe.assertions = probe.assertions.max(1);
    } else if probe.status == Status::Pass {
        probe.reason = Some(Reason::Threshold);
        probe.summary = format!("past the policy's threshold: {past}");
    }
    probe.status = status;
}

fn rule(id: &str, measurement: &Measurement, thresholds: &Thresholds) -> Option<Rule> {
    let name = measurement.name.as_str();
    let rule = |side, limit, outside| Rule {
        healthy: Threshold { side, limit },
        outside,
        fail: None,
    };
    let failing = |rule: Rule, side, limit| Rule {
        fail: Some(Threshold { side, limit }),
        ..rule
    };
    let (p50, p95) = (thresholds.report_p50_ms as f64, thresholds.report_p95_ms as f64);
    Some(match id {
        "queues.depth" => rule(Side::Below, thresholds.queue_depth as f64, Status::Warn),
        "queues.dead-letters" => rule(Side::UpTo, thresholds.dead_letters as f64, Status::Fail),
        "database.pii-phone-coverage" | "database.pii-email-coverage" if name.ends_with("coverage") => {
            let warn = rule(Side::From, thresholds.pii_warn_percent, Status::Warn);
            failing(warn, Side::From, thresholds.pii_fail_percent)
        }
        "reports.cache-hit-rate" if name == "hit rate" => {
            rule(Side::Above, thresholds.cache_hit_rate_percent, Status::Warn)
        }
        "reports.latency" if name.ends_with("p50") => rule(Side::Below, p50, Status::Warn),
        "reports.latency" if name.ends_with("p95") => {
            failing(rule(Side::Below, p95, Status::Warn), Side::Below, p95 * 2.0)
        }
        "contract.tls" if name == "certificate" => {
            rule(Side::Above, thresholds.tls_days as f64, Status::Warn)
        }
        "contract.clock" => rule(Side::UpTo, thresholds.clock_seconds as f64, Status::Warn),
        _ if id.starts_with("webhooks.accepts.") && name == "answer" => {
            rule(Side::Below, thresholds.webhook_ms as f64, Status::Fail)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

//! Turns what a probe's task ended with into its report: the one place where results are redacted.

use std::any::Any;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::check::Facts;
use crate::context::{Context, RunScope};
use crate::error::Error;
use crate::outcome::{Outcome, Reason, Remedy, Status};
use crate::report::ProbeReport;

/// How a probe's task ended.
#[derive(Debug)]
pub(super) enum Ended {
    Answered(Result<Outcome, Error>),
    Panicked(Box<dyn Any + Send>),
    TimedOut,
}

/// When it ran.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) started_ms: u64,
    pub(super) duration: Duration,
}

/// The outcome of an ended task; `Err` is the reason why the probe does not exist here.
pub(super) fn outcome_of(ended: Ended, facts: &Facts, cx: &Context) -> Result<Outcome, String> {
    match ended {
        Ended::Answered(Ok(outcome)) if outcome.status == Status::Pass && outcome.assertions == 0 => {
            Ok(Outcome::pending(
                Reason::NothingAsserted,
                "the probe asserted nothing, so nothing is known (a defect of golive)",
            ))
        }
        Ended::Answered(Ok(outcome)) => Ok(outcome),
        Ended::Answered(Err(Error::NotApplicable(why))) if facts.optional => Err(why),
        Ended::Answered(Err(error)) => {
            let words = error.to_string();
            Ok(error.into_outcome().unwrap_or_else(|| {
                Outcome::pending(
                    Reason::Internal,
                    format!("not optional, yet said it does not apply: {words}"),
                )
            }))
        }
        Ended::Panicked(payload) => {
            let message = payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            Ok(Outcome::pending(
                Reason::Panicked,
                format!("the probe panicked (a defect of golive): {message}"),
            ))
        }
        Ended::TimedOut => Ok(silence(cx, facts.timeout, Reason::TimedOut)),
    }
}

/// The time is up. Whose fault is it? If an HTTP answer was awaited, the target's: FAIL.
pub(super) fn silence(cx: &Context, after: Duration, reason: Reason) -> Outcome {
    match cx.waiting() {
        Some(waiting) if waiting.for_target => Outcome::fail(
            Reason::NoResponse,
            format!(
                "{}: connected, but no answer within {} ms",
                waiting.what,
                after.as_millis()
            ),
        )
        .expected(format!("{} is answered in time", waiting.what))
        .observed(format!("silence for up to {} ms", after.as_millis())),
        waiting => {
            let what = waiting.map_or_else(String::new, |waiting| {
                format!(" while waiting for {}", waiting.what)
            });
            let words = match reason {
                Reason::DeadlinePassed => format!("the run's deadline passed{what}"),
                Reason::Interrupted => format!("interrupted{what}"),
                _ => format!("not finished within {} ms{what}", after.as_millis()),
            };
            Outcome::pending(reason, words)
        }
    }
}

/// The probe's report. Everything in it passes the redactor here.
pub(super) fn report(
    scope: &RunScope,
    facts: &Facts,
    outcome: Outcome,
    evidence: Vec<crate::outcome::Evidence>,
    times: Times,
    blocked_by: Option<String>,
) -> ProbeReport {
    let fingerprint = fingerprint(scope, facts, &outcome);
    let mut all_evidence = evidence;
    all_evidence.extend(outcome.evidence);
    let remedy = (outcome.status != Status::Pass).then(|| {
        let exact = outcome.remedy.unwrap_or_else(|| Remedy {
            text: facts.remedy.to_string(),
            command: facts.command.as_ref().map(ToString::to_string),
            runbook: String::new(),
        });
        Remedy {
            runbook: format!("docs/runbook.md#{}", facts.runbook),
            ..exact
        }
    });
    let plain = ProbeReport {
        id: facts.id.to_string(),
        title: facts.title.to_string(),
        why: facts.why.to_string(),
        status: outcome.status,
        reason: outcome.reason,
        fingerprint,
        waived: None,
        assertions: outcome.assertions,
        safety: facts.safety,
        summary: outcome.summary,
        expected: outcome.expected,
        observed: outcome.observed,
        blocked_by,
        started_ms: times.started_ms,
        duration_ms: u64::try_from(times.duration.as_millis()).unwrap_or(u64::MAX),
        remedy,
        measurements: outcome.measurements,
        evidence: all_evidence,
    };
    scope.redactor.clean_as(&plain)
}

/// Names this failure across runs: figures and the run's id are left out of it.
fn fingerprint(scope: &RunScope, facts: &Facts, outcome: &Outcome) -> String {
    if outcome.status == Status::Pass {
        return String::new();
    }
    let steady = |text: &str| -> String {
        let text = text.replace(&scope.run_id, "run");
        let mut steady = String::with_capacity(text.len());
        for char in text.chars() {
            let char = if char.is_ascii_digit() { '#' } else { char };
            if !(char == '#' && steady.ends_with('#')) {
                steady.push(char);
            }
        }
        steady
    };
    let observed = outcome.observed.as_deref().unwrap_or(&outcome.summary);
    let parts = [
        facts.id.to_string(),
        outcome.reason.map(Reason::code).unwrap_or_default(),
        steady(outcome.expected.as_deref().unwrap_or_default()),
        steady(observed),
    ];
    hex::encode(&Sha256::digest(parts.join("\0").as_bytes())[..6])
}

//! What a probe answers: a status with its reason, what was expected and observed, and the proof.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod assertions;

pub use assertions::Assertions;

/// How a probe, a check or a component stands. Ordered: the greatest is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Fully operational.
    Pass,
    /// Works, with issues.
    Warn,
    /// Could not be determined.
    Pending,
    /// Critical: blocks go-live.
    Fail,
}

impl Status {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Warn => "WARN",
            Self::Pending => "PENDING",
            Self::Fail => "FAIL",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why an outcome is not PASS, for machines. Stable: renaming one is a breaking change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Nothing (complete) came back: refused, silent, reset, endless.
    NoResponse,
    /// 404 or 405 where the contract has a route.
    RouteMissing,
    /// Another status than the contract says.
    StatusUnexpected,
    /// The body is not what the contract says.
    BodyMismatch,
    /// A header is missing or wrong.
    HeaderMismatch,
    /// A forged, unsigned, stale or foreign request was accepted.
    AcceptedForgery,
    /// A forged request was refused, but with the wrong code (404, 500): not a refusal.
    WrongRefusal,
    /// A valid request was refused.
    RefusedValid,
    /// Data of another tenant was read or written.
    TenantCrossed,
    /// Something that must stay inside got out: a stack, SQL, a path, personal data, a secret.
    Leak,
    /// The answer was fine, but what should follow from it did not happen.
    EffectMissing,
    /// Something happened more than once.
    Duplicated,
    /// A write that must not happen happened.
    UnexpectedWrite,
    /// Two witnesses disagree; both figures are named.
    Disagreement,
    /// A figure is past its threshold.
    Threshold,
    /// Something that must exist does not (table, column, worker, migration, metric, variable).
    Missing,
    /// Something exists but is malformed.
    Malformed,
    /// A secret or a setting is too weak.
    Weak,
    /// Stored data is not what it claims to be.
    DataMismatch,
    /// The target or a store is set up against the contract.
    Misconfigured,
    /// A store could not be reached.
    StoreUnreachable,
    /// A store answered with an error.
    QueryFailed,
    /// What this probe needs failed; `blocked_by` names the root.
    Blocked,
    /// The target rate-limited golive for longer than the probe may wait.
    Throttled,
    /// A variable that this probe needs is missing or malformed.
    SettingMissing,
    /// The probe's own time ran out while not waiting for the target.
    TimedOut,
    /// The run's deadline passed.
    DeadlinePassed,
    /// The user interrupted the run.
    Interrupted,
    /// The probe panicked: a defect of golive.
    Panicked,
    /// The probe asserted nothing: a defect of golive.
    NothingAsserted,
    /// golive itself could not go on.
    Internal,
}

impl Reason {
    /// The snake_case code, as in the JSON report.
    pub fn code(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// A figure that was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    /// What was measured, e.g. `p95`.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Its unit: `ms`, `%`, `jobs`, `rows`, `days`, …
    pub unit: String,
    /// The healthy range in words, e.g. `< 800`; `None` when there is none.
    pub threshold: Option<String>,
}

impl Measurement {
    /// A figure with its unit.
    pub fn new(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value,
            unit: unit.into(),
            threshold: None,
        }
    }

    /// States the healthy range, e.g. `< 800`.
    pub fn threshold(mut self, threshold: impl Into<String>) -> Self {
        self.threshold = Some(threshold.into());
        self
    }
}

/// What to do about an outcome that is not PASS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// An imperative sentence that names the file, variable or command to change.
    pub text: String,
    /// A command to type, when there is one.
    pub command: Option<String>,
    /// Path and anchor of the runbook section.
    pub runbook: String,
}

/// What a second person needs in order to agree. The client and the stores record it by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Evidence {
    /// One HTTP exchange (or the attempt at one).
    Http(Box<HttpEvidence>),
    /// One SQL statement.
    Sql {
        /// The statement, parameters left as `$1`.
        statement: String,
        /// Rows returned.
        rows: u64,
        /// Milliseconds it took.
        duration_ms: f64,
    },
    /// One Redis command.
    Redis {
        /// The command with its keys, without secrets.
        command: String,
        /// The reply, shortened.
        reply: String,
        /// Milliseconds it took.
        duration_ms: f64,
    },
    /// One variable: its name and where it came from, never its value when it is secret.
    Env {
        /// The variable.
        name: String,
        /// Where it came from and what is wrong with it.
        detail: String,
    },
    /// Anything else worth showing.
    Note {
        /// In words.
        text: String,
    },
}

/// One HTTP exchange, as far as it got.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpEvidence {
    /// `GET`, `POST`, …
    pub method: String,
    /// The URL asked, secrets removed.
    pub url: String,
    /// Request headers worth repeating, secrets removed.
    pub request_headers: BTreeMap<String, String>,
    /// The request body, shortened.
    pub request_body: Option<String>,
    /// The answer's status; `None` when none came.
    pub status: Option<u16>,
    /// Response headers.
    pub response_headers: BTreeMap<String, String>,
    /// The response body, shortened to an excerpt.
    pub response_body: Option<String>,
    /// Milliseconds until the response head was there.
    pub first_byte_ms: Option<f64>,
    /// Milliseconds until the body was complete (or the attempt ended).
    pub total_ms: f64,
    /// The `x-request-id` sent.
    pub request_id: String,
    /// Why there is no (complete) answer.
    pub error: Option<String>,
}

/// A probe's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it stands.
    pub status: Status,
    /// Why it is not PASS.
    pub reason: Option<Reason>,
    /// An observation in words: `events: 0 workers, 41 waiting`.
    pub summary: String,
    /// What a healthy target shows.
    pub expected: Option<String>,
    /// What this one showed.
    pub observed: Option<String>,
    /// How many assertions or samples stand behind it; a PASS needs at least one.
    pub assertions: u32,
    /// Figures.
    pub measurements: Vec<Measurement>,
    /// Extra evidence beside what client and stores recorded.
    pub evidence: Vec<Evidence>,
    /// A remedy more exact than the one in the probe's facts.
    pub remedy: Option<Remedy>,
}

impl Outcome {
    fn new(status: Status, reason: Option<Reason>, summary: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            summary: summary.into(),
            expected: None,
            observed: None,
            assertions: 0,
            measurements: Vec::new(),
            evidence: Vec::new(),
            remedy: None,
        }
    }

    /// Healthy: `assertions` things were looked at and held.
    pub fn pass(assertions: u32, summary: impl Into<String>) -> Self {
        Self {
            assertions,
            ..Self::new(Status::Pass, None, summary)
        }
    }

    /// Works, with an issue.
    pub fn warn(reason: Reason, summary: impl Into<String>) -> Self {
        Self {
            assertions: 1,
            ..Self::new(Status::Warn, Some(reason), summary)
        }
    }

    /// Critical.
    pub fn fail(reason: Reason, summary: impl Into<String>) -> Self {
        Self {
            assertions: 1,
            ..Self::new(Status::Fail, Some(reason), summary)
        }
    }

    /// Could not be determined.
    pub fn pending(reason: Reason, summary: impl Into<String>) -> Self {
        Self::new(Status::Pending, Some(reason), summary)
    }

    /// What a healthy target shows.
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// What this one showed.
    pub fn observed(mut self, observed: impl Into<String>) -> Self {
        self.observed = Some(observed.into());
        self
    }

    /// Adds a figure.
    pub fn measure(mut self, measurement: Measurement) -> Self {
        self.measurements.push(measurement);
        self
    }

    /// Adds evidence beside what client and stores recorded.
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Replaces the facts' remedy by a more exact one (the runbook anchor stays the facts').
    pub fn remedy(mut self, text: impl Into<String>, command: Option<String>) -> Self {
        self.remedy = Some(Remedy {
            text: text.into(),
            command,
            runbook: String::new(),
        });
        self
    }
}

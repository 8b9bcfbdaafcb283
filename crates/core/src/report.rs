//! The report, `golive.report/v1`: what every view (terminal, dashboard, JUnit) is rendered from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Safety;
use crate::outcome::{Evidence, Measurement, Reason, Remedy, Status};

mod build;
mod clean;
mod read;

pub use build::{CheckFacts, RunFacts, build};
pub use read::{LONGEST, ReadError};

/// Value of [`Report::schema`].
pub const SCHEMA: &str = "golive.report/v1";

/// May it go live?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Every probe passed.
    Go,
    /// Some warned, none failed or stayed unknown.
    GoWithWarnings,
    /// None failed, but some could not be determined: unknown is not healthy.
    Incomplete,
    /// At least one failed.
    NoGo,
}

impl Verdict {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Go => "GO",
            Self::GoWithWarnings => "GO_WITH_WARNINGS",
            Self::Incomplete => "INCOMPLETE",
            Self::NoGo => "NO_GO",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// All that is known about a run. Every string in it has passed the redactor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The answer.
    pub verdict: Verdict,
    /// The answer in words, e.g. `GO with 2 waivers` or `GO (3 of 9 checks: no go-live verdict)`.
    pub headline: String,
    /// Probes that failed by themselves, in plan order.
    pub root_causes: Vec<String>,
    /// The run.
    pub run: Run,
    /// How many probes stand how.
    pub summary: Summary,
    /// The components, in the runbook's order.
    pub checks: Vec<CheckReport>,
    /// What did not run, each with its reason.
    pub not_run: Vec<NotRun>,
    /// What was undone, and what is left.
    pub cleanup: Vec<CleanupReport>,
    /// Every waiver with its state.
    #[serde(default)]
    pub waivers: Vec<WaiverReport>,
    /// Remarks on the configuration (duplicate keys, unknown variables).
    #[serde(default)]
    pub notices: Vec<String>,
}

/// The run itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Sortable id, part of all smoke data.
    pub id: String,
    /// golive's version.
    pub tool_version: String,
    /// RFC 3339.
    pub started_at: String,
    /// Milliseconds from start to end of clean-up.
    pub duration_ms: u64,
    /// `full` or `read-only`.
    pub mode: String,
    /// Whether all nine checks ran unnarrowed: only then it is a go-live verdict.
    pub complete: bool,
    /// What was verified.
    pub target: Target,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

impl Run {
    /// `full`, `read-only` or `narrowed`: what a reader must know before believing the verdict.
    pub fn extent(&self) -> &str {
        if self.complete || self.mode == "read-only" {
            &self.mode
        } else {
            "narrowed"
        }
    }
}

/// What was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// `BASE_URL` without userinfo; empty when missing.
    pub base_url: String,
    /// The masked test shop.
    pub shop: String,
}

/// How many probes stand how. Waived failures count as `warn`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Fully operational.
    pub pass: u32,
    /// Works with issues.
    pub warn: u32,
    /// Blocks go-live.
    pub fail: u32,
    /// Could not be determined.
    pub pending: u32,
    /// Switched off, or does not exist here.
    pub not_run: u32,
}

/// One component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// The check's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its worst probe's status; PENDING when no probe of it ran.
    pub status: Status,
    /// Milliseconds from its first probe's start to its last one's end.
    pub duration_ms: u64,
    /// Its probes, in the order people read them.
    pub probes: Vec<ProbeReport>,
}

/// One probe's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeReport {
    /// Stable id.
    pub id: String,
    /// The healthy state.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it stands.
    pub status: Status,
    /// Why it is not PASS.
    pub reason: Option<Reason>,
    /// Identifies this failure across runs; for waivers.
    pub fingerprint: String,
    /// The waiver that covers it.
    pub waived: Option<Waived>,
    /// Assertions and samples behind it.
    pub assertions: u32,
    /// What it may do.
    pub safety: Safety,
    /// The observation in words.
    pub summary: String,
    /// What a healthy target shows.
    pub expected: Option<String>,
    /// What this one showed.
    pub observed: Option<String>,
    /// The root cause it waits behind.
    pub blocked_by: Option<String>,
    /// Milliseconds after the run's start.
    pub started_ms: u64,
    /// Milliseconds it took.
    pub duration_ms: u64,
    /// What to do; `None` for PASS.
    pub remedy: Option<Remedy>,
    /// Figures.
    pub measurements: Vec<Measurement>,
    /// The proof.
    pub evidence: Vec<Evidence>,
}

impl ProbeReport {
    /// The status that counts for the verdict: a waived failure counts as a warning.
    pub fn effective_status(&self) -> Status {
        match (&self.waived, self.status) {
            (Some(_), Status::Fail | Status::Pending) => Status::Warn,
            (_, status) => status,
        }
    }
}

/// A waiver in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Last day it holds, `YYYY-MM-DD`.
    pub until: String,
}

/// A waiver of `golive.toml` and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverReport {
    /// The probe it names.
    pub probe: String,
    /// The failure it names.
    pub fingerprint: String,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Last day it holds.
    pub expires: String,
    /// What became of it.
    pub state: WaiverState,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WaiverState {
    /// It covers a failure of this run.
    Active,
    /// It would, but its day is past.
    Expired,
    /// Its probe failed differently (other fingerprint), or there is no such probe.
    Unmatched,
    /// Its probe did not fail.
    Unused,
}

/// A probe that did not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotRun {
    /// Its id.
    pub id: String,
    /// Why: an option of the user, or what does not exist here.
    pub reason: String,
    /// Whether the user switched it off (`--skip`, `--read-only`, a narrowed run).
    #[serde(default)]
    pub by_user: bool,
}

/// One undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CleanupReport {
    /// What was written.
    pub what: String,
    /// Whether it is gone.
    pub status: CleanupStatus,
    /// How it went, or ids and the SQL that removes it.
    pub detail: String,
}

/// Whether what was written is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CleanupStatus {
    /// Gone.
    Done,
    /// Still there; `detail` says how to remove it.
    Left,
}

/// Today's date on this machine: the day that waivers are judged on.
pub fn today_date() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// Today's date on this machine, as reports state it.
pub fn today() -> String {
    today_date().to_string()
}

/// The JSON Schema of the report (draft 2020-12), as published in `docs/report.schema.json`.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

//! Compares two reports probe by probe and figure by figure: a pure function.

use std::collections::BTreeMap;

use golive_core::outcome::{Measurement, Status};
use golive_core::report::{ProbeReport, Report, Verdict};
use serde::Serialize;

use crate::commands::threshold::Threshold;

/// All that differs.
#[derive(Debug, Serialize)]
pub(super) struct Diff {
    pub(super) schema: &'static str,
    /// Whether a probe got worse, or is new and not PASS, or the verdict got worse.
    pub(super) got_worse: bool,
    pub(super) old: Side,
    pub(super) new: Side,
    pub(super) worse: Vec<Change>,
    /// The same status, another failure.
    pub(super) changed: Vec<Change>,
    pub(super) better: Vec<Change>,
    pub(super) added: Vec<Standing>,
    pub(super) gone: Vec<Gone>,
    /// Probes as they were, by status.
    pub(super) unchanged: BTreeMap<&'static str, usize>,
    pub(super) measurements: Vec<Moved>,
    /// What a reader must know before believing the rest.
    pub(super) notes: Vec<String>,
}

/// One of the two reports.
#[derive(Debug, Serialize)]
pub(super) struct Side {
    pub(super) run: String,
    pub(super) started_at: String,
    pub(super) verdict: Verdict,
    pub(super) headline: String,
}

/// A probe in both.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    pub(super) id: String,
    pub(super) old: Status,
    pub(super) new: Status,
    pub(super) summary: String,
    pub(super) waived: bool,
    pub(super) blocked_by: Option<String>,
}

/// A probe in the new one only.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
    pub(super) id: String,
    pub(super) status: Status,
    pub(super) summary: String,
}

/// A probe in the old one only.
#[derive(Debug, Serialize)]
pub(super) struct Gone {
    pub(super) id: String,
    pub(super) old: Status,
    /// Why it did not run, as far as the new report says.
    pub(super) reason: Option<String>,
}

/// A figure in both that is not the same.
#[derive(Debug, Serialize)]
pub(super) struct Moved {
    pub(super) probe: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) old: f64,
    pub(super) new: f64,
    /// `None` from 0.
    pub(super) percent: Option<f64>,
    pub(super) threshold: Option<String>,
    pub(super) crossed: Option<Crossed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Crossed {
    /// It was healthy and is not.
    Out,
    /// It was not and is.
    In,
}

pub(super) fn compare(old: &Report, new: &Report) -> Diff {
    let (before, after) = (by_id(old), by_id(new));
    let mut diff = Diff {
        schema: "golive.diff/v1",
        got_worse: false,
        old: side(old),
        new: side(new),
        worse: Vec::new(),
        changed: Vec::new(),
        better: Vec::new(),
        added: Vec::new(),
        gone: Vec::new(),
        unchanged: BTreeMap::new(),
        measurements: Vec::new(),
        notes: notes(old, new),
    };
    for probe in probes(new) {
        let status = probe.effective_status();
        let Some(was) = before.get(probe.id.as_str()) else {
            diff.added.push(Standing {
                id: probe.id.clone(),
                status,
                summary: probe.summary.clone(),
            });
            continue;
        };
        diff.measurements.extend(moved(was, probe));
        let change = Change {
            id: probe.id.clone(),
            old: was.effective_status(),
            new: status,
            summary: probe.summary.clone(),
            waived: probe.waived.is_some(),
            blocked_by: probe.blocked_by.clone(),
        };
        if change.new > change.old {
            diff.worse.push(change);
        } else if change.new < change.old {
            diff.better.push(change);
        } else if status != Status::Pass && was.fingerprint != probe.fingerprint {
            diff.changed.push(change);
        } else {
            *diff.unchanged.entry(status.as_str()).or_default() += 1;
        }
    }
    for probe in probes(old).filter(|probe| !after.contains_key(probe.id.as_str())) {
        let reason = new.not_run.iter().find(|not_run| not_run.id == probe.id);
        diff.gone.push(Gone {
            id: probe.id.clone(),
            old: probe.effective_status(),
            reason: reason.map(|not_run| not_run.reason.clone()),
        });
    }
    for changes in [&mut diff.worse, &mut diff.changed, &mut diff.better] {
        // Worst first; what waits behind something after what does not.
        changes.sort_by_key(|change| (std::cmp::Reverse(change.new), change.blocked_by.is_some()));
    }
    diff.got_worse = !diff.worse.is_empty()
        || diff.added.iter().any(|added| added.status != Status::Pass)
        || rank(new.verdict) > rank(old.verdict);
    diff
}

fn probes(report: &Report) -> impl Iterator<Item = &ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes)
}

fn by_id(report: &Report) -> BTreeMap<&str, &ProbeReport> {
    probes(report).map(|probe| (probe.id.as_str(), probe)).collect()
}

/// The greater, the worse: a component of which nothing runs any more is no probe's change.
pub(super) fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Go => 0,
        Verdict::GoWithWarnings => 1,
        Verdict::Incomplete => 2,
        Verdict::NoGo => 3,
    }
}

fn side(report: &Report) -> Side {
    Side {
        run: report.run.id.clone(),
        started_at: report.run.started_at.clone(),
        verdict: report.verdict,
        headline: report.headline.clone(),
    }
}

fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let (was, is) = (&old.run, &new.run);
    if was.target != is.target {
        notes.push(format!(
            "the targets differ: {} and {}",
            was.target.base_url, is.target.base_url
        ));
    }
    // RFC 3339 in UTC sorts as text.
    if was.started_at > is.started_at {
        notes.push("the first report is the later one: are they swapped?".to_owned());
    }
    if was.extent() != is.extent() {
        notes.push(format!(
            "a {} run is compared with a {} one: what is gone may only not have been asked",
            was.extent(),
            is.extent()
        ));
    }
    if was.tool_version != is.tool_version {
        notes.push(format!(
            "written by golive {} and {}",
            was.tool_version, is.tool_version
        ));
    }
    if is.interrupted {
        notes.push("the second run was interrupted".to_owned());
    }
    notes
}

fn moved(was: &ProbeReport, is: &ProbeReport) -> Vec<Moved> {
    let pairs = is.measurements.iter().filter_map(|new| {
        let old = was
            .measurements
            .iter()
            .find(|old| old.name == new.name && old.unit == new.unit)?;
        (old.value.to_bits() != new.value.to_bits()).then_some((old, new))
    });
    pairs
        .map(|(old, new)| Moved {
            probe: is.id.clone(),
            name: new.name.clone(),
            unit: new.unit.clone(),
            old: old.value,
            new: new.value,
            percent: (old.value != 0.0).then(|| (new.value - old.value) / old.value.abs() * 100.0),
            threshold: new.threshold.clone(),
            crossed: crossed(old, new),
        })
        .collect()
}

/// Each figure is held against the threshold of its own run.
fn crossed(old: &Measurement, new: &Measurement) -> Option<Crossed> {
    let held = |measurement: &Measurement| {
        let threshold = Threshold::parse(measurement.threshold.as_deref()?)?;
        Some(threshold.holds(measurement.value))
    };
    match (held(old)?, held(new)?) {
        (true, false) => Some(Crossed::Out),
        (false, true) => Some(Crossed::In),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

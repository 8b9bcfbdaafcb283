//! What is not PASS, folded: one broken thing is one block, whatever waits behind it.

use std::borrow::Cow;

use crate::outcome::{Reason, Remedy, Status};
use crate::report::{CheckReport, NotRun, ProbeReport, Report};

/// Everything that is not PASS, each probe exactly once.
#[derive(Debug)]
pub struct Findings<'a> {
    /// Failed by themselves: the root causes, in their order.
    pub failed: Vec<&'a ProbeReport>,
    /// Unknown by themselves, folded where reason and words are the same; the key is those words.
    pub unknown: Vec<Group<'a>>,
    /// Waiting behind a root cause; the key is its id.
    pub blocked: Vec<Group<'a>>,
    /// Warnings, and failures under a waiver.
    pub warned: Vec<&'a ProbeReport>,
    /// Components of which no probe ran at all.
    pub empty: Vec<&'a CheckReport>,
}

/// Probes that stand where they stand for one and the same reason.
#[derive(Debug)]
pub struct Group<'a> {
    /// What they have in common.
    pub key: String,
    /// In plan order.
    pub probes: Vec<&'a ProbeReport>,
}

impl Group<'_> {
    /// Their ids.
    pub fn ids(&self) -> Vec<&str> {
        self.probes.iter().map(|probe| probe.id.as_str()).collect()
    }
}

impl<'a> Findings<'a> {
    /// Folds the report.
    pub fn of(report: &'a Report) -> Self {
        let mut findings = Self {
            failed: Vec::new(),
            unknown: Vec::new(),
            blocked: Vec::new(),
            warned: Vec::new(),
            empty: report
                .checks
                .iter()
                .filter(|check| check.probes.is_empty())
                .collect(),
        };
        for probe in probes(report) {
            match (probe.effective_status(), &probe.blocked_by) {
                (Status::Pass, _) => {}
                (Status::Warn, _) => findings.warned.push(probe),
                (Status::Fail, _) => findings.failed.push(probe),
                (Status::Pending, Some(root)) => add(&mut findings.blocked, root.clone(), probe, |_| true),
                (Status::Pending, None) => {
                    add(&mut findings.unknown, probe.summary.clone(), probe, |first| {
                        foldable(first, probe)
                    });
                }
            }
        }
        let place = |probe: &ProbeReport| {
            report
                .root_causes
                .iter()
                .position(|id| *id == probe.id)
                .unwrap_or(usize::MAX)
        };
        findings.failed.sort_by_key(|probe| place(probe));
        findings
    }

    /// What waits behind `root`.
    pub fn behind(&self, root: &str) -> Option<&Group<'a>> {
        self.blocked.iter().find(|group| group.key == root)
    }

    /// What waits behind something that has no block of its own: a waived failure, or another report's probe.
    pub fn behind_elsewhere(&self) -> impl Iterator<Item = &Group<'a>> {
        let own = |root: &str| {
            self.failed.iter().any(|probe| probe.id == root)
                || self
                    .unknown
                    .iter()
                    .any(|group| group.probes.iter().any(|probe| probe.id == root))
        };
        self.blocked.iter().filter(move |group| !own(&group.key))
    }

    /// The probe to look at first.
    pub fn first(&self) -> Option<&'a ProbeReport> {
        let unknown = self
            .unknown
            .iter()
            .chain(&self.blocked)
            .filter_map(|group| group.probes.first());
        self.failed
            .iter()
            .chain(unknown)
            .chain(&self.warned)
            .copied()
            .next()
    }
}

/// What to do about a probe: its own remedy, unless it is unknown for a reason that is not the target's.
pub fn remedy_of(probe: &ProbeReport) -> Option<Cow<'_, Remedy>> {
    let text = match probe.reason {
        Some(Reason::Interrupted) => "Run it again, to the end.",
        Some(Reason::DeadlinePassed) => "Run it again with a longer --deadline.",
        Some(Reason::Throttled) => {
            "Find what else uses up this address's rate limit, wait a minute, then run it again."
        }
        Some(Reason::Panicked | Reason::NothingAsserted) => {
            "Report it: this is a defect of golive, not of the target."
        }
        _ => return probe.remedy.as_ref().map(Cow::Borrowed),
    };
    Some(Cow::Owned(Remedy {
        text: text.to_owned(),
        command: None,
        runbook: String::new(),
    }))
}

/// All probes, in plan order.
pub(crate) fn probes(report: &Report) -> impl Iterator<Item = &ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes)
}

/// Not-run probes folded by reason, in the order the reasons first occur.
pub(crate) fn not_run_by_reason(not_run: &[NotRun]) -> Vec<(&str, Vec<&str>)> {
    let mut folded: Vec<(&str, Vec<&str>)> = Vec::new();
    for entry in not_run {
        match folded.iter_mut().find(|(reason, _)| *reason == entry.reason) {
            Some((_, ids)) => ids.push(&entry.id),
            None => folded.push((&entry.reason, vec![&entry.id])),
        }
    }
    folded
}

/// The check a probe's id belongs to: the one that has a sibling with the same prefix, or bears its name.
pub(crate) fn check_of<'a>(report: &'a Report, probe: &str) -> Option<&'a CheckReport> {
    let prefix = |id: &str| id.split('.').next().unwrap_or_default().to_owned();
    let wanted = prefix(probe);
    let bears =
        |check: &&CheckReport| check.id == wanted || check.probes.iter().any(|own| prefix(&own.id) == wanted);
    report.checks.iter().find(bears)
}

fn foldable(first: &ProbeReport, probe: &ProbeReport) -> bool {
    // Without a common reason the words are a probe's own observation, even where they are alike.
    first.reason == probe.reason && first.reason.is_some_and(|reason| reason != Reason::Panicked)
}

fn add<'a>(
    groups: &mut Vec<Group<'a>>,
    key: String,
    probe: &'a ProbeReport,
    fits: impl Fn(&ProbeReport) -> bool,
) {
    match groups
        .iter_mut()
        .find(|group| group.key == key && group.probes.first().is_some_and(|first| fits(first)))
    {
        Some(group) => group.probes.push(probe),
        None => groups.push(Group {
            key,
            probes: vec![probe],
        }),
    }
}

#[cfg(test)]
mod tests;

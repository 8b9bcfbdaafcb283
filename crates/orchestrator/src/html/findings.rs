//! What is not PASS, folded: one broken thing is one card, whatever waits behind it.

use golive_core::render::Findings;
use golive_core::report::Report;

use super::probe::{Anchors, ProbeView};

/// What failed by itself.
pub(super) struct Cause<'a> {
    pub(super) view: ProbeView<'a>,
    /// What waits behind it.
    pub(super) behind: Vec<ProbeView<'a>>,
}

/// What could not be determined for one and the same reason.
pub(super) struct Unknown<'a> {
    /// The common reason.
    pub(super) why: String,
    pub(super) probes: Vec<ProbeView<'a>>,
    /// What waits behind these.
    pub(super) behind: Vec<ProbeView<'a>>,
}

pub(super) fn causes<'a>(findings: &Findings<'a>, anchors: &Anchors<'a>) -> Vec<Cause<'a>> {
    let cause = |probe: &&'a _| {
        let view: ProbeView<'a> = anchors.view(probe);
        let behind = behind(findings, anchors, &view.probe.id);
        Cause { view, behind }
    };
    findings.failed.iter().map(cause).collect()
}

pub(super) fn unknown<'a>(findings: &Findings<'a>, anchors: &Anchors<'a>) -> Vec<Unknown<'a>> {
    let own = findings.unknown.iter().map(|group| Unknown {
        why: group.key.clone(),
        probes: group.probes.iter().map(|probe| anchors.view(probe)).collect(),
        behind: group
            .probes
            .iter()
            .flat_map(|probe| behind(findings, anchors, &probe.id))
            .collect(),
    });
    let elsewhere = findings.behind_elsewhere().map(|group| Unknown {
        why: format!("waiting behind {}", group.key),
        probes: group.probes.iter().map(|probe| anchors.view(probe)).collect(),
        behind: Vec::new(),
    });
    own.chain(elsewhere).collect()
}

fn behind<'a>(findings: &Findings<'a>, anchors: &Anchors<'a>, root: &str) -> Vec<ProbeView<'a>> {
    let group = findings.behind(root).into_iter();
    group
        .flat_map(|group| &group.probes)
        .map(|probe| anchors.view(probe))
        .collect()
}

/// Not-run probes folded by reason, in the order the reasons first occur.
pub(super) fn not_run(report: &Report) -> Vec<(&str, Vec<&str>)> {
    let mut folded: Vec<(&str, Vec<&str>)> = Vec::new();
    for entry in &report.not_run {
        match folded.iter_mut().find(|(reason, _)| *reason == entry.reason) {
            Some((_, ids)) => ids.push(&entry.id),
            None => folded.push((&entry.reason, vec![&entry.id])),
        }
    }
    folded
}

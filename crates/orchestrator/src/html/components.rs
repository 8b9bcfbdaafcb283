//! The nine components: how each stands, and its probes.

use golive_core::outcome::Status;
use golive_core::report::{CheckReport, ProbeReport, Report};

use super::probe::{Anchors, ProbeView};
use super::words::{self, Mark};

/// One component.
pub(super) struct Component<'a> {
    pub(super) check: &'a CheckReport,
    /// Number in the runbook's order, and its place on the page.
    pub(super) number: usize,
    pub(super) mark: Mark,
    pub(super) took: String,
    /// `1 fail, 3 pending, 12 pass`.
    pub(super) counts: String,
    /// Its shares of each status, side by side in percent.
    pub(super) shares: Vec<Share>,
    pub(super) probes: Vec<ProbeView<'a>>,
}

/// A part of a bar, in percent of its width.
pub(super) struct Share {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) width: String,
}

pub(super) fn of<'a>(report: &'a Report, anchors: &Anchors<'a>) -> Vec<Component<'a>> {
    let component = |(place, check): (usize, &'a CheckReport)| Component {
        check,
        number: place + 1,
        mark: Mark::of(check.status),
        took: words::duration(check.duration_ms),
        counts: words::counts(check.probes.iter().map(ProbeReport::effective_status)),
        shares: shares(check),
        probes: check.probes.iter().map(|probe| anchors.view(probe)).collect(),
    };
    report.checks.iter().enumerate().map(component).collect()
}

const WORST_FIRST: [Status; 4] = [Status::Fail, Status::Pending, Status::Warn, Status::Pass];

fn count(check: &CheckReport, status: Status) -> usize {
    let standing = check
        .probes
        .iter()
        .filter(|probe| probe.effective_status() == status);
    standing.count()
}

fn shares(check: &CheckReport) -> Vec<Share> {
    let all = check.probes.len().max(1) as f64;
    let mut before = 0.0;
    let mut shares = Vec::new();
    for status in WORST_FIRST {
        let width = 100.0 * count(check, status) as f64 / all;
        if width > 0.0 {
            shares.push(Share {
                class: Mark::of(status).class,
                x: words::number(before),
                width: words::number(width),
            });
        }
        before += width;
    }
    shares
}

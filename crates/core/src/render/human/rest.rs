//! What is neither good nor bad but must be known: not run, left behind, waived, remarked.

use super::page::Page;
use crate::render::Verbosity;
use crate::render::findings::not_run_by_reason;
use crate::render::words::{id_list, plural};
use crate::report::{CleanupStatus, Report, WaiverState};

pub(super) fn write(page: &mut Page, report: &Report) {
    left_behind(page, report);
    waivers(page, report);
    not_run(page, report);
    if !report.notices.is_empty() {
        page.heading("Notices");
        for notice in &report.notices {
            page.item(notice);
        }
    }
}

fn left_behind(page: &mut Page, report: &Report) {
    let left: Vec<_> = report
        .cleanup
        .iter()
        .filter(|entry| entry.status == CleanupStatus::Left)
        .collect();
    let done = report.cleanup.len() - left.len();
    if left.is_empty() {
        if done > 0 && page.verbosity() == Verbosity::Verbose {
            page.heading("Clean-up");
            page.item(&format!("{} undone, nothing left", plural(done, "write")));
        }
        return;
    }
    page.heading(&format!("Left behind ({} undone)", plural(done, "write")));
    for entry in left {
        page.field("Left", &entry.what);
        page.verbatim("", &entry.detail);
    }
    page.field("Remedy", "run `golive cleanup`, or remove it as shown");
}

fn waivers(page: &mut Page, report: &Report) {
    if report.waivers.is_empty() {
        return;
    }
    page.heading("Waivers");
    for waiver in &report.waivers {
        let state = match waiver.state {
            WaiverState::Active => "active",
            WaiverState::Expired => "EXPIRED, no longer counts",
            WaiverState::Unmatched => "UNMATCHED: no such failure in this run",
            WaiverState::Unused => "UNUSED: its probe passed; remove it",
        };
        let (probe, print) = (&waiver.probe, &waiver.fingerprint);
        let terms = format!("until {} by {}: {}", waiver.expires, waiver.owner, waiver.reason);
        page.item(&format!("{probe} ({print}): {state}; {terms}"));
    }
}

fn not_run(page: &mut Page, report: &Report) {
    if report.not_run.is_empty() {
        return;
    }
    page.heading("Not run");
    let keep = if page.verbosity() == Verbosity::Verbose {
        usize::MAX
    } else {
        6
    };
    for (reason, ids) in not_run_by_reason(&report.not_run) {
        page.item(&format!(
            "{reason}: {} ({})",
            plural(ids.len(), "probe"),
            id_list(&ids, keep)
        ));
    }
}

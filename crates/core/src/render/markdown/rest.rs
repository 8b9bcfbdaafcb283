//! What is neither good nor bad but must be known: not run, left behind, waived, remarked.

use super::IDS_SHOWN;
use super::escape::{block, code, inline, multiline};
use crate::render::findings::not_run_by_reason;
use crate::render::text::put;
use crate::render::words::{id_list, plural};
use crate::report::{CleanupStatus, Report, WaiverState};

pub(super) fn write(page: &mut String, report: &Report) {
    not_run(page, report);
    cleanup(page, report);
    waivers(page, report);
    notices(page, report);
}

fn not_run(page: &mut String, report: &Report) {
    if report.not_run.is_empty() {
        return;
    }
    page.push_str("\n## Not run\n\n");
    for (reason, ids) in not_run_by_reason(&report.not_run) {
        let listed = inline(&id_list(&ids, IDS_SHOWN));
        put(
            page,
            format_args!(
                "- {}: {} ({listed})\n",
                inline(reason),
                plural(ids.len(), "probe")
            ),
        );
    }
}

fn cleanup(page: &mut String, report: &Report) {
    if report.cleanup.is_empty() {
        return;
    }
    page.push_str("\n## Clean-up\n\n");
    let left: Vec<_> = report
        .cleanup
        .iter()
        .filter(|entry| entry.status == CleanupStatus::Left)
        .collect();
    put(
        page,
        format_args!(
            "- {} undone\n",
            plural(report.cleanup.len() - left.len(), "write")
        ),
    );
    for entry in left {
        put(
            page,
            format_args!("- **Left behind:** {}\n\n", inline(&entry.what)),
        );
        page.push_str(&block("text", &entry.detail, "  "));
    }
}

fn waivers(page: &mut String, report: &Report) {
    if report.waivers.is_empty() {
        return;
    }
    page.push_str("\n## Waivers\n\n| Probe | State | Until | Owner | Reason | Fingerprint |\n| --- | --- | --- | --- | --- | --- |\n");
    for waiver in &report.waivers {
        let state = match waiver.state {
            WaiverState::Active => "active",
            WaiverState::Expired => "**expired**, no longer counts",
            WaiverState::Unmatched => "**unmatched**: no such failure in this run",
            WaiverState::Unused => "**unused**: its probe passed",
        };
        put(
            page,
            format_args!(
                "| {} | {state} | {} | {} | {} | {} |\n",
                code(&waiver.probe),
                inline(&waiver.expires),
                inline(&waiver.owner),
                inline(&waiver.reason),
                code(&waiver.fingerprint)
            ),
        );
    }
}

fn notices(page: &mut String, report: &Report) {
    if report.notices.is_empty() {
        return;
    }
    page.push_str("\n## Notices\n\n");
    for notice in &report.notices {
        put(page, format_args!("- {}\n", multiline(notice)));
    }
}

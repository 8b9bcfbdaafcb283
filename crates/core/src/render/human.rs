//! The terminal view: nine lines, then only what is not PASS, then the next command to type.

use super::findings::{Findings, Group, remedy_of};
use super::text::{self, one_line};
use super::words::{self, date, duration, plural};
use super::{Style, Verbosity};
use crate::outcome::Status;
use crate::report::{CheckReport, Report, Verdict};

mod finding;
mod page;
mod rest;

use page::Page;

pub(super) fn render(report: &Report, style: Style) -> String {
    let mut page = Page::new(style);
    let findings = Findings::of(report);
    if style.verbosity > Verbosity::Quiet {
        header(&mut page, report);
        components(&mut page, report);
        if style.verbosity == Verbosity::Verbose {
            every_probe(&mut page, report);
        }
        what_is_not_pass(&mut page, &findings);
        rest::write(&mut page, report);
        page.blank();
    }
    closing(&mut page, report, &findings);
    page.finish()
}

fn header(page: &mut Page, report: &Report) {
    let run = &report.run;
    let base_url = if run.target.base_url.is_empty() {
        "no BASE_URL"
    } else {
        &run.target.base_url
    };
    let shop = if run.target.shop.is_empty() {
        "no shop"
    } else {
        &run.target.shop
    };
    page.line(&format!(
        "{} {}",
        page.bold("golive"),
        one_line(&format!("{} · {base_url} · {shop}", run.tool_version))
    ));
    page.line(&page.dim(&one_line(&format!(
        "{} run {} · {}",
        run.extent(),
        run.id,
        date(&run.started_at)
    ))));
    page.blank();
}

fn components(page: &mut Page, report: &Report) {
    let title_width = report
        .checks
        .iter()
        .map(|check| text::width(&check.title))
        .max()
        .unwrap_or(0)
        .min(34);
    for check in &report.checks {
        let status = page.status(check.status);
        let title = text::pad(&text::truncate(&one_line(&check.title), title_width), title_width);
        let took = format!("{:>9}", duration(check.duration_ms));
        let counts = words::counts(
            check
                .probes
                .iter()
                .map(crate::report::ProbeReport::effective_status),
        );
        page.line(&format!("{status}  {title}  {}  {counts}", page.dim(&took)));
    }
}

fn every_probe(page: &mut Page, report: &Report) {
    for check in &report.checks {
        page.heading(&one_line(&check.title));
        for probe in &check.probes {
            finding::one_liner(page, probe);
        }
    }
}

fn what_is_not_pass(page: &mut Page, findings: &Findings<'_>) {
    if !findings.failed.is_empty() {
        page.heading(if findings.failed.len() == 1 {
            "Root cause"
        } else {
            "Root causes"
        });
        for probe in &findings.failed {
            finding::write(page, probe);
            if let Some(group) = findings.behind(&probe.id) {
                waiting(page, group);
            }
        }
    }
    not_determined(page, findings);
    if !findings.warned.is_empty() {
        page.heading("Warnings");
        for probe in &findings.warned {
            finding::write(page, probe);
        }
    }
}

fn not_determined(page: &mut Page, findings: &Findings<'_>) {
    let elsewhere: Vec<&Group<'_>> = findings.behind_elsewhere().collect();
    if findings.unknown.is_empty() && elsewhere.is_empty() && findings.empty.is_empty() {
        return;
    }
    page.heading("Not determined");
    for CheckReport { id, title, .. } in &findings.empty {
        page.blank_between();
        page.line(&format!(
            "{} {}",
            page.status(Status::Pending),
            one_line(&format!("{id}: {title}"))
        ));
        page.field(
            "Observed",
            "no probe of this component ran, so nothing is known of it",
        );
    }
    for group in &findings.unknown {
        match group.probes.as_slice() {
            [probe] => finding::write(page, probe),
            probes => {
                page.blank_between();
                page.line(&format!(
                    "{} {}",
                    page.status(Status::Pending),
                    plural(probes.len(), "probe")
                ));
                page.field("Observed", &group.key);
                page.field("Probes", &ids(page, group));
                if let Some(remedy) = probes.first().and_then(|probe| remedy_of(probe)) {
                    finding::remedy(page, &remedy);
                }
            }
        }
        for probe in &group.probes {
            if let Some(group) = findings.behind(&probe.id) {
                waiting(page, group);
            }
        }
    }
    for group in elsewhere {
        waiting(page, group);
    }
}

/// Fourteen PENDING behind one dead Redis are one block.
fn waiting(page: &mut Page, group: &Group<'_>) {
    let wait = if group.probes.len() == 1 { "waits" } else { "wait" };
    let words = format!(
        "{} {wait} behind {}: {}",
        plural(group.probes.len(), "probe"),
        group.key,
        ids(page, group)
    );
    page.marked(Status::Pending, &words);
}

fn ids(page: &Page, group: &Group<'_>) -> String {
    let keep = if page.verbosity() == Verbosity::Verbose {
        usize::MAX
    } else {
        14
    };
    words::id_list(&group.ids(), keep)
}

fn closing(page: &mut Page, report: &Report, findings: &Findings<'_>) {
    let summary = report.summary;
    let parts = [
        (summary.fail, "fail"),
        (summary.pending, "pending"),
        (summary.warn, "warn"),
        (summary.pass, "pass"),
        (summary.not_run, "not run"),
    ];
    let counts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let headline = page.verdict(report.verdict, &one_line(&report.headline));
    let counts = format!("{} in {}", counts.join(", "), duration(report.run.duration_ms));
    if text::width(&report.headline) + 2 + text::width(&counts) <= page.width() {
        page.line(&format!("{headline}  {counts}"));
    } else {
        page.line(&headline);
        page.prose(&counts);
    }
    if !report.root_causes.is_empty() {
        let roots: Vec<&str> = report.root_causes.iter().map(String::as_str).collect();
        let what = if report.verdict == Verdict::NoGo {
            "Root causes"
        } else {
            "Not known"
        };
        page.prose(&format!("{what}: {}", words::id_list(&roots, 8)));
    }
    page.line(&format!("Next: {}", page.bold(&next(report, findings))));
}

/// The next command to type.
fn next(report: &Report, findings: &Findings<'_>) -> String {
    if report.run.interrupted && findings.failed.is_empty() {
        return "golive run".to_owned();
    }
    if let Some(probe) = findings.first() {
        return one_line(&format!("golive explain {}", probe.id));
    }
    match (report.verdict, report.run.complete) {
        (Verdict::Go, true) => "go live, then the checklist of the first hour in docs/runbook.md".to_owned(),
        _ => "golive run, all nine components, for a go-live verdict".to_owned(),
    }
}

#[cfg(test)]
mod tests;

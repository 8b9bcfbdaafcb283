//! `index.html`: the report as one file that needs nothing else, for a browser, a phone and a printer.
//!
//! All that comes from the report is text: askama escapes it, the content security policy allows no script and no
//! style but those whose hashes it names, and nothing is loaded from anywhere.

use std::path::Path;

use askama::Template;
use golive_core::outcome::{Evidence, Status};
use golive_core::render::Findings;
use golive_core::report::{CleanupStatus, Report, Verdict};

mod charts;
mod checklist;
mod components;
mod expiry;
mod findings;
mod history;
mod policy;
mod probe;
mod timeline;
mod words;

use charts::Panel;
use checklist::{Phase, State};
use components::Component;
use expiry::Expiry;
use findings::{Cause, Unknown};
use history::Standing;
pub use history::{EarlierRun, HistoryEntry};
use probe::{Anchors, ProbeView};
use timeline::Timeline;
use words::{Mark, plural};

/// Everything the page shows, in its order.
#[derive(Template)]
#[template(path = "index.html", whitespace = "minimize")]
struct Page<'a> {
    policy: String,
    style: &'static str,
    script: &'static str,
    report: &'a Report,
    verdict: Mark,
    answer: String,
    started: String,
    took: String,
    /// Count, word, class and sign of each status, worst first.
    totals: [(u32, &'static str, &'static str, &'static str); 5],
    causes: Vec<Cause<'a>>,
    unknown: Vec<Unknown<'a>>,
    warned: Vec<ProbeView<'a>>,
    components: Vec<Component<'a>>,
    history: Vec<Standing>,
    panels: Vec<Panel>,
    timeline: Timeline,
    not_run: Vec<(&'a str, Vec<&'a str>)>,
    undone: usize,
    expiries: Vec<Expiry>,
    phases: Vec<Phase>,
}

/// The page, with the runs that `reports_dir/history` remembers.
pub fn render(report: &Report, reports_dir: &Path) -> String {
    render_with_history(report, &history::read(reports_dir, &report.run.id))
}

/// The page, with earlier runs, the oldest first.
pub fn render_with_history(report: &Report, history: &[HistoryEntry]) -> String {
    let anchors = Anchors::of(report);
    let findings = Findings::of(report);
    let page = Page {
        policy: policy::of(policy::STYLE, policy::SCRIPT),
        style: policy::STYLE,
        script: policy::SCRIPT,
        report,
        verdict: Mark::of_verdict(report.verdict),
        answer: answer(report),
        started: words::date(&report.run.started_at),
        took: words::duration(report.run.duration_ms),
        totals: totals(report),
        causes: findings::causes(&findings, &anchors),
        unknown: findings::unknown(&findings, &anchors),
        warned: findings.warned.iter().map(|probe| anchors.view(probe)).collect(),
        components: components::of(report, &anchors),
        history: history::strip(report, history),
        panels: charts::panels(report),
        timeline: Timeline::of(report, &anchors),
        not_run: findings::not_run(report),
        undone: report
            .cleanup
            .iter()
            .filter(|entry| entry.status == CleanupStatus::Done)
            .count(),
        expiries: expiry::of(report),
        phases: checklist::of(report),
    };
    words::harmless(&page.render().expect("a String takes every write"))
}

/// The verdict in a sentence.
fn answer(report: &Report) -> String {
    let summary = report.summary;
    match report.verdict {
        Verdict::Go => format!(
            "{} passed; nothing failed or stayed unknown.",
            plural(summary.pass as usize, "probe")
        ),
        Verdict::GoWithWarnings => format!(
            "Nothing blocks going live; {} to look at.",
            plural(summary.warn as usize, "warning")
        ),
        Verdict::Incomplete => format!(
            "Nothing failed, but {} could not be determined, and unknown is not healthy.",
            plural(summary.pending as usize, "probe")
        ),
        Verdict::NoGo => {
            let causes = report.root_causes.len();
            let verb = if causes == 1 { "blocks" } else { "block" };
            format!("{} {verb} going live.", plural(causes, "root cause"))
        }
    }
}

fn totals(report: &Report) -> [(u32, &'static str, &'static str, &'static str); 5] {
    let summary = report.summary;
    let of = |count, status, word| {
        let mark = Mark::of(status);
        (count, word, mark.class, mark.sign)
    };
    [
        of(summary.fail, Status::Fail, "fail"),
        of(summary.pending, Status::Pending, "pending"),
        of(summary.warn, Status::Warn, "warn"),
        of(summary.pass, Status::Pass, "pass"),
        (summary.not_run, "not run", "plain", "–"),
    ]
}

#[cfg(test)]
#[path = "../tests/browser/hostile.rs"]
mod hostile;
#[cfg(test)]
mod tests;

//! The plan for people: why, how, danger, link; and what never to type.

use std::fmt::Write;

use golive_core::outcome::Status;
use golive_core::render::text::{one_line, wrap};
use golive_core::render::words::{date, plural};
use golive_core::render::{Paint, Style};
use golive_core::report::{ProbeReport, Report, Verdict};

use super::Plan;
use super::steps::NEVER;

/// Probes, and their runbook entries, named beside a step.
const NAMED: usize = 4;

pub(super) fn render(plan: &Plan<'_>, report: &Report, style: Style) -> String {
    let paint = Paint { color: style.color };
    let mut text = String::new();
    let headline = paint.of_verdict(report.verdict, &one_line(&report.headline));
    let _ = writeln!(
        text,
        "{headline}  run of {} against {}",
        date(&report.run.started_at),
        one_line(&report.run.target.base_url)
    );
    if plan.steps.is_empty() {
        text.push_str("\nThere is nothing to roll back: nothing failed.\n");
        if plan.unknown > 0 || report.verdict == Verdict::Incomplete {
            let unknown = match plan.unknown {
                0 => "Whole components".to_owned(),
                count => plural(count, "probe"),
            };
            let _ = writeln!(
                text,
                "{unknown} could not be determined; find out first: golive run"
            );
        }
        return text;
    }
    let _ = writeln!(
        text,
        "{}. golive executes none of this: read the danger, then type it yourself.",
        plural(plan.failed.len(), "failure")
    );
    for (number, (step, because)) in plan.steps.iter().enumerate() {
        let _ = writeln!(
            text,
            "\n{}",
            paint.bold(&format!("{}. {}", number + 1, step.title))
        );
        if number > 0 {
            field(&mut text, style, paint, "because", &named(because));
        }
        for line in step.how {
            // Commands are there to be copied: never wrapped.
            let _ = writeln!(text, "   {line}");
        }
        let danger = paint.of_status(Status::Fail, "danger");
        for (at, line) in wrap(step.danger, style.width.saturating_sub(11))
            .iter()
            .enumerate()
        {
            let lead = if at == 0 {
                format!("   {danger}  ")
            } else {
                " ".repeat(11)
            };
            let _ = writeln!(text, "{lead}{line}");
        }
        field(&mut text, style, paint, "runbook", &step.link());
        if number > 0 {
            for entry in entries(because) {
                let _ = writeln!(text, "           {entry}");
            }
        }
    }
    let _ = writeln!(text, "\n{}", paint.bold("Never"));
    for (command, why) in NEVER {
        let _ = writeln!(text, "   {command}: {why}");
    }
    text.push_str("\nNext: golive run\n");
    text
}

fn field(text: &mut String, style: Style, paint: Paint, label: &str, words: &str) {
    for (at, line) in wrap(words, style.width.saturating_sub(12)).iter().enumerate() {
        let lead = if at == 0 {
            format!("   {} ", paint.dim(&format!("{label:<7}")))
        } else {
            " ".repeat(11)
        };
        let _ = writeln!(text, "{lead}{line}");
    }
}

/// The runbook's entries of the probes themselves, each once.
fn entries(because: &[&ProbeReport]) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for remedy in because.iter().filter_map(|probe| probe.remedy.as_ref()) {
        let entry = one_line(&remedy.runbook);
        if !entries.contains(&entry) && entries.len() < NAMED {
            entries.push(entry);
        }
    }
    entries
}

fn named(because: &[&ProbeReport]) -> String {
    let mut names: Vec<String> = because
        .iter()
        .take(NAMED)
        .map(|probe| one_line(&probe.id))
        .collect();
    if because.len() > NAMED {
        names.push(format!("{} more", because.len() - NAMED));
    }
    names.join(", ")
}

//! The findings in words: root causes, critical issues, warnings, what is not known, what to do next.

use std::borrow::Cow;

use super::escape::{block, code, inline, multiline};
use super::{IDS_SHOWN, status};
use crate::outcome::{Reason, Remedy};
use crate::render::curl;
use crate::render::findings::{Findings, Group, remedy_of};
use crate::render::text::put;
use crate::render::words::{self, measurement, plural};
use crate::report::{ProbeReport, Report};

/// One line a root cause, with how much waits behind it.
pub(super) fn root_causes(page: &mut String, report: &Report, findings: &Findings<'_>) {
    // What the run had no time for is listed below, and is the cause of nothing.
    let causes = |group: &&Group<'_>| {
        !matches!(
            group.probes[0].reason,
            Some(Reason::Interrupted | Reason::DeadlinePassed)
        )
    };
    let unknown: Vec<&Group<'_>> = findings.unknown.iter().filter(causes).collect();
    if report.root_causes.is_empty() || (findings.failed.is_empty() && unknown.is_empty()) {
        return;
    }
    page.push_str("\n## Root causes\n\n");
    for probe in &findings.failed {
        let behind = findings.behind(&probe.id).map_or(0, |group| group.probes.len());
        let wait = if behind == 1 { "waits" } else { "wait" };
        let behind = if behind == 0 {
            String::new()
        } else {
            format!(" ({} {wait} behind it)", plural(behind, "probe"))
        };
        put(
            page,
            format_args!("- {}: {}{behind}\n", code(&probe.id), inline(&probe.summary)),
        );
    }
    if findings.failed.is_empty() {
        for group in unknown {
            put(
                page,
                format_args!("- {}: {}\n", inline(&group.key), listed(group)),
            );
        }
    }
}

pub(super) fn critical(page: &mut String, findings: &Findings<'_>) {
    if findings.failed.is_empty() {
        return;
    }
    page.push_str("\n## Critical issues\n");
    for probe in &findings.failed {
        issue(page, probe);
    }
}

pub(super) fn warnings(page: &mut String, findings: &Findings<'_>) {
    if findings.warned.is_empty() {
        return;
    }
    page.push_str("\n## Warnings\n");
    for probe in &findings.warned {
        issue(page, probe);
    }
}

/// What waits behind one root is one line, and so is what is unknown for the same reason.
pub(super) fn not_determined(page: &mut String, findings: &Findings<'_>) {
    if findings.unknown.is_empty() && findings.blocked.is_empty() && findings.empty.is_empty() {
        return;
    }
    page.push_str("\n## Not determined\n\nUnknown is not healthy.\n\n");
    for check in &findings.empty {
        put(
            page,
            format_args!("- **{}**: no probe of this component ran\n", inline(&check.title)),
        );
    }
    for group in &findings.unknown {
        put(
            page,
            format_args!("- {}: {}\n", inline(&group.key), listed(group)),
        );
    }
    for group in &findings.blocked {
        put(
            page,
            format_args!("- behind {}: {}\n", code(&group.key), listed(group)),
        );
    }
}

/// The remedies, root causes first, each once.
pub(super) fn next_steps(page: &mut String, findings: &Findings<'_>) {
    let unknown = findings.unknown.iter().filter_map(|group| group.probes.first());
    let probes = findings
        .failed
        .iter()
        .chain(unknown)
        .chain(&findings.warned)
        .copied();
    let mut steps: Vec<(&ProbeReport, Cow<'_, Remedy>)> = Vec::new();
    for probe in probes {
        let Some(remedy) = remedy_of(probe) else { continue };
        if !steps.iter().any(|(_, known)| *known == remedy) {
            steps.push((probe, remedy));
        }
    }
    page.push_str("\n## Next steps\n\n");
    if steps.is_empty() {
        page.push_str("1. Nothing to repair. After go-live, follow the checklists of docs/runbook.md.\n");
        return;
    }
    for (at, (probe, remedy)) in steps.iter().enumerate() {
        let words = [multiline(&remedy.text), runbook(&remedy.runbook)];
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|words| !words.is_empty())
            .collect();
        put(
            page,
            format_args!("{}. {}: {}\n", at + 1, code(&probe.id), words.join(" ")),
        );
        if let Some(command) = &remedy.command {
            page.push('\n');
            page.push_str(&block("sh", command, "   "));
            page.push('\n');
        }
    }
    put(
        page,
        format_args!("{}. Run `golive run` again.\n", steps.len() + 1),
    );
}

/// The runbook's path is golive's own, yet a report read back from a file may hold anything.
fn runbook(path: &str) -> String {
    let harmless = |char: char| char.is_ascii_alphanumeric() || "/.#_-".contains(char);
    if !path.starts_with("docs/") || path.contains("..") || !path.chars().all(harmless) {
        return inline(path);
    }
    format!("([runbook](../{path}))")
}

fn listed(group: &Group<'_>) -> String {
    format!(
        "{} ({})",
        plural(group.probes.len(), "probe"),
        inline(&words::id_list(&group.ids(), IDS_SHOWN))
    )
}

fn issue(page: &mut String, probe: &ProbeReport) {
    put(
        page,
        format_args!(
            "\n### {} {}\n\n",
            status(probe.effective_status()),
            code(&probe.id)
        ),
    );
    let mut item = |label: &str, text: &str| {
        let text = multiline(text);
        if !text.is_empty() {
            put(page, format_args!("- **{label}:** {text}\n"));
        }
    };
    item("Healthy", &probe.title);
    item("Found", &probe.summary);
    item(
        "Observed",
        probe
            .observed
            .as_deref()
            .filter(|observed| !probe.summary.contains(observed))
            .unwrap_or_default(),
    );
    item("Expected", probe.expected.as_deref().unwrap_or_default());
    item(
        "Measured",
        &probe
            .measurements
            .iter()
            .map(measurement)
            .collect::<Vec<_>>()
            .join("\n"),
    );
    item("Why it matters", &probe.why);
    item("Reason", &probe.reason.map(Reason::code).unwrap_or_default());
    if let Some(waived) = &probe.waived {
        item(
            "Waived",
            &format!(
                "{} until {} by {}: {}",
                probe.status, waived.until, waived.owner, waived.reason
            ),
        );
    }
    item("Fingerprint", &probe.fingerprint);
    if let Some(line) = curl::curl(probe) {
        page.push_str("- **Repeat:**\n\n");
        page.push_str(&block("sh", &line, "  "));
    }
}

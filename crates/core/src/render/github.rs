//! GitHub Actions: one annotation a root cause and a warning, and the step summary.

use super::findings::{Findings, Group, remedy_of};
use super::markdown::escape::{code, inline};
use super::markdown::{components, totals, verdict_symbol};
use super::text::{lines, one_line, put};
use super::words::{duration, id_list, plural};
use crate::outcome::Reason;
use crate::report::{ProbeReport, Report};

/// GitHub shows at most ten annotations of a kind a step and drops the rest without a word.
const SHOWN: usize = 10;

/// Workflow commands for standard output, then the verdict.
pub(super) fn render(report: &Report) -> String {
    let findings = Findings::of(report);
    let errors = errors(&findings);
    let warnings: Vec<(String, String)> = findings.warned.iter().map(|probe| annotation(probe)).collect();
    let mut text = commands("error", &errors);
    text.push_str(&commands("warning", &warnings));
    let took = duration(report.run.duration_ms);
    text.push_str(&one_line(&format!(
        "golive: {}, {} in {took}",
        report.headline,
        totals(report)
    )));
    text.push('\n');
    text
}

/// What fails the run: root causes, each with what waits behind it; a group is one annotation.
fn errors(findings: &Findings<'_>) -> Vec<(String, String)> {
    let mut errors = Vec::new();
    for probe in &findings.failed {
        errors.push(with_waiting(annotation(probe), findings, &[probe]));
    }
    for check in &findings.empty {
        let message = "no probe of this component ran, so nothing is known of it";
        errors.push((format!("{} not determined", check.id), message.to_owned()));
    }
    for group in &findings.unknown {
        let one = match group.probes.as_slice() {
            [probe] => annotation(probe),
            _ => folded(&group.key, group),
        };
        errors.push(with_waiting(one, findings, &group.probes));
    }
    errors.extend(
        findings
            .behind_elsewhere()
            .map(|group| folded(&format!("behind {}", group.key), group)),
    );
    errors
}

fn with_waiting(
    (title, mut message): (String, String),
    findings: &Findings<'_>,
    roots: &[&ProbeReport],
) -> (String, String) {
    for group in roots.iter().filter_map(|root| findings.behind(&root.id)) {
        let ids = id_list(&group.ids(), SHOWN);
        put(
            &mut message,
            format_args!("\n{} behind it: {ids}", plural(group.probes.len(), "probe")),
        );
    }
    (title, message)
}

/// Markdown for `$GITHUB_STEP_SUMMARY`.
pub fn step_summary(report: &Report) -> String {
    let findings = Findings::of(report);
    let target = &report.run.target.base_url;
    let target = if target.is_empty() {
        "no BASE_URL".to_owned()
    } else {
        code(target)
    };
    let mut page = format!(
        "## {} {}\n\n{target}, {}, {}\n\n",
        verdict_symbol(report.verdict),
        inline(&report.headline),
        totals(report),
        duration(report.run.duration_ms)
    );
    page.push_str(&components(report));
    let unknown = findings.unknown.iter().filter_map(|group| group.probes.first());
    let shown: Vec<&ProbeReport> = findings
        .failed
        .iter()
        .chain(unknown)
        .chain(&findings.warned)
        .copied()
        .collect();
    if !shown.is_empty() {
        page.push_str("\n| Finding | Found | Remedy |\n| --- | --- | --- |\n");
        for probe in shown {
            let remedy = remedy_of(probe)
                .map(|remedy| inline(&remedy.text))
                .unwrap_or_default();
            let id = format!(
                "{} {}",
                super::markdown::status(probe.effective_status()),
                code(&probe.id)
            );
            put(
                &mut page,
                format_args!("| {id} | {} | {remedy} |\n", inline(&probe.summary)),
            );
        }
    }
    page
}

fn annotation(probe: &ProbeReport) -> (String, String) {
    let reason = probe.reason.map(Reason::code).unwrap_or_default();
    let mut message = vec![probe.summary.clone()];
    if let Some(expected) = &probe.expected {
        message.push(format!("expected: {expected}"));
    }
    if let Some(waived) = &probe.waived {
        message.push(format!(
            "waived until {} by {}: {}",
            waived.until, waived.owner, waived.reason
        ));
    }
    if let Some(remedy) = remedy_of(probe) {
        let parts = [("remedy", &remedy.text), ("runbook", &remedy.runbook)].into_iter();
        let parts = parts.filter(|(_, text)| !text.is_empty());
        message.extend(parts.map(|(label, text)| format!("{label}: {text}")));
    }
    (format!("{} ({reason})", probe.id), message.join("\n"))
}

fn folded(key: &str, group: &Group<'_>) -> (String, String) {
    let title = format!("{} not determined", plural(group.probes.len(), "probe"));
    (title, format!("{key}\n{}", id_list(&group.ids(), 20)))
}

/// At most [`SHOWN`] commands; the last one counts what is not shown.
fn commands(kind: &str, annotations: &[(String, String)]) -> String {
    let keep = if annotations.len() > SHOWN {
        SHOWN - 1
    } else {
        annotations.len()
    };
    let (shown, rest) = annotations.split_at(keep);
    let mut text: String = shown
        .iter()
        .map(|(title, message)| command(kind, title, message))
        .collect();
    if !rest.is_empty() {
        let titles: Vec<&str> = rest.iter().map(|(title, _)| title.as_str()).collect();
        text.push_str(&command(
            kind,
            &format!("{} more", rest.len()),
            &titles.join("\n"),
        ));
    }
    text
}

fn command(kind: &str, title: &str, message: &str) -> String {
    format!(
        "::{kind} title={}::{}\n",
        property(&one_line(title)),
        data(&lines(message).join("\n"))
    )
}

/// As the toolkit's `escapeData` (actions/toolkit, packages/core/src/command.ts).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the toolkit's `escapeProperty`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::canned;

    #[test]
    fn view() {
        insta::assert_snapshot!(render(&canned::report()));
    }

    #[test]
    fn step_summary_view() {
        insta::assert_snapshot!(step_summary(&canned::report()));
    }

    #[test]
    fn interrupted_view() {
        insta::assert_snapshot!(render(&canned::interrupted()));
    }

    #[test]
    fn escapes_as_the_toolkit_does() {
        assert_eq!(
            command("error", "a: b, 100 %", "x\r\ny %0A"),
            "::error title=a%3A b%2C 100 %25::x%0Ay %250A\n"
        );
    }

    #[test]
    fn what_github_would_drop_is_counted() {
        let many: Vec<(String, String)> = (0..14).map(|at| (format!("p{at}"), String::new())).collect();
        let text = commands("error", &many);
        assert_eq!(text.lines().count(), SHOWN);
        assert!(
            text.ends_with("::error title=5 more::p9%0Ap10%0Ap11%0Ap12%0Ap13\n"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn a_target_cannot_give_commands(text in "(::|##\\[|\\n|\\r|error|add-mask| |%0A|\u{2028}){0,20}") {
            let mut report = canned::report();
            for probe in report.checks.iter_mut().flat_map(|check| &mut check.probes) {
                probe.summary = text.clone();
            }
            let lines = render(&report).lines().count();
            prop_assert_eq!(lines, 2 + 2 + 1);
        }
    }
}

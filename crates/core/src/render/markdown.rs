//! The dashboard `GO_LIVE_DASHBOARD.md`, in GitHub-flavoured Markdown.

use super::findings::Findings;
use super::text::{self, put};
use super::words::{self, duration, plural};
use crate::outcome::Status;
use crate::report::{CheckReport, ProbeReport, Report, Verdict};

pub(super) mod escape;
mod issues;
mod rest;

use escape::{code, inline};

/// Ids listed of one group before the rest is only counted.
const IDS_SHOWN: usize = 20;

pub(super) fn render(report: &Report) -> String {
    let findings = Findings::of(report);
    let mut page = String::from("# Go-live dashboard\n");
    verdict(&mut page, report);
    page.push_str("\n## Components\n\n");
    page.push_str(&components(report));
    issues::root_causes(&mut page, report, &findings);
    issues::critical(&mut page, &findings);
    issues::warnings(&mut page, &findings);
    issues::not_determined(&mut page, &findings);
    issues::next_steps(&mut page, &findings);
    rest::write(&mut page, report);
    put(
        &mut page,
        format_args!(
            "\n---\n\ngolive {}, run {}, schema {}\n",
            inline(&report.run.tool_version),
            code(&report.run.id),
            code(&report.schema)
        ),
    );
    page
}

fn verdict(page: &mut String, report: &Report) {
    let run = &report.run;
    let unset = |text: &str| {
        if text.is_empty() {
            "not set".to_owned()
        } else {
            code(text)
        }
    };
    put(
        page,
        format_args!(
            "\n**{} {}**\n\n",
            verdict_symbol(report.verdict),
            inline(&report.headline)
        ),
    );
    put(
        page,
        format_args!("- Date: {}\n", inline(&words::date(&run.started_at))),
    );
    put(page, format_args!("- Target: {}\n", unset(&run.target.base_url)));
    put(page, format_args!("- Test shop: {}\n", unset(&run.target.shop)));
    put(
        page,
        format_args!(
            "- Run: {}, {}, {}\n",
            inline(&run.mode),
            duration(run.duration_ms),
            extent(report)
        ),
    );
    put(page, format_args!("- Probes: {}\n", totals(report)));
}

fn extent(report: &Report) -> String {
    match (report.run.interrupted, report.run.complete) {
        (true, _) => "interrupted".to_owned(),
        (false, true) => "complete".to_owned(),
        (false, false) => format!(
            "narrowed to {}: no go-live verdict",
            plural(report.checks.len(), "component")
        ),
    }
}

pub(super) fn totals(report: &Report) -> String {
    let counted = report.summary;
    format!(
        "{} pass, {} warn, {} fail, {} pending, {} not run",
        counted.pass, counted.warn, counted.fail, counted.pending, counted.not_run
    )
}

pub(super) fn verdict_symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "✅",
        Verdict::GoWithWarnings => "⚠️",
        Verdict::Incomplete => "❔",
        Verdict::NoGo => "❌",
    }
}

/// Symbol and word.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "✅ PASS",
        Status::Warn => "⚠️ WARN",
        Status::Pending => "❔ PENDING",
        Status::Fail => "❌ FAIL",
    }
}

/// One row a component, in the runbook's order.
pub(super) fn components(report: &Report) -> String {
    let mut table = String::from("| Component | Status | Details | Time |\n| --- | --- | --- | ---: |\n");
    for check in &report.checks {
        put(
            &mut table,
            format_args!(
                "| {} | {} | {} | {} |\n",
                inline(&check.title),
                status(check.status),
                details(check),
                duration(check.duration_ms)
            ),
        );
    }
    table
}

fn details(check: &CheckReport) -> String {
    let counts = words::counts(check.probes.iter().map(ProbeReport::effective_status));
    let worst = check.probes.iter().find(|probe| {
        probe.effective_status() == check.status && check.status != Status::Pass && probe.blocked_by.is_none()
    });
    let worst = worst.or_else(|| {
        check
            .probes
            .iter()
            .find(|probe| probe.effective_status() == check.status)
    });
    match worst {
        Some(probe) if check.status != Status::Pass => {
            format!(
                "{counts}; {}: {}",
                code(&probe.id),
                inline(&text::truncate(&text::one_line(&probe.summary), 160))
            )
        }
        _ => counts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::canned;

    #[test]
    fn no_go_view() {
        insta::assert_snapshot!(render(&canned::report()));
    }

    #[test]
    fn healthy_view() {
        insta::assert_snapshot!(render(&canned::healthy()));
    }

    #[test]
    fn interrupted_view() {
        insta::assert_snapshot!(render(&canned::interrupted()));
    }

    #[test]
    fn every_row_has_its_four_cells_whatever_the_target_says() {
        let mut report = canned::report();
        let hostile = "a | b\n| x | `y` <img src=x onerror=alert(1)>";
        for probe in report.checks.iter_mut().flat_map(|check| &mut check.probes) {
            probe.summary = hostile.to_owned();
        }
        for row in components(&report).lines() {
            assert_eq!(row.matches('|').count(), 5, "{row}");
        }
        assert!(!render(&report).contains("<img"));
    }
}

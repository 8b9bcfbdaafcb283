//! JUnit XML: WARN passes with output, FAIL is a failure, PENDING is an error and never skipped.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::curl;
use super::findings::{check_of, remedy_of};
use super::text::{lines, one_line};
use super::words::measurement;
use crate::outcome::{Reason, Status};
use crate::report::{CheckReport, NotRun, ProbeReport, Report};

pub(super) fn render(report: &Report) -> String {
    let mut junit = Junit::new("golive");
    // The field's type tells `parse` what to read, so chrono need not be named here.
    junit.timestamp = report.run.started_at.parse().ok();
    junit.set_time(Duration::from_millis(report.run.duration_ms));
    for check in &report.checks {
        junit.add_test_suite(suite(report, check));
    }
    // What the user switched off with its whole check still shows.
    let mut elsewhere = TestSuite::new("not run");
    elsewhere.add_test_cases(
        report
            .not_run
            .iter()
            .filter(|entry| check_of(report, &entry.id).is_none())
            .map(skipped),
    );
    if !elsewhere.test_cases.is_empty() {
        junit.add_test_suite(elsewhere);
    }
    let mut text = junit
        .to_string()
        .expect("strings are cleaned, and a String takes every write");
    while text.ends_with('\n') {
        text.pop();
    }
    text.push('\n');
    text
}

fn suite(report: &Report, check: &CheckReport) -> TestSuite {
    let mut suite = TestSuite::new(one_line(&format!("{}: {}", check.id, check.title)));
    suite.set_time(Duration::from_millis(check.duration_ms));
    suite.add_test_cases(check.probes.iter().map(case));
    if check.probes.is_empty() {
        // An empty suite would be green by absence.
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_message("no probe of this component ran")
            .set_type("PENDING");
        suite.add_test_case(new_case(&check.id, status));
    }
    let belongs = |entry: &&NotRun| check_of(report, &entry.id).is_some_and(|owner| owner.id == check.id);
    suite.add_test_cases(report.not_run.iter().filter(belongs).map(skipped));
    suite
}

fn case(probe: &ProbeReport) -> TestCase {
    let effective = probe.effective_status();
    let status = match effective {
        Status::Pass | Status::Warn => TestCaseStatus::success(),
        Status::Fail => not_success(probe, NonSuccessKind::Failure),
        Status::Pending => not_success(probe, NonSuccessKind::Error),
    };
    let mut case = new_case(&probe.id, status);
    case.set_time(Duration::from_millis(probe.duration_ms));
    case.set_assertions(probe.assertions as usize);
    // Where there is a failure or an error, it already holds the details.
    if matches!(effective, Status::Pass | Status::Warn) {
        case.set_system_out(details(probe));
    }
    case
}

/// Named by its id alone: CI systems recognise a test by its name, and titles may be reworded.
fn new_case(id: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(one_line(id), status);
    case.set_classname(one_line(&format!(
        "golive.{}",
        id.split('.').next().unwrap_or_default()
    )));
    case
}

fn not_success(probe: &ProbeReport, kind: NonSuccessKind) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_message(one_line(&probe.summary))
        .set_type(probe.reason.map(Reason::code).unwrap_or_default())
        .set_description(details(probe));
    status
}

fn skipped(entry: &NotRun) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(one_line(&entry.reason));
    new_case(&entry.id, status)
}

/// Everything a person reading the CI's page needs, as plain text.
fn details(probe: &ProbeReport) -> String {
    let mut text = vec![
        format!("{}: {}", probe.status, probe.summary),
        format!("healthy: {}", probe.title),
    ];
    let mut add = |label: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push(format!("{label}: {value}"));
        }
    };
    add("observed", probe.observed.as_deref());
    add("expected", probe.expected.as_deref());
    for figure in &probe.measurements {
        add("measured", Some(&measurement(figure)));
    }
    if probe.status != Status::Pass {
        add("why it matters", Some(&probe.why));
    }
    add("waits behind", probe.blocked_by.as_deref());
    if let Some(waived) = &probe.waived {
        add(
            "waived",
            Some(&format!(
                "until {} by {}: {}",
                waived.until, waived.owner, waived.reason
            )),
        );
    }
    if let Some(remedy) = remedy_of(probe) {
        add("remedy", Some(&remedy.text));
        add("command", remedy.command.as_deref());
        add("runbook", Some(&remedy.runbook));
        add("repeat", curl::curl(probe).as_deref());
    }
    lines(&text.join("\n")).join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_junit::Report as Junit;

    use super::*;
    use crate::render::canned;

    #[test]
    fn view() {
        insta::assert_snapshot!(render(&canned::report()));
    }

    #[test]
    fn unknown_is_an_error_and_never_skipped() {
        let read = Junit::deserialize_from_str(&render(&canned::interrupted())).expect("XML");
        assert_eq!(
            (read.errors, read.failures),
            (3, 0),
            "two probes and the component that never began"
        );
        let mut cases = read.test_suites.iter().flat_map(|suite| &suite.test_cases);
        assert!(!cases.any(|case| matches!(case.status, TestCaseStatus::Skipped { .. })));
    }

    #[test]
    fn what_did_not_run_is_skipped_with_its_reason() {
        let read = Junit::deserialize_from_str(&render(&canned::report())).expect("XML");
        let cases = read.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let skipped = cases
            .filter(|case| matches!(case.status, TestCaseStatus::Skipped { .. }))
            .count();
        assert_eq!((skipped, read.failures, read.errors), (4, 2, 3));
    }

    proptest! {
        #[test]
        fn whatever_the_target_says_it_is_xml(text in "\\PC{0,40}|[\u{0}-\u{9f}\u{fffe}\u{ffff}<>&\"'\\]]{0,40}") {
            let mut report = canned::report();
            for probe in report.checks.iter_mut().flat_map(|check| &mut check.probes) {
                probe.summary = text.clone();
                probe.observed = Some(format!("]]>{text}\n{text}"));
            }
            report.not_run[0].reason = text;
            let xml = render(&report);
            prop_assert!(Junit::deserialize_from_str(&xml).is_ok(), "{}", xml);
            prop_assert!(!xml.chars().any(|char| char.is_control() && char != '\n'));
        }
    }
}

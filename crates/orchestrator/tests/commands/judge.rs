//! `golive judge`: as `golive run` would judge, without asking.

use golive_core::outcome::Status;
use golive_core::render::canned;

use crate::files::{Dir, set};

const WAIVER: &str = "[[waiver]]\nprobe = \"security.error-leaks\"\nfingerprint = \"fedcba987654\"\nowner = \"ada\"\n\
                      reason = \"the proxy strips it\"\nexpires = \"2999-12-31\"\n";

/// One failure, which the policy may waive.
fn one_failure() -> Dir {
    let dir = Dir::new();
    let mut report = canned::report();
    report.checks[2]
        .probes
        .retain(|probe| probe.status == Status::Pass);
    report.checks[3]
        .probes
        .retain(|probe| probe.id != "security.jwt-missing");
    report.checks[4]
        .probes
        .retain(|probe| probe.status == Status::Pass);
    set(&mut report, "reports.latency", Status::Warn);
    dir.report("old.json", &report);
    dir
}

#[test]
fn the_policys_waivers_decide_the_verdict_and_the_exit_code() {
    let dir = one_failure();
    let ran = dir.golive(&["judge", "old.json"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("NO_GO"), "{}", ran.stdout);
    dir.file("policy.toml", WAIVER);
    let (code, report) = dir.json(&["judge", "old.json", "--config", "policy.toml", "--format", "json"]);
    assert_eq!(code, 0);
    assert_eq!(report["verdict"], "GO_WITH_WARNINGS");
    assert_eq!(report["waivers"][0]["state"], "active");
    assert_eq!(
        report["waivers"].as_array().map(Vec::len),
        Some(1),
        "the old run's waivers are gone"
    );
    let strict = dir.golive(&[
        "judge",
        "old.json",
        "--config",
        "policy.toml",
        "--fail-on",
        "warn",
    ]);
    assert_eq!(strict.code, 1);
    dir.file("policy.toml", WAIVER.replace("fedcba987654", "000000000000"));
    let (code, report) = dir.json(&["judge", "old.json", "--config", "policy.toml", "--format", "json"]);
    assert_eq!(
        (code, report["waivers"][0]["state"].as_str()),
        (1, Some("unmatched"))
    );
}

#[test]
fn thresholds_are_held_against_the_figures_and_the_rest_is_named() {
    let dir = one_failure();
    dir.file(
        "policy.toml",
        format!(
            "[thresholds]\nreport_p95_ms = 1000\nreport_p50_ms = 500\n[timeouts]\njob_ms = 20000\n\n{WAIVER}"
        ),
    );
    let ran = dir.golive(&["judge", "old.json", "--config", "policy.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let said = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("reports.latency was WARN and is PASS under this policy"),
        "{said}"
    );
    assert!(
        said.contains("only a new run can tell what these change: timeouts.job_ms"),
        "{said}"
    );
    assert!(said.contains("nothing was asked of the target"), "{said}");
}

#[test]
fn a_policy_that_cannot_be_read_is_refused() {
    let dir = one_failure();
    dir.golive(&["judge", "old.json", "--config", "none.toml"])
        .refused("none.toml");
    dir.file("bad.toml", "[thresholds]\nqueue_dept = 1\n");
    dir.golive(&["judge", "old.json", "--config", "bad.toml"])
        .refused("did you mean 'queue_depth'?");
    let mut foreign = canned::healthy();
    foreign.checks[0].id = "plumbing".to_owned();
    dir.report("foreign.json", &foreign);
    dir.golive(&["judge", "foreign.json"])
        .refused("no check called \"plumbing\"");
}

#[test]
fn an_interrupted_run_is_incomplete_not_an_interruption() {
    let dir = Dir::new();
    dir.report("old.json", &canned::interrupted());
    assert_eq!(dir.golive(&["judge", "old.json"]).code, 3);
}

#[test]
fn every_format_renders() {
    let dir = one_failure();
    for (format, begins) in [
        ("junit", "<?xml"),
        ("markdown", "#"),
        ("openmetrics", "#"),
        ("json", "{"),
    ] {
        let ran = dir.golive(&["judge", "old.json", "--format", format]);
        assert_eq!(ran.code, 1);
        assert!(ran.stdout.starts_with(begins), "{format}: {}", &ran.stdout[..80]);
    }
}

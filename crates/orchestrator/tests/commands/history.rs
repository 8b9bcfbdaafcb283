//! `golive history`.

use golive_core::render::canned;

use crate::files::Dir;

fn with_runs() -> Dir {
    let dir = Dir::new();
    for (name, started, report) in [
        ("2", "2026-11-21T10:00:00Z", canned::report()),
        ("1", "2026-11-20T10:00:00Z", canned::healthy()),
        ("3", "2026-11-22T10:00:00Z", canned::interrupted()),
    ] {
        let mut report = report;
        report.run.started_at = String::from(started);
        dir.report(&format!("reports/history/{name}.json"), &report);
    }
    dir
}

#[test]
fn runs_by_date_with_counts_and_a_sparkline() {
    let dir = with_runs();
    let ran = dir.golive(&["history"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(
        lines[1].starts_with("2026-11-20 10:00:00 UTC     0") && lines[1].ends_with("  GO"),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains("NO_GO with 1 waiver"), "{}", lines[2]);
    assert!(lines[3].contains("INCOMPLETE (interrupted)"), "{}", lines[3]);
    assert!(
        ran.stdout.contains("failures  ·█·  from 0 to 0, at most 2"),
        "{}",
        ran.stdout
    );
    let ran = dir.golive(&["history", "--limit", "1"]);
    assert!(
        !ran.stdout.contains("2026-11-21") && ran.stdout.contains("1 of 3 runs"),
        "{}",
        ran.stdout
    );
}

#[test]
fn unreadable_files_are_named_and_left_out() {
    let dir = with_runs();
    dir.file("reports/history/4.json", "{\"schema\":");
    dir.file("reports/history/5.json", "[".repeat(100_000));
    dir.file("reports/history/notes.txt", "not looked at");
    let ran = dir.golive(&["history"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("3 of 3 runs"), "{}", ran.stdout);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("4.json: left out") && ran.stderr.contains("5.json: left out"),
        "{}",
        ran.stderr
    );
    let (_, history) = dir.json(&["history", "--json"]);
    assert_eq!(history["runs"].as_array().map(Vec::len), Some(3));
    assert_eq!(history["unreadable"].as_array().map(Vec::len), Some(2));
    assert_eq!(history["runs"][1]["summary"]["fail"], 2);
}

#[test]
fn no_history_is_said() {
    let ran = Dir::new().golive(&["history", "--reports-dir", "elsewhere"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.contains("no earlier run in elsewhere/history"),
        "{}",
        ran.stdout
    );
}

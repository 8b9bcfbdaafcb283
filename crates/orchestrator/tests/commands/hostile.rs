//! Report files that are foreign, newer, broken or hostile: one line, exit 2, whichever command reads them.

use golive_core::outcome::Status;
use golive_core::render::canned;
use golive_core::report::Report;

use crate::files::{Dir, probe};

fn commands() -> [Vec<&'static str>; 4] {
    [
        vec!["diff", "bad.json", "good.json"],
        vec!["diff", "good.json", "bad.json"],
        vec!["judge", "bad.json"],
        vec!["rollback-plan", "bad.json"],
    ]
}

#[test]
fn files_that_are_no_report_are_refused() {
    let good = serde_json::to_string(&canned::report()).expect("json");
    for (text, words) in [
        (String::new(), "no report of golive"),
        ("hello".to_owned(), "no report of golive"),
        ("{\"tests\":[]}".to_owned(), "no report of golive"),
        (good.replace("report/v1", "report/v2"), "update golive"),
        (good[..good.len() / 2].to_owned(), "no report of golive"),
        (
            good.replace("\"duration_ms\":4321", "\"duration_ms\":\"soon\""),
            "breaks golive.report/v1",
        ),
        (good.replace("\"NO_GO\"", "\"MAYBE\""), "breaks golive.report/v1"),
        (
            format!(
                "{{\"schema\":\"golive.report/v1\",\"a\":{}",
                "{\"a\":".repeat(200_000)
            ),
            "no report of golive",
        ),
        (format!("{{\"schema\":{}", "[".repeat(200_000)), "recursion limit"),
        (
            good.replacen(
                "\"evidence\":[]",
                &format!("\"evidence\":{}{}", "[".repeat(200_000), "]".repeat(200_000)),
                1,
            ),
            "breaks golive.report/v1",
        ),
        (
            good.replacen(
                "\"evidence\":[]",
                &format!(
                    "\"evidence\":[{{\"kind\":\"note\",\"text\":{}",
                    "[".repeat(200_000)
                ),
                1,
            ),
            "no report of golive",
        ),
        (
            good.replacen("\"redis.connect\"", "\"redis.connect\",\"id\":\"again\"", 1),
            "",
        ),
    ] {
        let dir = Dir::new();
        dir.report("good.json", &canned::healthy());
        dir.file("bad.json", text);
        for args in commands() {
            dir.golive(&args).refused(words);
        }
    }
}

#[test]
fn what_is_no_file_or_too_long_is_refused() {
    let dir = Dir::new();
    dir.report("good.json", &canned::healthy());
    for args in commands() {
        dir.golive(&args).refused("bad.json: can't be read");
    }
    std::fs::create_dir(dir.path().join("bad.json")).expect("a directory");
    for args in commands() {
        dir.golive(&args).refused("can't be read");
    }
    dir.golive(&["judge", "/dev/zero"]).refused("longer than 32 MiB");
}

/// Whatever stands in the strings, none of it steers the terminal; whatever the figures, nothing overflows.
#[test]
fn hostile_strings_and_figures_do_no_harm() {
    let dir = Dir::new();
    let evil = "\u{1b}[2J\u{202e}\r\n::error::x";
    let mut report: Report = canned::report();
    report.headline = evil.to_owned();
    report.run.started_at = evil.to_owned();
    report.run.target.base_url = evil.to_owned();
    let hostile = probe(&mut report, "redis.connect");
    hostile.summary = evil.to_owned();
    hostile.started_ms = u64::MAX;
    hostile.duration_ms = u64::MAX;
    let hostile = probe(&mut report, "contract.ready");
    hostile.id = format!("contract.{evil}");
    hostile.status = Status::Fail;
    probe(&mut report, "reports.latency").measurements[0].value = -0.0;
    probe(&mut report, "reports.latency").measurements[1].unit = evil.to_owned();
    report.summary.fail = u32::MAX;
    dir.report("bad.json", &report);
    dir.report("good.json", &canned::report());
    dir.report("reports/history/1.json", &report);
    for args in commands().into_iter().chain([vec!["history"]]) {
        let ran = dir.golive(&args);
        assert!(ran.code < 2, "{args:?} {}: {}", ran.code, ran.stderr);
        assert!(
            !ran.stdout.contains(['\u{1b}', '\u{202e}', '\r']),
            "{args:?}: {}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("\n::"), "{args:?}: {}", ran.stdout);
    }
}

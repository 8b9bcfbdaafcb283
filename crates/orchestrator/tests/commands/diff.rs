//! `golive diff`.

use golive_core::outcome::Status;
use golive_core::render::canned;

use crate::files::{Dir, probe, set};

#[test]
fn a_fix_is_better_and_a_break_is_exit_1() {
    let dir = Dir::new();
    let (old, mut new) = (canned::report(), canned::report());
    set(&mut new, "redis.connect", Status::Pass);
    dir.report("old.json", &old);
    dir.report("new.json", &new);
    let ran = dir.golive(&["diff", "old.json", "new.json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Better (1)\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("   FAIL -> ✔ PASS    redis.connect\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("nothing got worse, 1 better"),
        "{}",
        ran.stdout
    );
    let ran = dir.golive(&["diff", "new.json", "old.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("Worse (1)\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("redis.connect: cannot reach Redis"),
        "{}",
        ran.stdout
    );
}

#[test]
fn figures_name_their_change_and_the_threshold_they_crossed() {
    let dir = Dir::new();
    let mut old = canned::report();
    probe(&mut old, "reports.latency").measurements[1].value = 456.25;
    dir.report("old.json", &old);
    dir.report("new.json", &canned::report());
    let (code, diff) = dir.json(&["diff", "old.json", "new.json", "--format", "json"]);
    assert_eq!(code, 0);
    let moved = &diff["measurements"][0];
    assert_eq!(
        (moved["old"].as_f64(), moved["new"].as_f64()),
        (Some(456.25), Some(912.5))
    );
    assert_eq!(
        (moved["percent"].as_f64(), moved["crossed"].as_str()),
        (Some(100.0), Some("out"))
    );
    assert_eq!(diff["unchanged"]["PASS"], 10);
    let ran = dir.golive(&["diff", "old.json", "new.json"]);
    assert!(
        ran.stdout.contains("456.25 -> 912.5 ms (+100 %), healthy: < 800"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("now past its threshold"), "{}", ran.stdout);
}

#[test]
fn what_is_gone_says_why() {
    let dir = Dir::new();
    let (old, mut new) = (canned::report(), canned::report());
    new.checks[8].probes.clear();
    new.not_run.push(golive_core::report::NotRun {
        id: "metrics.endpoint".to_owned(),
        reason: "--skip".to_owned(),
        by_user: true,
    });
    dir.report("old.json", &old);
    dir.report("new.json", &new);
    let ran = dir.golive(&["diff", "old.json", "new.json"]);
    assert!(
        ran.stdout.contains("metrics.endpoint (was PASS): --skip"),
        "{}",
        ran.stdout
    );
}

#[test]
fn colour_only_when_asked_off_a_terminal() {
    let dir = Dir::new();
    dir.report("a.json", &canned::report());
    dir.report("b.json", &canned::healthy());
    assert!(
        !dir.golive(&["diff", "a.json", "b.json"])
            .stdout
            .contains('\u{1b}')
    );
    let painted = dir.golive(&["diff", "a.json", "b.json", "--color", "always"]);
    assert!(painted.stdout.contains("\u{1b}["));
}

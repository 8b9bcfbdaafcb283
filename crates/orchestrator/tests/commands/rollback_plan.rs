//! `golive rollback-plan`.

use golive_core::render::canned;

use crate::files::Dir;

#[test]
fn a_no_go_names_the_steps_with_danger_and_link() {
    let dir = Dir::new();
    dir.report("reports/golive.json", &canned::report());
    let ran = dir.golive(&["rollback-plan"]);
    assert_eq!(ran.code, 0);
    for words in [
        "golive executes none of this",
        "Shut what stands open",
        "Bring the unreachable service back",
        "Prisma has no `migrate rollback`",
        "FLUSHDB, FLUSHALL: delete every queue",
        "docs/runbook.md#redeploy-the-former-release",
    ] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    assert_eq!(
        ran.stdout.matches("   danger  ").count(),
        ran.stdout.matches("   runbook ").count()
    );
    // A waived failure and those behind a root cause call for nothing of their own.
    let (_, plan) = dir.json(&["rollback-plan", "--format", "json"]);
    let all = plan["steps"].to_string();
    assert!(
        !all.contains("security.error-leaks") && !all.contains("queues.workers"),
        "{all}"
    );
    assert_eq!(plan["executed"], false);
}

#[test]
fn a_go_has_nothing_to_roll_back() {
    let dir = Dir::new();
    dir.report("go.json", &canned::healthy());
    let ran = dir.golive(&["rollback-plan", "go.json"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.contains("There is nothing to roll back"),
        "{}",
        ran.stdout
    );
    dir.report("unknown.json", &canned::interrupted());
    let ran = dir.golive(&["rollback-plan", "unknown.json"]);
    assert!(ran.stdout.contains("could not be determined"), "{}", ran.stdout);
}

#[test]
fn no_report_is_one_line() {
    Dir::new()
        .golive(&["rollback-plan"])
        .refused("reports/golive.json: can't be read");
}

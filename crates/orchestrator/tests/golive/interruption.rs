//! Ctrl-C undoes and reports; after kill -9, `golive cleanup` finishes the undo from the journal.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Env, Place};
use golive_sandbox::{Options, Sandbox};
use rustix::process::{Pid, Signal, kill_process};

/// A sandbox that takes the smoke job but never finishes it: a run hangs there, having written.
async fn stuck() -> Sandbox {
    Sandbox::start(Options::from_test_env().fault("queues.worker-deaf"))
        .await
        .expect("a sandbox")
}

fn start(place: &Place) -> Child {
    let mut command = place.command("golive", &["run", "queues.smoke-job", "--reports-dir", "reports"]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// Waits until the run has registered its write in the journal.
fn wait_for_journal(dir: &Path) {
    let end = Instant::now() + Duration::from_secs(20);
    while !std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        assert!(Instant::now() < end, "no journal in {}", dir.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, signal).expect("signalled");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_undoes_and_reports() {
    let sandbox = stuck().await;
    let before = sandbox.snapshot().await.expect("a snapshot");
    let env: Env = sandbox.env();
    let report = tokio::task::spawn_blocking(move || {
        let place = Place::new().with_env(&env);
        let child = start(&place);
        wait_for_journal(&place.path().join("reports/.journal"));
        signal(&child, Signal::INT);
        let ran = crate::support::ran(&child.wait_with_output().expect("it ends"));
        assert_eq!(ran.code, 130, "{}{}", ran.stdout, ran.stderr);
        assert!(
            !place.path().join("reports/.journal").exists(),
            "everything was undone"
        );
        std::fs::read_to_string(place.path().join("reports/golive.json")).expect("a partial report")
    })
    .await
    .expect("ran");
    let report: serde_json::Value = serde_json::from_str(&report).expect("a report");
    assert_eq!(report["run"]["interrupted"], true);
    assert_eq!(report["verdict"], "INCOMPLETE");
    assert_eq!(report["cleanup"][0]["status"], "done", "{}", report["cleanup"]);
    assert_eq!(
        before.changes_since(&sandbox.snapshot().await.expect("a snapshot")),
        Vec::<String>::new()
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_cleanup_finishes_the_undo() {
    let sandbox = stuck().await;
    let before = sandbox.snapshot().await.expect("a snapshot");
    let env: Env = sandbox.env();
    tokio::task::spawn_blocking(move || {
        let place = Place::new().with_env(&env);
        let mut child = start(&place);
        wait_for_journal(&place.path().join("reports/.journal"));
        // Let the write follow its journal line.
        std::thread::sleep(Duration::from_millis(500));
        signal(&child, Signal::KILL);
        child.wait().expect("it ends");
        let cleaned = place.golive(&["cleanup"]);
        assert_eq!(cleaned.code, 0, "{}{}", cleaned.stdout, cleaned.stderr);
        assert!(cleaned.stdout.contains("1 to undo"), "{}", cleaned.stdout);
        assert!(!place.path().join("reports/.journal").exists());
        let again = place.golive(&["cleanup"]);
        assert!(
            again.code == 0 && again.stdout.contains("nothing to clean up"),
            "{}",
            again.stdout
        );
    })
    .await
    .expect("ran");
    assert_eq!(
        before.changes_since(&sandbox.snapshot().await.expect("a snapshot")),
        Vec::<String>::new()
    );
    sandbox.stop().await;
}

//! A run leaves the target as it was; a read-only run does not even ask it to write.

use golive_sandbox::{Options, Sandbox};
use serde_json::Value;

use crate::support::{Env, Place, probes};

async fn run(options: Options, args: &'static [&'static str]) -> (Sandbox, Vec<String>, i32, Value) {
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let before = sandbox.snapshot().await.expect("a snapshot");
    let env: Env = sandbox.env();
    let (code, report) = tokio::task::spawn_blocking(move || Place::new().with_env(&env).report(args))
        .await
        .expect("ran");
    let changes = before.changes_since(&sandbox.snapshot().await.expect("a snapshot"));
    (sandbox, changes, code, report)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_run_is_go_and_leaves_rows_keys_and_messages_as_they_were() {
    let (sandbox, changes, code, report) = run(Options::from_test_env(), &[]).await;
    sandbox.stop().await;
    assert_eq!(
        (code, report["headline"].as_str()),
        (0, Some("GO")),
        "{}",
        not_passed(&report)
    );
    assert_eq!(report["run"]["complete"], true);
    assert_eq!(
        report["checks"].as_array().expect("checks").len(),
        golive::CHECKS.len()
    );
    assert!(probes(&report).count() > 100);
    let left: Vec<&Value> = report["cleanup"]
        .as_array()
        .expect("clean-up")
        .iter()
        .filter(|entry| entry["status"] != "done")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // One test message is what TEST_PHONE asks for: it cannot be taken back.
    let beyond: Vec<&String> = changes
        .iter()
        .filter(|change| !change.contains("messages"))
        .collect();
    assert!(beyond.is_empty(), "{beyond:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_role_that_may_delete_everything_left_is_listed_with_its_sql() {
    let mut options = Options::from_test_env();
    options.cleanup_role = false;
    let (sandbox, changes, code, report) = run(options, &["webhooks"]).await;
    sandbox.stop().await;
    assert_eq!(code, 0, "{}", not_passed(&report));
    assert!(
        !changes.is_empty(),
        "Event rows cannot be removed by a read-only role"
    );
    let entries = report["cleanup"].as_array().expect("clean-up");
    let left: Vec<&str> = entries
        .iter()
        .filter(|entry| entry["status"] == "left")
        .filter_map(|entry| entry["detail"].as_str())
        .collect();
    assert!(
        left.iter()
            .any(|detail| detail.contains("DELETE FROM") && detail.contains("Event")),
        "{left:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_asks_for_no_write() {
    let (sandbox, changes, code, report) = run(Options::from_test_env(), &["--read-only"]).await;
    let writes = sandbox.requests().writes();
    let asked: Vec<_> = writes
        .keys()
        .filter(|(_, path)| !["/templates/preview", "/templates/validate"].contains(&path.as_str()))
        .collect();
    let messages = sandbox.messages_sent();
    sandbox.stop().await;
    assert!(asked.is_empty(), "asked to write: {asked:?}");
    assert_eq!((changes, messages), (Vec::new(), 0));
    assert_eq!(code, 0, "{}", not_passed(&report));
    assert_eq!(
        (
            report["run"]["mode"].as_str(),
            report["run"]["complete"].as_bool()
        ),
        (Some("read-only"), Some(false))
    );
    assert!(
        report["not_run"]
            .as_array()
            .expect("not run")
            .iter()
            .any(|entry| entry["reason"] == "--read-only")
    );
}

fn not_passed(report: &Value) -> String {
    let bad = probes(report).filter(|probe| probe["status"] != "PASS");
    bad.map(|probe| format!("\n{} {}: {}", probe["status"], probe["id"], probe["summary"]))
        .collect::<Vec<_>>()
        .concat()
}

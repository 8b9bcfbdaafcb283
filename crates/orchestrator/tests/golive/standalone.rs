//! A check's own binary, from an empty directory with only an env file, reports what its part of the
//! orchestrator reports; and each run's files say the same.

use crate::support::{Env, Place, probes};
use golive_sandbox::{Options, Sandbox};
use serde_json::Value;

const BINARIES: &[(&str, &str)] = &[
    ("live-contract", "contract"),
    ("live-database", "database"),
    ("live-queues", "queues"),
    ("live-security", "security"),
    ("live-webhooks", "webhooks"),
    ("live-templates", "templates"),
    ("live-campaigns-discounts", "campaigns"),
    ("live-reports-cache", "reports"),
    ("live-metrics", "metrics"),
];

fn statuses(report: &Value) -> Vec<(String, String)> {
    let text = |probe: &Value, key: &str| probe[key].as_str().unwrap_or_default().to_owned();
    probes(report)
        .map(|probe| (text(probe, "id"), text(probe, "status")))
        .collect()
}

/// Runs a binary in a place of its own against a fresh sandbox: a second run would meet the rate limits of the first.
async fn run(binary: &'static str, args: Vec<&'static str>) -> (i32, Value, bool) {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("a sandbox");
    let env: Env = sandbox.env();
    let ran = tokio::task::spawn_blocking(move || {
        let place = Place::new().with_env(&env);
        let ran = place.run(binary, &args);
        let report = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{binary}: {error} {}", ran.stderr));
        (ran.code, report, place.path().join("reports").exists())
    })
    .await
    .expect("ran");
    sandbox.stop().await;
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn each_binary_alone_says_what_its_part_says() {
    for &(binary, check) in BINARIES {
        let (code, alone, wrote) = run(binary, vec!["--format", "json"]).await;
        assert!(!wrote, "{binary} writes no reports unless asked");
        let (part_code, part, _) = run("golive", vec!["run", "--format", "json", check]).await;
        assert_eq!(statuses(&alone), statuses(&part), "{binary}");
        assert_eq!(
            (code, alone["run"]["complete"].as_bool()),
            (part_code, Some(false)),
            "{binary}"
        );
        assert_eq!(code, 0, "{binary}: {}", part["headline"]);
    }
}

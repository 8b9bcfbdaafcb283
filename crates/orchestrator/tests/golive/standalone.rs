//! A check's own binary, from an empty directory with only an env file, reports what its part of the
//! orchestrator reports; and each run's files say the same.

use crate::support::{Env, Place, probes};
use golive_sandbox::{Options, Sandbox};
use serde_json::Value;

const BINARIES: [(&str, &str); 9] = [
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

#[tokio::test(flavor = "multi_thread")]
async fn each_binary_alone_says_what_its_part_says() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("a sandbox");
    let env: Env = sandbox.env();
    tokio::task::spawn_blocking(move || {
        for (binary, check) in BINARIES {
            let place = Place::new().with_env(&env);
            let alone = place.run(binary, &["--format", "json"]);
            assert!(
                !place.path().join("reports").exists(),
                "{binary} writes no reports unless asked"
            );
            let (code, part) = place.report(&[check]);
            let alone_report: Value = serde_json::from_str(&alone.stdout)
                .unwrap_or_else(|error| panic!("{binary}: {error} {}", alone.stderr));
            assert_eq!(statuses(&alone_report), statuses(&part), "{binary}");
            assert_eq!(
                (alone.code, alone_report["run"]["complete"].as_bool()),
                (code, Some(false)),
                "{binary}"
            );
            assert_eq!(code, 0, "{binary}: {}", part["headline"]);
        }
    })
    .await
    .expect("ran");
    sandbox.stop().await;
}

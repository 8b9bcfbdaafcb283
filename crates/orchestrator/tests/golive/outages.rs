//! One broken thing gives one root cause and a full report, whatever else stands behind it.

use std::net::TcpListener;

use crate::support::{Env, Place, probe, probes, roots};
use golive_sandbox::{Options, Sandbox};

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::from_test_env()).await.expect("a sandbox")
}

/// Runs everything with a changed environment; answers the report once everything in it was checked
/// to be reported and not to stand there by itself.
async fn broken(change: impl FnOnce(&mut Env), root: &str) -> serde_json::Value {
    let sandbox = sandbox().await;
    let mut env: Env = sandbox.env();
    change(&mut env);
    let place = Place::new().with_env(&env);
    let (code, report) = tokio::task::spawn_blocking(move || place.report(&["--deadline", "30"]))
        .await
        .expect("ran");
    sandbox.stop().await;
    assert_eq!(code, 1, "{}", report["headline"]);
    assert_eq!(
        (report["verdict"].as_str(), roots(&report)),
        (Some("NO_GO"), vec![root])
    );
    for probe in probes(&report) {
        let blocked_or_known = probe["status"] != "PENDING" || probe["blocked_by"] == root;
        assert!(
            blocked_or_known,
            "{} is PENDING by itself: {}",
            probe["id"], probe["summary"]
        );
        assert_ne!(probe["reason"], "deadline_passed", "{}", probe["id"]);
    }
    report
}

fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port() {
    let url = format!("http://127.0.0.1:{}", closed_port());
    let report = broken(
        |env| drop(env.insert("BASE_URL".into(), url)),
        "contract.reachable",
    )
    .await;
    assert_eq!(probe(&report, "contract.reachable")["reason"], "no_response");
    assert_eq!(
        probe(&report, "database.connect")["status"],
        "PASS",
        "the stores are judged all the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_database_password() {
    let report = broken(
        |env| {
            let url = env.get_mut("DATABASE_URL").expect("a URL");
            let (before, host) = url.rsplit_once('@').expect("a password");
            *url = format!(
                "{}:wrong-password-7Q@{host}",
                before.rsplit_once(':').expect("a password").0
            );
        },
        "database.connect",
    )
    .await;
    let connect = probe(&report, "database.connect");
    assert!(
        connect["summary"].as_str().expect("words").contains("password"),
        "{connect}"
    );
    assert!(!report.to_string().contains("wrong-password-7Q"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_redis() {
    let url = format!("redis://127.0.0.1:{}/0", closed_port());
    broken(|env| drop(env.insert("REDIS_URL".into(), url)), "redis.connect").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_variable() {
    let report = broken(|env| drop(env.remove("DATABASE_URL")), "contract.env-required").await;
    assert!(
        probe(&report, "contract.env-required")["summary"]
            .as_str()
            .expect("words")
            .contains("DATABASE_URL")
    );
}

#[test]
fn no_environment_at_all() {
    let place = Place::new();
    let (code, report) = place.report(&[]);
    assert_eq!((code, report["verdict"].as_str()), (1, Some("NO_GO")));
    assert!(
        roots(&report).contains(&"contract.env-required"),
        "{:?}",
        roots(&report)
    );
    assert!(place.path().join("reports/GO_LIVE_DASHBOARD.md").exists());
}

//! Every file of one run says the same: verdict and root cause, in each format.

use golive_sandbox::{Options, Sandbox};

use crate::support::{Env, Place, roots};

#[tokio::test(flavor = "multi_thread")]
async fn dashboard_json_and_terminal_name_the_same_root_cause() {
    let sandbox = Sandbox::start(Options::from_test_env().fault("database.migration-failed"))
        .await
        .expect("a sandbox");
    let env: Env = sandbox.env();
    tokio::task::spawn_blocking(move || {
        let place = Place::new().with_env(&env);
        let ran = place.golive(&["run"]);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        let read = |name: &str| std::fs::read_to_string(place.path().join("reports").join(name)).expect(name);
        let report: serde_json::Value = serde_json::from_str(&read("golive.json")).expect("a report");
        assert_eq!(
            (report["verdict"].as_str(), roots(&report)),
            (Some("NO_GO"), vec!["database.migrations-applied"])
        );
        for (name, text) in [
            ("terminal", ran.stdout),
            ("dashboard", read("GO_LIVE_DASHBOARD.md")),
            ("junit", read("junit.xml")),
        ] {
            assert!(text.contains("database.migrations-applied"), "{name}");
        }
        assert!(
            read("GO_LIVE_DASHBOARD.md").contains("NO_GO")
                || read("GO_LIVE_DASHBOARD.md").contains("NO\\_GO")
        );
    })
    .await
    .expect("ran");
    sandbox.stop().await;
}

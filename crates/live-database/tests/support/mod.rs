//! Sandboxes with a changed database, and what a report says of a probe.

use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_core::report::{ProbeReport, Report};
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use golive_sandbox::{Options, Sandbox, harness};
use live_database::LiveDatabase;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

/// The report on a sandbox whose database was changed.
pub(crate) async fn after(sql: &str) -> Report {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("a sandbox");
    execute(&sandbox, sql).await;
    let report = harness::verify(&[&LiveDatabase], &sandbox).await;
    sandbox.stop().await;
    report
}

pub(crate) async fn verify(
    sandbox: &Sandbox,
    env: &[(&str, &str)],
    contract: &Contract,
    skip: Vec<String>,
) -> Report {
    let mut variables = sandbox.env();
    variables.extend(
        env.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let selection = Selection {
        skip,
        ..Selection::default()
    };
    let settings = Settings::from_map(variables);
    golive_core::testing::verify(&[&LiveDatabase], settings, contract.clone(), &selection)
        .await
        .expect("it can be done")
}

/// Runs statements as the server's administrator in the sandbox's database.
pub(crate) async fn execute(sandbox: &Sandbox, sql: &str) {
    let mut admin =
        Url::parse(&std::env::var("GOLIVE_TEST_DATABASE_URL").expect("set by xtask")).expect("a URL");
    admin.set_path(database_url(sandbox).path());
    let mut connection = PgConnection::connect(admin.as_str()).await.expect("a connection");
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .expect("it can be done");
    connection.close().await.expect("closed");
}

pub(crate) fn database_url(sandbox: &Sandbox) -> Url {
    Url::parse(&sandbox.env()["DATABASE_URL"]).expect("a URL")
}

pub(crate) fn not_run(report: &Report) -> Vec<&str> {
    report.not_run.iter().map(|entry| entry.id.as_str()).collect()
}

fn probes(report: &Report) -> impl Iterator<Item = &ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes)
}

pub(crate) fn probe<'a>(report: &'a Report, id: &str) -> &'a ProbeReport {
    probes(report)
        .find(|probe| probe.id == id)
        .unwrap_or_else(|| panic!("no report of {id}"))
}

pub(crate) fn assert_all_pass(report: &Report) {
    for probe in probes(report) {
        assert_eq!(probe.status, Status::Pass, "{}: {}", probe.id, probe.summary);
    }
}

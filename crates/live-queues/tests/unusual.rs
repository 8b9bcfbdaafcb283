//! What is unusual and no fault passes; what cannot be known is said to be unknown.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use golive_core::contract::Contract;
use golive_core::outcome::{Reason, Status};
use golive_core::report::{ProbeReport, Report};
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use golive_sandbox::harness::documented_redis_rights;
use golive_sandbox::{Options, Sandbox};
use golive_services::RedisServer;
use live_queues::LiveQueues;

type Env = BTreeMap<String, String>;

fn server(arguments: &[&str]) -> RedisServer {
    let binaries = golive_services::find().unwrap();
    RedisServer::start(&binaries, arguments).unwrap()
}

async fn verify_with(env: &Env, contract: Contract, selection: &Selection) -> Report {
    let settings = Settings::from_map(env.clone());
    golive_core::testing::verify(&[&LiveQueues], settings, contract, selection)
        .await
        .unwrap()
}

async fn verify(env: &Env) -> Report {
    verify_with(env, Contract::default(), &Selection::default()).await
}

fn probes(report: &Report) -> impl Iterator<Item = &ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes)
}

fn probe<'a>(report: &'a Report, id: &str) -> &'a ProbeReport {
    probes(report).find(|probe| probe.id == id).unwrap()
}

fn not_passed(report: &Report) -> Vec<(&str, Status, &str)> {
    probes(report)
        .filter(|probe| probe.status != Status::Pass)
        .map(|probe| (probe.id.as_str(), probe.status, probe.summary.as_str()))
        .collect()
}

/// A sandbox on a Redis of its own, and the environment of a user with these rights.
async fn sandbox_with_user(rights: &[&str]) -> (RedisServer, Sandbox, Env) {
    let server = server(&[]);
    let options = Options::from_test_env().own_redis(server.url());
    let sandbox = Sandbox::start(options).await.unwrap();
    let command: Vec<&str> = ["ACL", "SETUSER", "golive", "on", ">hunter2"]
        .iter()
        .chain(rights)
        .copied()
        .collect();
    assert_eq!(server.command(&command).unwrap(), "+OK");
    let mut env = sandbox.env();
    let own = format!("redis://:{}@", server.password());
    env.insert(
        "REDIS_URL".into(),
        env["REDIS_URL"].replace(&own, "redis://golive:hunter2@"),
    );
    (server, sandbox, env)
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_cannot_be_listed_are_no_failure() {
    let (_server, sandbox, env) = sandbox_with_user(&["~*", "&*", "+@all", "-client", "-config"]).await;
    let report = verify(&env).await;
    let unhealthy: Vec<&str> = not_passed(&report).iter().map(|(id, ..)| *id).collect();
    assert_eq!(
        unhealthy,
        ["queues.workers", "queues.workers-at-work"],
        "{:#?}",
        not_passed(&report)
    );
    let workers = probe(&report, "queues.workers");
    assert_eq!(
        (workers.status, workers.reason),
        (Status::Warn, Some(Reason::QueryFailed))
    );
    assert_eq!(probe(&report, "queues.smoke-job").status, Status::Pass, "it ran");
    let at_work = probe(&report, "queues.workers-at-work");
    assert_eq!(at_work.status, Status::Pending, "unknown is not healthy");
    let observed = at_work.observed.as_deref().unwrap();
    assert!(
        observed.contains("delivery: whether a worker lives cannot be determined")
            && !observed.contains("housekeeping"),
        "the smoke job shows that housekeeping has one: {observed}"
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_transaction_is_told_in_redis_words() {
    let (_server, sandbox, env) = sandbox_with_user(&["~*", "&*", "+@all", "-multi"]).await;
    let report = verify(&env).await;
    sandbox.stop().await;
    let workers = probe(&report, "queues.workers");
    assert_eq!(
        (workers.status, workers.reason, workers.summary.as_str()),
        (
            Status::Pending,
            Some(Reason::QueryFailed),
            "Redis at REDIS_URL: NOPERM this user has no permissions to run the 'multi' command"
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_of_the_runbook_may_do_what_is_needed() {
    let rights: Vec<&str> = documented_redis_rights().split_whitespace().collect();
    assert!(rights.contains(&"-@all"), "{rights:?}");
    let (_server, sandbox, env) = sandbox_with_user(&rights).await;
    let report = verify(&env).await;
    assert!(not_passed(&report).is_empty(), "{:#?}", not_passed(&report));
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_dialect_passes_and_is_named() {
    let mut options = Options::from_test_env();
    options.dialect.short_queue_path = true;
    let sandbox = Sandbox::start(options).await.unwrap();
    let report = verify(&sandbox.env()).await;
    assert!(not_passed(&report).is_empty(), "{:#?}", not_passed(&report));
    let health = probe(&report, "queues.health");
    assert!(
        health.summary.starts_with("GET /queue (other dialect)"),
        "{}",
        health.summary
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_adds_no_job() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.unwrap();
    let before = sandbox.snapshot().await.unwrap();
    let selection = Selection {
        read_only: true,
        ..Selection::default()
    };
    let report = verify_with(&sandbox.env(), Contract::default(), &selection).await;
    assert!(not_passed(&report).is_empty(), "{:#?}", not_passed(&report));
    let not_run: Vec<&str> = report.not_run.iter().map(|entry| entry.id.as_str()).collect();
    for id in ["queues.smoke-job", "queues.health-moves"] {
        assert!(not_run.contains(&id), "{not_run:?}");
    }
    assert_eq!(sandbox.snapshot().await.unwrap(), before);
    assert!(
        sandbox
            .requests()
            .all()
            .iter()
            .all(|request| request.method == "GET")
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bullmq_of_tomorrow_gets_no_job() {
    let server = server(&[]);
    let options = Options::from_test_env().own_redis(server.url());
    let sandbox = Sandbox::start(options).await.unwrap();
    let env = sandbox.env();
    let database = env["REDIS_URL"].rsplit('/').next().unwrap();
    let script = "redis.call('SELECT', ARGV[1]) return redis.call('HSET', 'bull:housekeeping:meta', 'version', 'bullmq:7.0.0')";
    server.command(&["EVAL", script, "0", database]).unwrap();
    let before = sandbox.snapshot().await.unwrap();
    let report = verify(&env).await;
    let smoke = probe(&report, "queues.smoke-job");
    assert_eq!(
        (smoke.status, smoke.reason),
        (Status::Pending, Some(Reason::QueryFailed))
    );
    assert!(
        smoke
            .summary
            .contains("bullmq:7.0.0, whose layout golive does not know"),
        "{}",
        smoke.summary
    );
    assert_eq!(sandbox.snapshot().await.unwrap(), before);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_refused_in_words() {
    let server = server(&["--cluster-enabled", "yes"]);
    // BullMQ works in a cluster with a prefix in braces only; golive reads neither.
    for (prefix, status) in [("bull", Status::Fail), ("{bull}", Status::Pending)] {
        let env = [("REDIS_URL", server.url()), ("QUEUE_PREFIX", prefix.to_owned())];
        let report = verify(&env.map(|(name, value)| (name.to_owned(), value)).into()).await;
        let connect = probe(&report, "redis.connect");
        assert_eq!(connect.status, status, "{prefix}: {}", connect.summary);
        assert!(
            connect.summary.contains("Redis Cluster is not supported"),
            "{}",
            connect.summary
        );
        let own: Vec<&str> = probes(&report)
            .filter(|probe| probe.blocked_by.is_none())
            .map(|probe| probe.id.as_str())
            .collect();
        assert_eq!(own, ["redis.connect"], "the others wait behind it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smoke_job_that_is_never_taken_is_taken_back() {
    let sandbox = Sandbox::start(Options::from_test_env().fault("queues.worker-deaf"))
        .await
        .unwrap();
    let before = sandbox.snapshot().await.unwrap();
    let mut contract = Contract::default();
    contract.timeouts.job_ms = 400;
    let report = verify_with(&sandbox.env(), contract, &Selection::default()).await;
    let smoke = probe(&report, "queues.smoke-job");
    assert_eq!(
        smoke.summary,
        "no worker of housekeeping took the smoke job within 0.4 s (0 others wait there)"
    );
    assert!(report.cleanup.is_empty(), "{:?}", report.cleanup);
    assert_eq!(sandbox.snapshot().await.unwrap(), before);
    sandbox.stop().await;
}

//! The real BullMQ from npm, majors 5 and 6, on the other end: it works on our smoke job, counts as we count, and
//! reads the sandbox's queues.
//!
//! Needs `node` and `npm`; the packages are pinned in `tests/interop/package-lock.json`.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod counts;
mod node;
mod sandbox;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use golive_core::cleanup::Journal;
use golive_core::context::{Context, RunScope, new_run_id};
use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_core::report::Report;
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use golive_services::RedisServer;
use golive_stores::Stores;
use live_queues::LiveQueues;
use node::Node;
use serde_json::{Value, json};

const PREFIX: &str = "interop";

/// What needs no backend: everything but the probes that talk HTTP.
const WITHOUT_HTTP: [&str; 11] = [
    "redis.connect",
    "redis.version",
    "redis.eviction",
    "redis.memory",
    "redis.persistence",
    "queues.workers",
    "queues.paused",
    "queues.smoke-job",
    "queues.workers-at-work",
    "queues.stalled",
    "queues.dead-letters",
];

fn redis() -> RedisServer {
    let binaries = golive_services::find().unwrap();
    RedisServer::start(&binaries, &[]).unwrap()
}

fn settings(url: &str, prefix: &str) -> Settings {
    Settings::from_map([("REDIS_URL", url), ("QUEUE_PREFIX", prefix)])
}

fn context(url: &str, prefix: &str) -> Context {
    let journal = Journal::in_memory(new_run_id());
    let scope = RunScope::new(settings(url, prefix), Contract::default(), journal, false);
    Context::new(Arc::new(scope), "interop", Duration::from_mins(1))
}

async fn verify(url: &str) -> Report {
    let only = WITHOUT_HTTP.map(str::to_owned).to_vec();
    let selection = Selection {
        only,
        ..Selection::default()
    };
    let settings = settings(url, PREFIX);
    golive_core::testing::verify(&[&LiveQueues], settings, Contract::default(), &selection)
        .await
        .unwrap()
}

fn statuses(report: &Report) -> BTreeMap<&str, (Status, &str)> {
    let probes = report.checks.iter().flat_map(|check| &check.probes);
    probes
        .map(|probe| (probe.id.as_str(), (probe.status, probe.summary.as_str())))
        .collect()
}

/// BullMQ's workers take our smoke job, and nothing of it stays.
async fn workers_take_the_smoke_job(major: u32) {
    let server = redis();
    let mut node = Node::start(major, &server.url(), PREFIX);
    let queues = Contract::default().queues;
    for (at, queue) in queues.all.iter().enumerate() {
        // Named workers and nameless ones are recognised alike.
        let name = (at % 2 == 1).then(|| format!("worker-{at}"));
        node.ask(&json!({"do": "work", "queue": queue, "as": name}));
    }
    let cx = context(&server.url(), PREFIX);
    let bullmq = cx.bullmq().await.unwrap();
    assert_eq!(
        bullmq.meta(&queues.smoke).await.unwrap().major(),
        Some(major),
        "the BullMQ that was meant"
    );
    let keys = async || {
        let pattern = format!("{PREFIX}:*");
        let scan = bullmq.redis().scan(&pattern, 1_000, Duration::from_secs(5));
        let keys = scan.await.unwrap().keys.into_iter();
        // Workers look around, and say in `events` that a queue ran empty.
        let passing = [":marker", ":stalled-check", ":events"];
        keys.filter(|key| !passing.iter().any(|end| key.ends_with(end)))
            .collect::<Vec<_>>()
    };
    let before = keys().await;

    let report = verify(&server.url()).await;
    let statuses = statuses(&report);
    assert_eq!(statuses.len(), WITHOUT_HTTP.len());
    for (id, (status, summary)) in &statuses {
        assert_eq!(*status, Status::Pass, "{id}: {summary}");
    }
    let seen = node.events("processing");
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(
        (&seen[0]["queue"], &seen[0]["name"]),
        (&json!(queues.smoke), &json!("golive-smoke"))
    );
    assert!(seen[0]["data"]["task"].as_str().unwrap().starts_with("golive-"));
    assert_eq!(
        node.ask(&json!({"do": "job", "queue": queues.smoke, "id": seen[0]["id"]})),
        Value::Null
    );
    assert_eq!(keys().await, before, "nothing of the smoke job stays");
    assert_eq!(node.events("error"), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_of_bullmq_5_take_the_smoke_job() {
    workers_take_the_smoke_job(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_of_bullmq_6_take_the_smoke_job() {
    workers_take_the_smoke_job(6).await;
}

/// A worker that fails the job, and one that is not there, are told apart on the real thing too.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_worker_and_a_paused_queue_of_the_real_bullmq_are_seen() {
    let server = redis();
    let mut node = Node::start(5, &server.url(), PREFIX);
    for queue in &Contract::default().queues.all {
        match queue.as_str() {
            "delivery" => node.ask(&json!({"do": "counts", "queue": queue})),
            _ => node.ask(&json!({"do": "work", "queue": queue})),
        };
    }
    node.ask(&json!({"do": "pause", "queue": "campaigns"}));
    node.ask(&json!({"do": "add", "queue": "campaigns", "name": "n", "data": {}}));
    let report = verify(&server.url()).await;
    let statuses = statuses(&report);
    assert_eq!(
        statuses["queues.workers"],
        (Status::Fail, "delivery: 0 workers, 0 waiting")
    );
    assert_eq!(
        statuses["queues.paused"],
        (Status::Fail, "campaigns is paused, 1 waiting")
    );
    assert_eq!(
        statuses["queues.smoke-job"].0,
        Status::Pending,
        "blocked, and nothing was added"
    );
    assert!(node.events("processing").is_empty());
}

//! The sandbox's queues can be counted, watched and given work by BullMQ.

use std::time::Duration;

use golive_core::contract::Contract;
use golive_sandbox::{Options, Sandbox};
use golive_stores::Stores;
use golive_stores::bullmq::State;
use serde_json::json;

use crate::context;
use crate::node::Node;

/// The sandbox's queues are BullMQ's: it can be counted, watched and given work by it.
async fn the_sandbox_is_read(major: u32) {
    let sandbox = Sandbox::start(Options::from_test_env()).await.unwrap();
    let env = sandbox.env();
    let cx = context(&env["REDIS_URL"], "bull");
    let bullmq = cx.bullmq().await.unwrap();
    let mut node = Node::start(major, &env["REDIS_URL"], "bull");
    for queue in &Contract::default().queues.all {
        let counts = node.ask(&json!({"do": "counts", "queue": queue}));
        assert!(
            counts.as_object().unwrap().values().all(|count| count == 0),
            "{queue}: {counts}"
        );
        // BullMQ counts the workers of the whole server, other sandboxes' too.
        let workers = node.ask(&json!({"do": "workers", "queue": queue}));
        assert!(workers.as_u64().unwrap() >= 1, "{queue}");
    }
    let request =
        json!({"do": "finish", "queue": "housekeeping", "name": "interop", "data": {"task": "interop"}});
    assert_eq!(
        node.ask(&request),
        json!({"task": "interop", "done": true}),
        "the sandbox's worker answers"
    );
    let counts = node.ask(&json!({"do": "counts", "queue": "housekeeping"}));
    assert_eq!(
        (
            &counts["completed"],
            bullmq.counts("housekeeping").await.unwrap().completed
        ),
        (&json!(1), 1)
    );
    node.ask(&json!({"do": "pause", "queue": "campaigns"}));
    let added = node.ask(&json!({"do": "add", "queue": "campaigns", "name": "n", "data": {}}));
    let held = bullmq.counts("campaigns").await.unwrap();
    assert_eq!(
        (held.backlog(), held.completed),
        (1, 0),
        "a paused queue is left alone"
    );
    node.ask(&json!({"do": "resume", "queue": "campaigns"}));
    let done = async || {
        let state = bullmq.state("campaigns", added.as_str().unwrap()).await?;
        Ok((state == State::Completed).then_some(()))
    };
    let done = cx
        .poll(Duration::from_millis(50), Duration::from_secs(15), done)
        .await;
    assert_eq!(done.unwrap(), Some(()), "resumed, and worked off");
    drop(node);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bullmq_5_reads_the_sandbox() {
    the_sandbox_is_read(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bullmq_6_reads_the_sandbox() {
    the_sandbox_is_read(6).await;
}

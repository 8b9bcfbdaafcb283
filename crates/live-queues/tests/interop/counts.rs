//! Our counts and states are BullMQ's own.

use std::time::Duration;

use golive_stores::Stores;
use golive_stores::bullmq::State;
use serde_json::{Value, json};

use crate::node::Node;
use crate::{PREFIX, context, redis};

/// Our counts are BullMQ's, in every state that a job can be in.
async fn counts_are_bullmqs(major: u32) {
    let server = redis();
    let mut node = Node::start(major, &server.url(), PREFIX);
    let cx = context(&server.url(), PREFIX);
    let bullmq = cx.bullmq().await.unwrap();
    let add = |node: &mut Node, data: Value, opts: Value| {
        node.ask(&json!({"do": "add", "queue": "q", "name": "n", "data": data, "opts": opts}))
    };
    for n in 0..3 {
        add(&mut node, json!({"n": n}), json!({}));
    }
    add(&mut node, json!({"fail": "no consent"}), json!({}));
    node.ask(&json!({"do": "work", "queue": "q"}));
    let hangs = add(&mut node, json!({"hang": true}), json!({}));
    let hangs = hangs.as_str().unwrap().to_owned();
    let settled = async || {
        let counts = bullmq.counts("q").await?;
        Ok((counts.completed == 3 && counts.failed == 1 && counts.active == 1).then_some(()))
    };
    let settled = cx
        .poll(Duration::from_millis(50), Duration::from_secs(15), settled)
        .await
        .unwrap();
    assert!(settled.is_some(), "{:?}", bullmq.counts("q").await.unwrap());
    add(&mut node, json!({}), json!({"delay": 3_600_000}));
    compare(&mut node, &bullmq, "at work").await;
    assert_eq!(bullmq.state("q", &hangs).await.unwrap(), State::Active);
    assert!(
        bullmq.stalled("q").await.unwrap().is_empty(),
        "its worker holds a lock"
    );

    node.ask(&json!({"do": "pause", "queue": "q"}));
    for n in 0..4 {
        add(&mut node, json!({"n": n}), json!({}));
    }
    add(&mut node, json!({}), json!({"priority": 7}));
    assert!(bullmq.is_paused("q").await.unwrap());
    let counts = compare(&mut node, &bullmq, "paused").await;
    assert_eq!((counts.backlog(), counts.prioritized), (5, 1));
    let failed = bullmq.failed_jobs("q", 5).await.unwrap();
    assert_eq!((failed.len(), failed[0].reason.as_str()), (1, "no consent"));
    for id in ["1", "4", "5", "6"] {
        let state = node.ask(&json!({"do": "state", "queue": "q", "id": id}));
        let ours = bullmq.state("q", id).await.unwrap();
        assert_eq!(state, json!(ours.as_str()), "job {id}");
    }
}

async fn compare(
    node: &mut Node,
    bullmq: &golive_stores::BullMq,
    when: &str,
) -> golive_stores::bullmq::Counts {
    let theirs = node.ask(&json!({"do": "counts", "queue": "q"}));
    let ours = bullmq.counts("q").await.unwrap();
    let named = [
        ("waiting", ours.waiting),
        ("active", ours.active),
        ("completed", ours.completed),
        ("failed", ours.failed),
        ("delayed", ours.delayed),
        ("prioritized", ours.prioritized),
        ("paused", ours.paused),
        ("waiting-children", ours.waiting_children),
    ];
    for (name, ours) in named {
        // Major 6 has no `paused`: its paused jobs stay where they are.
        let theirs = theirs.get(name).map_or(0, |count| count.as_u64().unwrap());
        assert_eq!(ours, theirs, "{name} {when}");
    }
    let counted = theirs.as_object().unwrap();
    assert!(
        counted
            .keys()
            .all(|key| named.iter().any(|(name, _)| name == key)),
        "{counted:?}"
    );
    ours
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_bullmq_5() {
    counts_are_bullmqs(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_bullmq_6() {
    counts_are_bullmqs(6).await;
}

//! Queues as BullMQ stores them, on a real Redis; workers are played by hand.

use crate::setup::{Keys, Run, redis_url};
use golive_core::error::Error;
use golive_stores::Stores;
use golive_stores::bullmq::State::{
    self, Active, Completed, Delayed, Failed, Missing, Paused, Prioritized, Waiting, WaitingChildren,
};
use golive_stores::bullmq::{Counts, Removal};
use serde_json::json;

fn query_message(error: Option<Error>) -> String {
    match error {
        Some(Error::Query { message, .. }) => message,
        other => panic!("expected a query error, got {other:?}"),
    }
}

#[tokio::test]
async fn counts_states_and_meta() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let bullmq = run.cx.bullmq().await.unwrap();
    assert_eq!(bullmq.counts("q").await.unwrap(), Counts::default());
    assert!(!bullmq.meta("q").await.unwrap().exists);
    for line in [
        "RPUSH P:q:wait 3 2 1",
        "RPUSH P:q:active 4",
        "RPUSH P:q:paused 5 0:0",
        "ZADD P:q:completed 1 6 2 7",
        "ZADD P:q:failed 10 8 20 9",
        "ZADD P:q:delayed 1 10",
        "ZADD P:q:prioritized 1 11",
        "ZADD P:q:waiting-children 1 12",
        "HSET P:q:meta version bullmq:5.81.5 opts.maxLenEvents 100 paused 1",
        "HSET P:q:8 name n failedReason old finishedOn 10",
        "HSET P:q:9 name n failedReason boom finishedOn 20 atm 5 data secret",
    ] {
        let _: i64 = keys.send(line).await;
    }
    let counts = bullmq.counts("q").await.unwrap();
    let expected = Counts {
        waiting: 3,
        active: 1,
        completed: 2,
        failed: 2,
        delayed: 1,
        prioritized: 1,
        paused: 1,
        waiting_children: 1,
    };
    assert_eq!((counts, counts.backlog()), (expected, 5));
    let meta = bullmq.meta("q").await.unwrap();
    assert_eq!(
        (meta.major(), meta.paused, meta.max_len_events),
        (Some(5), true, Some(100))
    );
    let ids = ["1", "4", "5", "6", "8", "10", "11", "12", "99"];
    let mut states = Vec::new();
    for id in ids {
        states.push(bullmq.state("q", id).await.unwrap());
    }
    assert_eq!(
        states,
        [
            Waiting,
            Active,
            Paused,
            Completed,
            Failed,
            Delayed,
            Prioritized,
            WaitingChildren,
            Missing
        ]
    );
    let failed = bullmq.failed_jobs("q", 5).await.unwrap();
    assert_eq!(
        (
            failed[0].id.as_str(),
            failed[0].reason.as_str(),
            failed[0].attempts_made
        ),
        ("9", "boom", 5)
    );
    assert_eq!((failed.len(), failed[1].finished_on), (2, Some(10)));
    assert_eq!(bullmq.stalled("q").await.unwrap(), ["4"]);
    let _: () = keys.send("SET P:q:4:lock token").await;
    assert!(bullmq.stalled("q").await.unwrap().is_empty());
    keys.clear().await;
}

#[tokio::test]
async fn a_smoke_job_leaves_no_key_behind() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let bullmq = run.cx.bullmq().await.unwrap();
    let id = run.cx.smoke_name("smoke");
    let data = json!({ "task": "golive-smoke", "run": run.cx.run_id() });
    let job = bullmq
        .add_smoke_job("housekeeping", &id, "smoke", &data)
        .await
        .unwrap();
    assert_eq!(
        run.scope.journal.open_entries().len(),
        1,
        "its undo is registered"
    );
    assert_eq!(bullmq.state("housekeeping", &id).await.unwrap(), State::Waiting);
    let stored = bullmq.job("housekeeping", &id).await.unwrap().unwrap();
    assert_eq!(
        (stored.name.as_str(), &stored.data, &stored.opts["attempts"]),
        ("smoke", &data, &json!(1))
    );
    let marker: Vec<String> = keys.send("ZRANGE P:housekeeping:marker 0 -1").await;
    assert_eq!(marker, ["0"]);
    query_message(
        bullmq
            .add_smoke_job("housekeeping", &id, "smoke", &data)
            .await
            .err(),
    );

    assert_eq!(bullmq.remove_smoke_job(&job).await.unwrap(), Removal::Removed);
    assert_eq!(bullmq.remove_smoke_job(&job).await.unwrap(), Removal::Absent);
    assert!(keys.all().await.is_empty(), "{:?}", keys.all().await);
    assert!(run.scope.journal.open_entries().is_empty());
}

#[tokio::test]
async fn queues_that_cannot_be_understood_get_no_job() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let bullmq = run.cx.bullmq().await.unwrap();
    for (queue, meta, words) in [
        ("a", "version bullmq:7.0.0", "bullmq:7.0.0, whose layout"),
        ("b", "version bullmq-pro:5.1.0", "bullmq-pro"),
        ("c", "version bullmq:5.81.5 paused 1", "paused"),
    ] {
        let _: i64 = keys.send(&format!("HSET P:{queue}:meta {meta}")).await;
        let message = query_message(
            bullmq
                .add_smoke_job(queue, "golive-x", "n", &json!({}))
                .await
                .err(),
        );
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(keys.all().await.len(), 3, "only the meta keys");
    assert!(run.scope.journal.open_entries().is_empty());
    assert!(matches!(
        bullmq.add_smoke_job("d", "17", "n", &json!({})).await,
        Err(Error::Internal(_))
    ));
    let read_only = Run::with(
        &[("REDIS_URL", &redis_url()), ("QUEUE_PREFIX", &keys.prefix)],
        true,
    );
    let bullmq = read_only.cx.bullmq().await.unwrap();
    assert!(matches!(
        bullmq.add_smoke_job("d", "golive-x", "n", &json!({})).await,
        Err(Error::Internal(_))
    ));
    keys.clear().await;
}

#[tokio::test]
async fn removal_touches_nothing_else() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let bullmq = run.cx.bullmq().await.unwrap();
    for line in [
        "HSET P:q:meta version bullmq:6.7.0 opts.maxLenEvents 10000",
        "HSET P:q:7 name n data {}",
        "HSET P:q:golive-1 name n data {}",
        "RPUSH P:q:golive-1:logs line",
        "RPUSH P:q:wait 7",
        "ZADD P:q:marker 0 0",
        "ZADD P:q:completed 1 golive-1 2 8",
        "SADD P:q:stalled golive-1 9",
    ] {
        let _: i64 = keys.send(line).await;
    }
    let _: String = keys
        .send("XADD P:q:events * event completed jobId golive-1")
        .await;
    let _: String = keys.send("XADD P:q:events * event waiting jobId 7").await;
    assert_eq!(
        bullmq.remove_job("q", "golive-1").await.unwrap(),
        Removal::Removed
    );
    let prefix = keys.prefix.clone();
    let left = ["7", "completed", "events", "marker", "meta", "stalled", "wait"]
        .map(|part| format!("{prefix}:q:{part}"));
    assert_eq!(keys.all().await, left);
    assert_eq!(keys.send::<Vec<String>>("ZRANGE P:q:completed 0 -1").await, ["8"]);
    assert_eq!(
        (
            keys.send::<i64>("XLEN P:q:events").await,
            keys.send::<i64>("SCARD P:q:stalled").await
        ),
        (1, 1)
    );
    query_message(bullmq.remove_job("q", "meta").await.err());
    query_message(bullmq.remove_job("q", "wait").await.err());
    assert_eq!(keys.all().await, left);
    keys.clear().await;
}

//! Following jobs through a queue's event stream; workers are played by hand.

use std::time::Duration;

use golive_stores::Stores;
use golive_stores::bullmq::{Finished, Removal, State};
use serde_json::json;

use crate::setup::Keys;

const SOON: Duration = Duration::from_secs(5);
const AT_ONCE: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_job_is_followed_to_its_end() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let bullmq = run.cx.bullmq().await.unwrap();
    let job = bullmq
        .add_smoke_job("q", "golive-1", "smoke", &json!({"task": "x"}))
        .await
        .unwrap();
    let not_yet = bullmq
        .wait_for_state("q", &job.cursor, &job.id, AT_ONCE)
        .await
        .unwrap();
    assert_eq!(
        not_yet,
        Finished::NotYet {
            state: State::Waiting
        }
    );

    // A worker takes it.
    let _: String = keys.send("RPOPLPUSH P:q:wait P:q:active").await;
    let _: () = keys.send("SET P:q:golive-1:lock token").await;
    assert_eq!(bullmq.remove_job("q", "golive-1").await.unwrap(), Removal::Locked);
    // And completes it, while somebody waits.
    let wait = bullmq.wait_for_state("q", &job.cursor, &job.id, SOON);
    let work = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let _: String = keys
            .send(r#"XADD P:q:events * event completed jobId golive-1 returnvalue {"ok":true}"#)
            .await;
        let _: i64 = keys.send("DEL P:q:golive-1:lock").await;
    };
    let (finished, ()) = tokio::join!(wait, work);
    assert_eq!(
        finished.unwrap(),
        Finished::Completed {
            return_value: json!({"ok": true})
        }
    );
    let _: String = keys
        .send("XADD P:q:events * event failed jobId golive-2 failedReason boom")
        .await;
    let failed = bullmq
        .wait_for_state("q", &job.cursor, "golive-2", SOON)
        .await
        .unwrap();
    assert_eq!(
        failed,
        Finished::Failed {
            reason: "boom".into()
        }
    );
    // Without an event, the sets decide.
    let _: i64 = keys.send("ZADD P:q:failed 1 golive-3").await;
    let _: i64 = keys.send("HSET P:q:golive-3 name n failedReason quiet").await;
    let failed = bullmq
        .wait_for_state("q", &job.cursor, "golive-3", AT_ONCE)
        .await
        .unwrap();
    assert_eq!(
        failed,
        Finished::Failed {
            reason: "quiet".into()
        }
    );
    keys.clear().await;
}

#[tokio::test]
async fn jobs_are_found_by_what_their_data_says() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let bullmq = run.cx.bullmq().await.unwrap();
    bullmq
        .add_smoke_job("q", "golive-old", "n", &json!({"eventId": "marker-1"}))
        .await
        .unwrap();
    let cursor = bullmq.cursor("q").await.unwrap();
    let none = bullmq
        .wait_for_job("q", &cursor, |job| job.mentions("marker-1"), AT_ONCE)
        .await
        .unwrap();
    assert_eq!(
        (none.first(), none.examined),
        (None, 0),
        "what came before the cursor does not count"
    );

    let search = bullmq.wait_for_job("q", &cursor, |job| job.mentions("marker-1"), SOON);
    let work = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        bullmq
            .add_smoke_job("q", "golive-other", "n", &json!({"eventId": "else"}))
            .await
            .unwrap();
        let _: String = keys.send("XADD P:q:events * event added jobId gone name n").await;
        bullmq
            .add_smoke_job("q", "golive-mine", "n", &json!({"eventId": "marker-1"}))
            .await
            .unwrap();
    };
    let (search, ()) = tokio::join!(search, work);
    let search = search.unwrap();
    assert_eq!(search.first().unwrap().job.id, "golive-mine");
    assert_eq!(
        (search.examined, search.vanished.as_slice()),
        (2, &["gone".to_owned()][..])
    );
    bullmq
        .add_smoke_job("q", "golive-again", "n", &json!({"eventId": "marker-1"}))
        .await
        .unwrap();
    let all = bullmq
        .jobs_since("q", &cursor, |job| job.mentions("marker-1"))
        .await
        .unwrap();
    assert_eq!(all.found.len(), 2, "a second job for the same thing is seen");
    let kinds: Vec<_> = all.found[0]
        .events
        .iter()
        .map(|event| event.kind.as_str())
        .collect();
    assert_eq!(kinds, ["added", "waiting"]);
    let seen = bullmq
        .follow("q", &cursor, AT_ONCE, |event| {
            (event.kind == "waiting").then(|| event.job_id.clone())
        })
        .await;
    assert_eq!(seen.unwrap().flatten().as_deref(), Some("golive-other"));
    keys.clear().await;
}

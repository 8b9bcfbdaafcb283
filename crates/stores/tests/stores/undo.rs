//! Undo of what smoke data left, through the journal as a run does it.

use crate::setup::{Keys, Run, Schema, redis_url};
use golive_core::cleanup;
use golive_core::events::Events;
use golive_core::report::{CleanupReport, CleanupStatus};
use golive_stores::{Stores, redis_job_undo, redis_jobs_by_marker_undo, sql_rows_undo, undo_handlers};
use serde_json::json;

async fn clean_up(run: &Run) -> Vec<CleanupReport> {
    let (events, _stream) = Events::channel();
    cleanup::run(&run.scope, &undo_handlers(), &events).await
}

async fn events() -> Schema {
    let mut schema = Schema::create().await;
    schema
        .execute(
            r#"CREATE TABLE "Event" (id text, "shopId" text, "dedupeKey" text);
            INSERT INTO "Event" SELECT 'e' || n, 's1', 'golive-1:' || n FROM generate_series(1, 3) n;
            INSERT INTO "Event" SELECT 'x' || n, 's2', 'other:' || n FROM generate_series(1, 60) n;
            CREATE TABLE "Shortlink" (slug text); INSERT INTO "Shortlink" VALUES ('golive-1')"#,
        )
        .await;
    schema
}

#[tokio::test]
async fn rows_are_listed_without_a_role_that_may_delete() {
    let mut schema = events().await;
    let run = Run::new(&[("DATABASE_URL", &schema.url())]);
    run.cx
        .undo_later(sql_rows_undo(
            "event",
            "Event",
            &[("shopId", json!("s1")), ("dedupeKey", json!("golive-1:2"))],
        ))
        .unwrap();
    run.cx
        .undo_later(sql_rows_undo(
            "link",
            "Shortlink",
            &[("slug", json!(["golive-1", "golive-2"]))],
        ))
        .unwrap();
    run.cx
        .undo_later(sql_rows_undo("nothing", "Event", &[("id", json!("none"))]))
        .unwrap();
    let reports = clean_up(&run).await;
    let name = &schema.name;
    assert_eq!(
        (reports[0].status, reports[0].detail.as_str()),
        (CleanupStatus::Done, "nothing was there")
    );
    assert_eq!(reports[1].status, CleanupStatus::Left);
    assert!(
        reports[1]
            .detail
            .starts_with(r#"1 row stays in "Shortlink": set CLEANUP_DATABASE_URL"#),
        "{}",
        reports[1].detail
    );
    let sql =
        format!(r#"DELETE FROM "{name}"."Event" WHERE "shopId" = 's1' AND "dedupeKey" = 'golive-1:2';"#);
    assert!(
        reports[2].detail.contains("(id e2)") && reports[2].detail.ends_with(&sql),
        "{}",
        reports[2].detail
    );
    assert_eq!(schema.count(r#""Event""#).await, 63);
    schema.drop().await;
}

#[tokio::test]
async fn rows_are_deleted_by_the_clean_up_role_and_only_these() {
    let mut schema = events().await;
    let run = Run::new(&[
        ("DATABASE_URL", &schema.url()),
        ("CLEANUP_DATABASE_URL", &schema.url()),
    ]);
    let keys = ["golive-1:1", "golive-1:2", "golive-1:3"];
    run.cx
        .undo_later(sql_rows_undo("events", "Event", &[("dedupeKey", json!(keys))]))
        .unwrap();
    run.cx
        .undo_later(sql_rows_undo("too many", "Event", &[("shopId", json!("s2"))]))
        .unwrap();
    let reports = clean_up(&run).await;
    assert!(
        reports[0].status == CleanupStatus::Left && reports[0].detail.contains("60 rows are too many"),
        "{}",
        reports[0].detail
    );
    assert_eq!(
        (reports[1].status, reports[1].detail.as_str()),
        (CleanupStatus::Done, "3 deleted")
    );
    assert_eq!(schema.count(r#""Event""#).await, 60);
    let again = clean_up(&run).await;
    assert_eq!(again.len(), 1, "what is done is not asked again");
    schema.drop().await;
}

#[tokio::test]
async fn a_role_that_may_not_delete_leaves_the_rows_named() {
    let mut schema = events().await;
    let url = "postgres://u:p@127.0.0.1:1/d";
    let run = Run::new(&[("DATABASE_URL", &schema.url()), ("CLEANUP_DATABASE_URL", url)]);
    run.cx
        .undo_later(sql_rows_undo("event", "Event", &[("id", json!("e1"))]))
        .unwrap();
    let reports = clean_up(&run).await;
    assert!(
        reports[0].detail.contains("CLEANUP_DATABASE_URL: ") && reports[0].detail.contains("DELETE FROM"),
        "{}",
        reports[0].detail
    );
    assert_eq!(schema.count(r#""Event""#).await, 63);
    schema.drop().await;
}

#[tokio::test]
async fn jobs_are_removed_by_id_and_by_marker() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    for line in [
        r#"HSET P:events:1 name n data {"eventId":"golive-77-orders"}"#,
        r#"HSET P:events:2 name n data {"eventId":"somebody-else"}"#,
        r#"HSET P:events:3 name n data {"n":"golive-77-carts"}"#,
        "ZADD P:events:completed 1 1 2 2",
        "ZADD P:events:delayed 1 3",
    ] {
        let _: i64 = keys.send(line).await;
    }
    run.cx
        .bullmq()
        .await
        .unwrap()
        .add_smoke_job("housekeeping", "golive-9", "n", &json!({}))
        .await
        .unwrap();
    run.cx
        .undo_later(redis_jobs_by_marker_undo("jobs", "events", "golive-77"))
        .unwrap();
    run.cx
        .undo_later(redis_jobs_by_marker_undo("short", "events", "go"))
        .unwrap();
    run.cx
        .undo_later(redis_job_undo("none", "events", "golive-none"))
        .unwrap();
    let reports = clean_up(&run).await;
    let details: Vec<_> = reports.iter().map(|report| report.detail.as_str()).collect();
    assert_eq!(
        (details[0], details[2], details[3]),
        ("nothing was there", "removed 2", "removed")
    );
    assert!(reports[1].status == CleanupStatus::Left && details[1].contains("too short"));
    let prefix = keys.prefix.clone();
    assert_eq!(
        keys.all().await,
        [format!("{prefix}:events:2"), format!("{prefix}:events:completed")]
    );
    keys.clear().await;
}

#[tokio::test]
async fn a_job_that_a_worker_holds_is_left() {
    let mut keys = Keys::new().await;
    let run = Run::new(&[("REDIS_URL", &redis_url()), ("QUEUE_PREFIX", &keys.prefix)]);
    let _: i64 = keys.send("HSET P:q:golive-held name n data golive-held").await;
    let _: i64 = keys.send("LPUSH P:q:active golive-held").await;
    let _: () = keys.send("SET P:q:golive-held:lock token").await;
    run.cx
        .undo_later(redis_jobs_by_marker_undo("held", "q", "golive-held"))
        .unwrap();
    let reports = clean_up(&run).await;
    assert!(
        reports[0].status == CleanupStatus::Left && reports[0].detail.contains("golive-held"),
        "{}",
        reports[0].detail
    );
    let _: i64 = keys.send("DEL P:q:golive-held:lock").await;
    assert_eq!(clean_up(&run).await[0].status, CleanupStatus::Done);
    assert!(keys.all().await.is_empty());
}

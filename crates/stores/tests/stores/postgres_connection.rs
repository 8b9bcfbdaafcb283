//! Reaching PostgreSQL, losing it, and sharing few connections.

use std::time::{Duration, Instant};

use golive_core::error::Error;
use golive_stores::Stores;

use crate::setup::{Run, Schema, altered, database_url};

fn run(url: &str) -> Run {
    Run::new(&[("DATABASE_URL", url)])
}

fn unreachable_message(error: Option<Error>) -> String {
    match error {
        Some(Error::Unreachable { message, .. }) => message,
        other => panic!("expected unreachable, got {other:?}"),
    }
}

#[tokio::test]
async fn why_it_cannot_be_reached_is_said_without_the_password() {
    let wrong = altered(&database_url(), |url| {
        url.set_password(Some("hunter2-wrong")).unwrap();
    });
    let message = unreachable_message(run(&wrong).cx.postgres().await.err());
    assert!(
        message.starts_with("password authentication failed for user"),
        "{message}"
    );
    assert!(!message.contains("hunter2"), "{message}");

    let nowhere = altered(&database_url(), |url| url.set_path("/no_such_database"));
    let message = unreachable_message(run(&nowhere).cx.postgres().await.err());
    assert!(
        message.contains(r#"database "no_such_database" does not exist"#),
        "{message}"
    );

    let began = Instant::now();
    let refused = run("postgres://u:hunter2@127.0.0.1:1/d");
    let message = unreachable_message(refused.cx.postgres().await.err());
    assert_eq!(message, "connection refused (127.0.0.1:1)");
    assert_eq!(
        unreachable_message(refused.cx.postgres().await.err()),
        message,
        "the same answer for all probes"
    );
    let message = unreachable_message(
        run("postgres://u:hunter2@no-such-host.invalid/d")
            .cx
            .postgres()
            .await
            .err(),
    );
    assert_eq!(message, r#"unknown host "no-such-host.invalid""#);
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "refusals are not retried"
    );
    assert!(matches!(
        Run::new(&[]).cx.postgres().await,
        Err(Error::Setting(_))
    ));
}

#[tokio::test]
async fn a_server_that_is_silent_is_left_after_five_seconds() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let message = unreachable_message(
        run(&format!("postgres://u:p@{address}/d"))
            .cx
            .postgres()
            .await
            .err(),
    );
    assert_eq!(message, format!("timed out after 8 s ({address})"));
}

#[tokio::test]
async fn cancelled_and_broken_connections_are_replaced() {
    let mut schema = Schema::create().await;
    let run = run(&schema.url());
    let postgres = run.cx.postgres().await.unwrap();
    for _ in 0..6 {
        let slow = tokio::time::timeout(
            Duration::from_millis(30),
            postgres.fetch("SELECT pg_sleep(3)", &[]),
        )
        .await;
        assert!(slow.is_err(), "a probe that was ended");
    }
    let pid = postgres.count("SELECT pg_backend_pid()", &[]).await.unwrap();
    schema
        .execute(&format!("SELECT pg_terminate_backend({pid})"))
        .await;
    assert_ne!(postgres.count("SELECT pg_backend_pid()", &[]).await.unwrap(), pid);
    schema.drop().await;
}

#[tokio::test]
async fn many_probes_share_four_connections() {
    let schema = Schema::create().await;
    let run = run(&schema.url());
    let asked = (0..20).map(|_| async {
        let postgres = run.cx.postgres().await.unwrap();
        postgres
            .count("SELECT pg_backend_pid() FROM pg_sleep(0.02)", &[])
            .await
            .unwrap()
    });
    let mut pids = futures::future::join_all(asked).await;
    pids.sort_unstable();
    pids.dedup();
    assert!(pids.len() <= 4, "{pids:?}");
    schema.drop().await;
}

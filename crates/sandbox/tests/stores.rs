//! What golive is given to look into the stores with, and what is left of it.

mod client;

use client::Client;
use golive_sandbox::{Options, Sandbox};
use sqlx::Connection as _;

async fn started() -> (Sandbox, Client) {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("it starts");
    let client = Client::new(&sandbox);
    (sandbox, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verifiers_roles_can_do_what_they_should() {
    let (sandbox, _client) = started().await;
    let mut reading = reader(&sandbox).await;
    let contacts: i64 = sqlx::query_scalar(r#"SELECT count(*) FROM "Contact""#)
        .fetch_one(&mut reading)
        .await
        .expect("readable");
    assert_eq!(contacts, 320);
    let write = sqlx::query(r#"DELETE FROM "Event""#).execute(&mut reading).await;
    assert!(write.is_err());
    let mut cleaning = sqlx::PgConnection::connect(&sandbox.env()["CLEANUP_DATABASE_URL"])
        .await
        .expect("it connects");
    let deleted = sqlx::query(r#"DELETE FROM "Event" WHERE "objectId" = '5100000001'"#)
        .execute(&mut cleaning)
        .await
        .expect("may delete");
    assert_eq!(deleted.rows_affected(), 2);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_when_it_stops_or_is_dropped() {
    let (first, _) = started().await;
    let (second, _) = started().await;
    let urls = [first.env(), second.env()].map(|env| env["DATABASE_URL"].clone());
    first.stop().await;
    drop(second);
    for url in urls {
        assert!(
            sqlx::PgConnection::connect(&url).await.is_err(),
            "the role and the database are gone"
        );
    }
}

async fn reader(sandbox: &Sandbox) -> sqlx::PgConnection {
    sqlx::PgConnection::connect(&sandbox.env()["DATABASE_URL"])
        .await
        .expect("it connects")
}

//! The read-only PostgreSQL handle, on a real server.

use crate::setup::{Run, Schema, database_url};
use golive_core::error::Error;
use golive_core::outcome::Evidence;
use golive_stores::{Param, Stores};

fn run(url: &str) -> Run {
    Run::new(&[("DATABASE_URL", url)])
}

fn query_message(error: Option<Error>) -> String {
    match error {
        Some(Error::Query { message, .. }) => message,
        other => panic!("expected a query error, got {other:?}"),
    }
}

#[tokio::test]
async fn rows_of_any_type_in_their_order() {
    let mut schema = Schema::create().await;
    schema
        .execute(
            r#"CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE TABLE "Contact" (id text, "optedOut" boolean, mood mood, cents numeric, "tagsJson" jsonb, n bigint, at timestamp);
            INSERT INTO "Contact" VALUES ('b', true, 'ok', 12.5, '{"a":[1]}', 9007199254740993, '2026-01-02 03:04:05'),
                ('a', false, NULL, NULL, NULL, 1, NULL), ('it''s', NULL, 'sad', 1, '[]', 2, NULL)"#,
        )
        .await;
    let run = run(&schema.url());
    let postgres = run.cx.postgres().await.unwrap();
    let rows = postgres
        .fetch("SELECT * FROM \"Contact\" ORDER BY id DESC; ", &[])
        .await
        .unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.text("id").unwrap()).collect();
    assert_eq!(ids, ["it's", "b", "a"]);
    let b = &rows[1];
    assert!(b.bool("optedOut").unwrap() && b.text("mood").unwrap() == "ok");
    assert!((b.float("cents").unwrap() - 12.5).abs() < f64::EPSILON);
    assert_eq!(
        (b.int("n").unwrap(), b.json("tagsJson").unwrap()["a"][0].as_i64()),
        (9_007_199_254_740_993, Some(1))
    );
    assert_eq!(
        (b.text("at").unwrap().as_str(), rows[2].opt_text("at").unwrap()),
        ("2026-01-02T03:04:05", None)
    );

    let params: [Param; 3] = [
        "it's".into(),
        false.into(),
        vec!["a".to_owned(), "it's".to_owned()].into(),
    ];
    let sql = r#"SELECT id FROM "Contact" WHERE (id = $1 OR "optedOut" = $2) AND id = ANY($3) -- a comment"#;
    assert_eq!(postgres.fetch(sql, &params).await.unwrap().len(), 2);
    assert_eq!(
        postgres
            .count(r#"SELECT count(*) FROM "Contact" WHERE n < $1"#, &[3.into()])
            .await
            .unwrap(),
        2
    );
    assert!(postgres.exists(r#"SELECT 1 FROM "Contact""#, &[]).await.unwrap());
    assert!(
        !postgres
            .exists(r#"SELECT 1 FROM "Contact" WHERE id = $1"#, &["z".into()])
            .await
            .unwrap()
    );
    assert!(
        postgres
            .fetch_optional("SELECT 1 AS x WHERE false", &[])
            .await
            .unwrap()
            .is_none()
    );
    query_message(postgres.fetch_one("SELECT 1 AS x WHERE false", &[]).await.err());

    let statements: Vec<_> = run.cx.evidence();
    let first = statements.first().expect("each statement is evidence");
    assert!(
        matches!(first, Evidence::Sql { statement, rows: 3, .. } if statement == r#"SELECT * FROM "Contact" ORDER BY id DESC"#),
        "{first:?}"
    );
    assert!(
        !postgres.encryption().await.unwrap().on,
        "a loopback server without TLS"
    );
    schema.drop().await;
}

#[tokio::test]
async fn nothing_can_be_written() {
    let mut schema = Schema::create().await;
    schema
        .execute(
            r#"CREATE TABLE "Event" (id text); INSERT INTO "Event" VALUES ('kept'); CREATE SEQUENCE s;
            CREATE FUNCTION sneak() RETURNS int LANGUAGE sql VOLATILE AS $$ DELETE FROM "Event"; SELECT 1 $$;
            CREATE FUNCTION unlock_then_write() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN
                PERFORM set_config('transaction_read_only', 'off', true); DELETE FROM "Event"; RETURN 1; END $$;"#,
        )
        .await;
    let run = run(&schema.url());
    let postgres = run.cx.postgres().await.unwrap();
    for sql in [
        r#"DELETE FROM "Event""#,
        r#"WITH gone AS (DELETE FROM "Event" RETURNING id) SELECT * FROM gone"#,
        "SELECT sneak()",
        "SELECT unlock_then_write()",
        "SELECT nextval('s')",
        "SELECT 1) golive; COMMIT; DELETE FROM \"Event\"; SELECT row_to_json(x) FROM (SELECT 1",
        "COMMIT",
        "SET default_transaction_read_only = off",
        "CREATE TABLE t (id int)",
        "SELECT * INTO t FROM \"Event\"",
        "SELECT id FROM \"Event\" FOR UPDATE",
    ] {
        query_message(postgres.fetch(sql, &[]).await.err());
    }
    assert_eq!(schema.count(r#""Event""#).await, 1);
    // The same connection still works, and is still read-only.
    let row = postgres
        .fetch_one("SELECT current_setting('transaction_read_only') AS ro", &[])
        .await
        .unwrap();
    assert_eq!(row.text("ro").unwrap(), "on");
    let message = query_message(postgres.fetch("SELECT sneak()", &[]).await.err());
    assert!(message.contains("read-only transaction (25006)"), "{message}");
    schema.drop().await;
}

#[tokio::test]
async fn the_schema_of_the_url_is_searched_and_no_other() {
    let mut schema = Schema::create().await;
    schema.execute("CREATE TABLE here (id int)").await;
    let elsewhere = run(&database_url());
    let message = query_message(
        elsewhere
            .cx
            .postgres()
            .await
            .unwrap()
            .fetch("SELECT * FROM here", &[])
            .await
            .err(),
    );
    assert!(message.contains("does not exist (42P01)"), "{message}");
    let run = run(&schema.url());
    let postgres = run.cx.postgres().await.unwrap();
    assert!(
        postgres
            .fetch("SELECT * FROM here", &[])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(postgres.schema(), schema.name);
    schema.drop().await;
}

#[tokio::test]
async fn too_many_rows_and_locks_are_errors() {
    let mut schema = Schema::create().await;
    schema.execute("CREATE TABLE held (id int)").await;
    let run = run(&schema.url());
    let postgres = run.cx.postgres().await.unwrap();
    let message = query_message(
        postgres
            .fetch("SELECT generate_series(1, 6000) AS n", &[])
            .await
            .err(),
    );
    assert!(message.starts_with("more than 5000 rows"), "{message}");
    schema
        .execute("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        .await;
    let message = query_message(postgres.fetch("SELECT * FROM held", &[]).await.err());
    assert!(message.contains("lock timeout (55P03)"), "{message}");
    schema.execute("ROLLBACK").await;
    schema.drop().await;
}

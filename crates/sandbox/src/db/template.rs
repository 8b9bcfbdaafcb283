//! The template database: built once a server, whoever comes first, and copied ever after.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use super::{migrations, seed};
use crate::crypto::{Layout, sha256_hex};

/// Any number that nothing else locks.
const LOCK: i64 = 0x676f_6c69_7665;

/// The name of the template, which exists when this returns.
pub(super) async fn ensure(
    admin: &PgConnectOptions,
    connection: &mut PgConnection,
    layout: Layout,
) -> Result<String, sqlx::Error> {
    let name = name(layout);
    if exists(connection, &name).await? {
        return Ok(name);
    }
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await?;
    let built = if exists(connection, &name).await? {
        Ok(())
    } else {
        build(admin, connection, &name, layout).await
    };
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await?;
    built.map(|()| name)
}

/// A name that changes with everything the template is made from.
fn name(layout: Layout) -> String {
    let mut made_from = format!("{layout:?}");
    for (name, sql) in migrations::MIGRATIONS {
        made_from.push_str(name);
        made_from.push_str(sql);
    }
    for source in [
        include_str!("migrations.rs"),
        include_str!("people.rs"),
        include_str!("seed.rs"),
        include_str!("shops.rs"),
        include_str!("template.rs"),
    ] {
        made_from.push_str(source);
    }
    format!("golive_template_{}", &sha256_hex(made_from.as_bytes())[..16])
}

async fn exists(connection: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(connection)
        .await
}

/// Builds it under another name first: what has the right name is complete.
async fn build(
    admin: &PgConnectOptions,
    connection: &mut PgConnection,
    name: &str,
    layout: Layout,
) -> Result<(), sqlx::Error> {
    let building = format!("{name}_building");
    connection
        .execute(AssertSqlSafe(format!(
            r#"DROP DATABASE IF EXISTS "{building}" WITH (FORCE)"#
        )))
        .await?;
    connection
        .execute(AssertSqlSafe(format!(
            r#"CREATE DATABASE "{building}" TEMPLATE template0 ENCODING 'UTF8'"#
        )))
        .await?;
    let mut inside = admin
        .clone()
        .database(&building)
        .options([("timezone", "UTC")])
        .connect()
        .await?;
    // PostgreSQL before 15 lets everybody create tables here
    inside
        .execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        .await?;
    migrations::apply(&mut inside).await?;
    seed::insert(&mut inside, layout).await?;
    inside.execute("ANALYZE").await?;
    inside.close().await?;
    connection
        .execute(AssertSqlSafe(format!(
            r#"ALTER DATABASE "{building}" RENAME TO "{name}""#
        )))
        .await?;
    Ok(())
}

//! The backend's migrations, applied and recorded as Prisma does it.

use std::io;
use std::path::Path;

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::crypto::sha256_hex;

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../prisma/migrations/", $name, "/migration.sql")))),+]
    };
}

/// Name and SQL, in the order in which they are applied.
pub(crate) const MIGRATIONS: &[(&str, &str)] = migrations![
    "20240108093000_init",
    "20240219141210_campaigns_and_segments",
    "20240405081545_discounts_and_shortlinks",
    "20240611103020_automations_and_carts",
    "20240902160000_contact_demographics",
    "20241114112233_discount_code_pools",
    "20250121070500_pii_encryption",
];

const LOCK: &str = include_str!("../../prisma/migrations/migration_lock.toml");

const PRISMA_TABLE: &str = r"
CREATE TABLE _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
)";

/// One attempt in the past that failed and was rolled back before it was applied: part of many a real history.
const ROLLED_BACK_ONCE: &str = "20241114112233_discount_code_pools";

/// Applies all of them to an empty database.
pub(super) async fn apply(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute(PRISMA_TABLE).await?;
    for (name, sql) in MIGRATIONS {
        connection.execute(AssertSqlSafe(*sql)).await?;
        if *name == ROLLED_BACK_ONCE {
            record(connection, name, sql, "now() - interval '60 days'", true).await?;
        }
        record(connection, name, sql, "now() - interval '30 days'", false).await?;
    }
    Ok(())
}

async fn record(
    connection: &mut PgConnection,
    name: &str,
    sql: &str,
    started: &str,
    rolled_back: bool,
) -> Result<(), sqlx::Error> {
    let (finished, undone, steps) = if rolled_back {
        ("NULL", format!("{started} + interval '1 hour'"), 0)
    } else {
        ("started + interval '1 second'", "NULL".to_owned(), 1)
    };
    let statement = format!(
        "INSERT INTO _prisma_migrations
            (id, checksum, migration_name, logs, started_at, finished_at, rolled_back_at, applied_steps_count)
         SELECT $1, $2, $3, $4, started, {finished}, {undone}, {steps} FROM (SELECT {started} AS started) AS at"
    );
    let logs = rolled_back.then_some("ERROR: canceling statement due to lock timeout");
    sqlx::query(AssertSqlSafe(statement))
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(sha256_hex(sql.as_bytes()))
        .bind(name)
        .bind(logs)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes them where `PRISMA_MIGRATIONS_DIR` can point at.
pub(crate) fn write_to(directory: &Path) -> io::Result<()> {
    for (name, sql) in MIGRATIONS {
        let folder = directory.join(name);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("migration.sql"), sql)?;
    }
    std::fs::write(directory.join("migration_lock.toml"), LOCK)
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;

    #[test]
    fn every_directory_is_listed_in_order() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/prisma/migrations");
        let mut found: Vec<String> = std::fs::read_dir(directory)
            .expect("there")
            .map(|entry| entry.expect("readable"))
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().into_string().expect("UTF-8"))
            .collect();
        found.sort();
        assert_eq!(
            found,
            MIGRATIONS.iter().map(|(name, _)| *name).collect::<Vec<_>>()
        );
    }
}

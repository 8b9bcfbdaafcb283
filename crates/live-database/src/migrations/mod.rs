//! What Prisma recorded in `_prisma_migrations`, beside what the checkout holds.

mod applied;
mod checksums;
mod directory;
mod order;

use std::sync::Arc;

use golive_core::prelude::*;
use golive_stores::Stores;

use crate::cite;

pub(crate) fn probes() -> Vec<Box<dyn Probe>> {
    vec![
        Box::new(applied::Applied),
        Box::new(checksums::Checksums),
        Box::new(order::Order),
    ]
}

/// Prisma's own table, in the schema of `DATABASE_URL`.
const TABLE: &str = "_prisma_migrations";

const SQL: &str = r"
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished,
           rolled_back_at IS NOT NULL AS rolled_back, coalesce(logs, '') <> '' AS logged,
           extract(epoch FROM started_at)::float8 AS started
      FROM _prisma_migrations ORDER BY started_at, migration_name";

/// One row: an attempt at one migration.
#[derive(Debug, Clone, PartialEq)]
struct Attempt {
    name: String,
    checksum: String,
    finished: bool,
    rolled_back: bool,
    /// Prisma writes its error there.
    logged: bool,
    /// Epoch seconds.
    started: f64,
}

impl Attempt {
    fn applied(&self) -> bool {
        self.finished && !self.rolled_back
    }

    fn stuck(&self) -> bool {
        !self.finished && !self.rolled_back
    }
}

/// Every attempt in the order of their start; `None` without the table. Read once a run.
async fn history(cx: &Context) -> Result<Arc<Option<Vec<Attempt>>>, Error> {
    let history: Arc<Option<Vec<Attempt>>> = cx
        .shared("database.migrations", || async {
            let pg = cx.postgres().await?;
            let found = format!("SELECT to_regclass('{TABLE}') IS NOT NULL AS found");
            if !pg.fetch_one(&found, &[]).await?.bool("found")? {
                return Ok(None);
            }
            let rows = pg.fetch(SQL, &[]).await?;
            let attempts = rows.iter().map(|row| {
                Ok(Attempt {
                    name: row.text("name")?,
                    checksum: row.opt_text("checksum")?.unwrap_or_default(),
                    finished: row.bool("finished")?,
                    rolled_back: row.bool("rolled_back")?,
                    logged: row.bool("logged")?,
                    started: row.opt_float("started")?.unwrap_or_default(),
                })
            });
            attempts.collect::<Result<Vec<_>, Error>>().map(Some)
        })
        .await?;
    cite(
        cx,
        TABLE,
        &history
            .as_ref()
            .as_ref()
            .map_or("no such table".to_owned(), |rows| format!("{} rows", rows.len())),
    );
    Ok(history)
}

/// For the probes behind `migrations-applied`, which says so when there is no table.
async fn attempts(cx: &Context) -> Result<Vec<Attempt>, Error> {
    let missing = || {
        Error::Judged(Box::new(
            Outcome::fail(Reason::Missing, format!("there is no table {TABLE}"))
                .expected(format!("table {TABLE}")),
        ))
    };
    history(cx).await?.as_ref().clone().ok_or_else(missing)
}

#[cfg(test)]
mod testing {
    use super::Attempt;

    pub(super) fn applied(name: &str, started: f64) -> Attempt {
        Attempt {
            name: name.into(),
            checksum: String::new(),
            finished: true,
            rolled_back: false,
            logged: false,
            started,
        }
    }

    pub(super) fn rolled_back(name: &str, started: f64) -> Attempt {
        Attempt {
            finished: false,
            rolled_back: true,
            ..applied(name, started)
        }
    }

    pub(super) fn stuck(name: &str, logged: bool) -> Attempt {
        Attempt {
            finished: false,
            logged,
            ..applied(name, 9.0)
        }
    }
}

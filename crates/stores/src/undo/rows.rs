//! Undo of rows that the target wrote because of smoke data.

use golive_core::async_trait;
use golive_core::cleanup::{Undo, UndoHandler, Undone};
use golive_core::context::Context;
use golive_core::error::Error;
use serde::Deserialize;
use serde_json::Value;

use crate::Stores;
use crate::postgres::{Deleted, Postgres, RowsMatch, quote_ident};

const KIND: &str = "sql-rows";
/// So many ids are named when rows stay.
const NAMED: usize = 10;

/// Deletes the rows of `table` whose columns have these values (text, number, boolean, or a list of texts: any of).
///
/// Without `CLEANUP_DATABASE_URL` the rows stay, and the report names them with the SQL that deletes them.
pub fn sql_rows_undo(what: impl Into<String>, table: &str, columns: &[(&str, Value)]) -> Undo {
    let columns = columns
        .iter()
        .map(|(column, value)| ((*column).to_owned(), value.clone()))
        .collect();
    let rows = RowsMatch {
        table: table.to_owned(),
        columns,
    };
    Undo {
        kind: KIND.into(),
        what: what.into(),
        data: serde_json::json!(rows),
    }
}

/// Handles [`sql_rows_undo`].
#[derive(Debug)]
pub struct SqlRowsUndo;

#[async_trait]
impl UndoHandler for SqlRowsUndo {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error> {
        let rows = RowsMatch::deserialize(&undo.data).map_err(|error| super::malformed(KIND, &error))?;
        let postgres = cx.postgres().await?;
        let there = Found::look(&postgres, &rows).await?;
        if there.count == 0 {
            return Ok(Undone::Done("nothing was there".into()));
        }
        let sql = rows.delete_statement(postgres.schema());
        let left =
            |there: &Found, why: &str| Undone::Left(format!("{}: {why}: {sql}", there.words(&rows.table)));
        let cleanup = match cx.cleanup_postgres().await {
            Ok(Some(cleanup)) => cleanup,
            Ok(None) => {
                return Ok(left(
                    &there,
                    "set CLEANUP_DATABASE_URL and run `golive cleanup`, or run",
                ));
            }
            Err(error) => return Ok(left(&there, &format!("CLEANUP_DATABASE_URL: {error}; run"))),
        };
        match cleanup.delete(&rows).await {
            Err(error) => Ok(left(&there, &format!("CLEANUP_DATABASE_URL: {error}; run"))),
            Ok(Deleted::TooMany(count)) => Ok(left(
                &there,
                &format!("{count} rows are too many for smoke data; look, then run"),
            )),
            Ok(Deleted::Rows(gone)) => {
                let still = Found::look(&postgres, &rows).await?;
                if still.count > 0 {
                    return Ok(left(
                        &still,
                        "CLEANUP_DATABASE_URL sees another database or not these rows; run",
                    ));
                }
                Ok(Undone::Done(format!("{gone} deleted")))
            }
        }
    }
}

/// What the read-only role sees.
struct Found {
    count: usize,
    ids: Vec<String>,
}

impl Found {
    async fn look(postgres: &Postgres, rows: &RowsMatch) -> Result<Self, Error> {
        let (condition, params) = rows.condition()?;
        // Not every table has an id; NULL then.
        let sql = format!(
            "SELECT row_to_json(found) ->> 'id' AS id FROM {} found WHERE {condition} LIMIT 1000",
            quote_ident(&rows.table)
        );
        let answer = postgres.fetch(&sql, &params).await?;
        let ids = answer
            .iter()
            .take(NAMED)
            .filter_map(|row| row.opt_text("id").transpose())
            .collect::<Result<_, _>>()?;
        Ok(Self {
            count: answer.len(),
            ids,
        })
    }

    fn words(&self, table: &str) -> String {
        let ids = if self.ids.is_empty() {
            String::new()
        } else {
            format!(" (id {})", self.ids.join(", "))
        };
        let rows = if self.count == 1 { "row stays" } else { "rows stay" };
        format!("{} {rows} in {}{ids}", self.count, quote_ident(table))
    }
}

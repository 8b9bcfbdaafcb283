//! Deleting the few rows that the target wrote because of smoke data, with the role of `CLEANUP_DATABASE_URL`.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use golive_core::context::Context;
use golive_core::error::Error;
use golive_core::outcome::Evidence;
use golive_core::settings::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use super::connection::{Access, Connections};
use super::{Param, quote_ident, quote_literal};

/// More matching rows than this are no smoke data: nothing is deleted.
pub const DELETE_CAP: u64 = 50;

/// PostgreSQL at `CLEANUP_DATABASE_URL`. Can do one thing: delete the rows of a [`RowsMatch`].
#[derive(Clone)]
pub struct CleanupPostgres {
    cx: Context,
    connections: Arc<Connections>,
}

/// What became of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// So many rows are gone.
    Rows(u64),
    /// More than [`DELETE_CAP`] rows matched: none was deleted.
    TooMany(u64),
}

/// Rows of one table that are named by the values of columns: text, number, boolean, or a list of texts (any of).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowsMatch {
    /// The table, unquoted.
    pub table: String,
    /// Columns and values; all must hold.
    #[serde(rename = "where")]
    pub columns: Vec<(String, Value)>,
}

impl RowsMatch {
    /// The condition with `$1`, `$2`, … and its parameters.
    ///
    /// # Errors
    /// [`Error::Internal`] without any column (that would be the whole table) or with a value of another kind.
    pub(crate) fn condition(&self) -> Result<(String, Vec<Param>), Error> {
        if self.columns.is_empty() {
            return Err(Error::Internal(format!(
                "no condition for rows of {:?}",
                self.table
            )));
        }
        let mut terms = Vec::new();
        let mut params = Vec::new();
        for (number, (column, value)) in (1..).zip(&self.columns) {
            let param = self.param(column, value)?;
            let any = matches!(param, Param::Texts(_));
            params.push(param);
            terms.push(format!(
                "{} = {}",
                quote_ident(column),
                if any {
                    format!("ANY(${number})")
                } else {
                    format!("${number}")
                }
            ));
        }
        Ok((terms.join(" AND "), params))
    }

    /// The statement that a person would run, values and all.
    pub fn delete_statement(&self, schema: &str) -> String {
        let table = match schema {
            "public" => quote_ident(&self.table),
            schema => format!("{}.{}", quote_ident(schema), quote_ident(&self.table)),
        };
        let terms: Vec<_> = self
            .columns
            .iter()
            .map(|(column, value)| format!("{} {}", quote_ident(column), compared(value)))
            .collect();
        format!("DELETE FROM {table} WHERE {};", terms.join(" AND "))
    }

    fn param(&self, column: &str, value: &Value) -> Result<Param, Error> {
        let texts = |list: &Vec<Value>| {
            list.iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        };
        let param = match value {
            Value::String(text) => Some(Param::Text(text.clone())),
            Value::Bool(truth) => Some(Param::Bool(*truth)),
            Value::Number(number) => number.as_i64().map(Param::Int),
            Value::Array(list) if !list.is_empty() => texts(list).map(Param::Texts),
            _ => None,
        };
        param.ok_or_else(|| Error::Internal(format!("cannot match {:?}.{column:?} with {value}", self.table)))
    }
}

fn compared(value: &Value) -> String {
    match value {
        Value::String(text) => format!("= {}", quote_literal(text)),
        Value::Array(list) => {
            let items: Vec<_> = list
                .iter()
                .map(|item| quote_literal(item.as_str().unwrap_or_default()))
                .collect();
            format!("IN ({})", items.join(", "))
        }
        other => format!("= {other}"),
    }
}

impl CleanupPostgres {
    pub(crate) async fn of(cx: &Context) -> Result<Option<Self>, Error> {
        let target = match cx.settings().cleanup_database() {
            Err(error) if error.problem == Problem::Missing => return Ok(None),
            target => target?,
        };
        let connections = cx
            .shared("cleanup", || Connections::open(target, Access::Write))
            .await?;
        Ok(Some(Self {
            cx: cx.clone(),
            connections,
        }))
    }

    /// Deletes the rows, unless there are more than [`DELETE_CAP`].
    ///
    /// # Errors
    /// [`Error::Query`] when the role may not or a foreign key forbids it; [`Error::Unreachable`].
    pub async fn delete(&self, rows: &RowsMatch) -> Result<Deleted, Error> {
        let (condition, params) = rows.condition()?;
        let sql = format!("DELETE FROM {} WHERE {condition}", quote_ident(&rows.table));
        let began = Instant::now();
        let answer = self
            .connections
            .transaction(async |connection| {
                let query = params
                    .iter()
                    .fold(sqlx::query(AssertSqlSafe(sql.clone())), |query, param| {
                        param.bind(query)
                    });
                let gone = query
                    .persistent(false)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected();
                if gone > DELETE_CAP {
                    // The COMMIT that follows has nothing left to commit: a warning of the server, no error.
                    connection.execute("ROLLBACK").await?;
                    return Ok(Deleted::TooMany(gone));
                }
                Ok(Deleted::Rows(gone))
            })
            .await;
        self.cx.record(Evidence::Sql {
            statement: sql,
            rows: answer.as_ref().map_or(0, |deleted| {
                if let Deleted::Rows(gone) = deleted {
                    *gone
                } else {
                    0
                }
            }),
            duration_ms: began.elapsed().as_secs_f64() * 1_000.0,
        });
        answer
    }
}

impl fmt::Debug for CleanupPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanupPostgres")
            .field("target", self.connections.target())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(columns: &[(&str, Value)]) -> RowsMatch {
        let columns = columns
            .iter()
            .map(|(column, value)| ((*column).to_owned(), value.clone()))
            .collect();
        RowsMatch {
            table: "Event".into(),
            columns,
        }
    }

    #[test]
    fn what_a_person_would_run() {
        let rows = rows(&[
            ("shopId", json!("s'1")),
            ("n", json!(3)),
            ("id", json!(["a", "b"])),
            ("ok", json!(true)),
        ]);
        let sql = r#"DELETE FROM "Event" WHERE "shopId" = 's''1' AND "n" = 3 AND "id" IN ('a', 'b') AND "ok" = true;"#;
        assert_eq!(rows.delete_statement("public"), sql);
        assert!(
            rows.delete_statement("sms")
                .starts_with(r#"DELETE FROM "sms"."Event" WHERE"#)
        );
        assert_eq!(
            rows.condition().unwrap().0,
            r#""shopId" = $1 AND "n" = $2 AND "id" = ANY($3) AND "ok" = $4"#
        );
    }

    #[test]
    fn a_whole_table_is_never_meant() {
        for columns in [
            &[][..],
            &[("a", json!(null))],
            &[("a", json!([]))],
            &[("a", json!([1]))],
            &[("a", json!({}))],
        ] {
            assert!(rows(columns).condition().is_err(), "{columns:?}");
        }
    }
}

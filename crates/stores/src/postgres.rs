//! PostgreSQL as a probe sees it: one `SELECT` at a time, each in a read-only transaction of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use golive_core::context::Context;
use golive_core::error::{Error, Resource};
use golive_core::outcome::Evidence;
use golive_core::settings::DatabaseTarget;

mod cleanup;
mod connection;
mod failure;
mod quote;
mod value;

pub use cleanup::{CleanupPostgres, DELETE_CAP, Deleted, RowsMatch};
pub use quote::{quote_ident, quote_literal};
pub use value::{Param, Row};

use connection::{Access, Connections};

/// More rows than this in one answer are an error, not a silent cut.
pub const ROW_CAP: usize = 5_000;

/// PostgreSQL at `DATABASE_URL`, read-only, bound to the probe that asked for it. Cheap to clone.
#[derive(Clone)]
pub struct Postgres {
    cx: Context,
    connections: Arc<Connections>,
}

/// How the server sees the encryption of its connection. Behind a PgBouncer that is the pooler's connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryption {
    /// Whether it is encrypted.
    pub on: bool,
    /// `TLSv1.3`, …
    pub version: Option<String>,
    /// `TLS_AES_256_GCM_SHA384`, …
    pub cipher: Option<String>,
}

impl Postgres {
    pub(crate) async fn of(cx: &Context) -> Result<Self, Error> {
        let connect = || async { Connections::open(cx.settings().database()?, Access::ReadOnly).await };
        let _waiting = cx.waiting_for("a connection to PostgreSQL");
        let connections = cx.shared("postgres", connect).await?;
        Ok(Self {
            cx: cx.clone(),
            connections,
        })
    }

    /// Where it is connected to, without password.
    pub fn target(&self) -> &DatabaseTarget {
        self.connections.target()
    }

    /// The schema that unqualified table names mean (Prisma's `schema` parameter).
    pub fn schema(&self) -> &str {
        &self.connections.target().schema
    }

    /// The rows of a `SELECT`, `WITH … SELECT` or `VALUES`; parameters are `$1`, `$2`, …
    ///
    /// Anything else is a syntax error by construction: the statement becomes a subquery, and its rows come back as
    /// JSON objects. So any column type can be selected without a cast; a `SHOW` is written `current_setting(…)`,
    /// a parameter for a column that is not text needs a cast (`$1::uuid`), and two columns must not share a name.
    ///
    /// # Errors
    /// [`Error::Query`] with the server's words and SQLSTATE, or past [`ROW_CAP`] rows; [`Error::Unreachable`] when
    /// the connection is lost.
    pub async fn fetch(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, Error> {
        let began = Instant::now();
        let _waiting = self
            .cx
            .waiting_for(format!("PostgreSQL: {}", quote::excerpt(sql)));
        let answer = self.connections.select(sql, params, ROW_CAP + 1).await;
        self.cx.record(Evidence::Sql {
            statement: quote::one_line(sql),
            rows: answer.as_ref().map_or(0, |rows| rows.len() as u64),
            duration_ms: began.elapsed().as_secs_f64() * 1_000.0,
        });
        let rows = answer?;
        if rows.len() > ROW_CAP {
            return Err(refused(format!(
                "more than {ROW_CAP} rows: {}",
                quote::excerpt(sql)
            )));
        }
        Ok(rows)
    }

    /// The first row.
    ///
    /// # Errors
    /// As [`Postgres::fetch`]; [`Error::Query`] when there is no row.
    pub async fn fetch_one(&self, sql: &str, params: &[Param]) -> Result<Row, Error> {
        let row = self.fetch_optional(sql, params).await?;
        row.ok_or_else(|| refused(format!("no row: {}", quote::excerpt(sql))))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Postgres::fetch`].
    pub async fn fetch_optional(&self, sql: &str, params: &[Param]) -> Result<Option<Row>, Error> {
        Ok(self.fetch(sql, params).await?.into_iter().next())
    }

    /// The first column of the first row as an integer: `SELECT count(*) FROM …`.
    ///
    /// # Errors
    /// As [`Postgres::fetch_one`].
    pub async fn count(&self, sql: &str, params: &[Param]) -> Result<i64, Error> {
        self.fetch_one(sql, params).await?.first_int()
    }

    /// Whether the `SELECT` has any row; one is enough for the server.
    ///
    /// # Errors
    /// As [`Postgres::fetch`].
    pub async fn exists(&self, sql: &str, params: &[Param]) -> Result<bool, Error> {
        let wrapped = format!("SELECT EXISTS (\n{}\n) AS found", quote::without_semicolon(sql));
        self.fetch_one(&wrapped, params).await?.bool("found")
    }

    /// How the server sees the encryption of this connection.
    ///
    /// # Errors
    /// As [`Postgres::fetch`].
    pub async fn encryption(&self) -> Result<Encryption, Error> {
        let sql = "SELECT ssl, version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let row = self.fetch_one(sql, &[]).await?;
        Ok(Encryption {
            on: row.bool("ssl")?,
            version: row.opt_text("version")?,
            cipher: row.opt_text("cipher")?,
        })
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("target", self.target())
            .finish_non_exhaustive()
    }
}

fn refused(message: String) -> Error {
    Error::Query {
        resource: Resource::Postgres,
        message,
    }
}

//! At most four connections, made when needed; each statement runs in a transaction of its own.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use golive_core::error::Error;
use golive_core::settings::DatabaseTarget;
use secrecy::ExposeSecret;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row as _};
use tokio::sync::Semaphore;

use super::value::{Param, Row};
use super::{failure, quote};

const CONNECTIONS: usize = 4;
const CONNECT_SECONDS: u64 = 8;
const STATEMENT_SECONDS: u64 = 8;
/// Longer than the server's own limit, so that its words are heard first.
const SILENCE_SECONDS: u64 = STATEMENT_SECONDS + 1;

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    Write,
}

// Not sqlx's pool: that one retries a refused connection until its acquire timeout and then only says "timed out";
// it also keeps a connection whose statement was cancelled. Here the first refusal is the answer, and a connection
// goes back to `idle` only after its transaction has ended; dropped midway, it is closed and the server rolls back.
pub(super) struct Connections {
    target: DatabaseTarget,
    options: PgConnectOptions,
    begin: String,
    free: Semaphore,
    idle: Mutex<Vec<PgConnection>>,
}

impl Connections {
    /// Connects once, so that a wrong URL is known now.
    pub(super) async fn open(target: DatabaseTarget, access: Access) -> Result<Self, Error> {
        let options = options(&target)?;
        let begin = begin(&target.schema, access);
        let connections = Self {
            target,
            options,
            begin,
            free: Semaphore::new(CONNECTIONS),
            idle: Mutex::default(),
        };
        let first = connections.connect().await?;
        connections.keep(first);
        Ok(connections)
    }

    pub(super) fn target(&self) -> &DatabaseTarget {
        &self.target
    }

    /// The rows of a `SELECT`, at most `limit`.
    pub(super) async fn select(&self, sql: &str, params: &[Param], limit: usize) -> Result<Vec<Row>, Error> {
        let sql = quote::without_semicolon(sql);
        // As a subquery, only something that yields rows is grammatical: no SET, no COMMIT, no data-modifying WITH.
        let sql = format!("SELECT row_to_json(golive)::text FROM (\n{sql}\n) golive LIMIT {limit}");
        self.transaction(async |connection| {
            let query = params
                .iter()
                .fold(sqlx::query(AssertSqlSafe(sql)), |query, param| param.bind(query));
            query.persistent(false).fetch_all(connection).await
        })
        .await?
        .iter()
        .map(|row| {
            let text: String = row
                .try_get(0)
                .map_err(|error| failure::querying(&error, &self.target))?;
            Row::parse(&text)
        })
        .collect()
    }

    /// Runs `work` between BEGIN and COMMIT. What `work` answers with an error is rolled back.
    pub(super) async fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Error> {
        let Ok(_slot) = self.free.acquire().await else {
            return Err(Error::Internal("the connection limit was closed".into()));
        };
        let mut connection = self.begin().await?;
        let answer = self.heard(async { Ok(work(&mut connection).await) }).await?;
        let end = if answer.is_ok() { "COMMIT" } else { "ROLLBACK" };
        match (answer, self.heard(connection.execute(end)).await) {
            (Err(error), ended) => {
                if ended.is_ok() {
                    self.keep(connection);
                }
                Err(failure::querying(&error, &self.target))
            }
            (Ok(answer), Ok(_)) => {
                self.keep(connection);
                Ok(answer)
            }
            (Ok(_), Err(error)) => Err(error),
        }
    }

    async fn begin(&self) -> Result<PgConnection, Error> {
        // One that idled may have been closed by the server or a pooler: then a fresh one decides.
        while let Some(mut connection) = self.take() {
            if self
                .heard(connection.execute(AssertSqlSafe(self.begin.clone())))
                .await
                .is_ok()
            {
                return Ok(connection);
            }
        }
        let mut connection = self.connect().await?;
        self.heard(connection.execute(AssertSqlSafe(self.begin.clone())))
            .await?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<PgConnection, Error> {
        match tokio::time::timeout(Duration::from_secs(CONNECT_SECONDS), self.options.connect()).await {
            Err(_) => Err(failure::silent(&self.target, CONNECT_SECONDS)),
            Ok(answer) => answer.map_err(|error| failure::connecting(&error, &self.target)),
        }
    }

    async fn heard<T>(&self, answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Error> {
        match tokio::time::timeout(Duration::from_secs(SILENCE_SECONDS), answer).await {
            Err(_) => Err(failure::silent(&self.target, SILENCE_SECONDS)),
            Ok(answer) => answer.map_err(|error| failure::querying(&error, &self.target)),
        }
    }

    fn take(&self) -> Option<PgConnection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: PgConnection) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
    }
}

fn options(target: &DatabaseTarget) -> Result<PgConnectOptions, Error> {
    let options: PgConnectOptions = target
        .url
        .expose_secret()
        .parse()
        .map_err(|error: sqlx::Error| failure::connecting(&error, target))?;
    // PgBouncer refuses startup parameters it does not track (extra_float_digits, options), and in transaction mode
    // a named prepared statement may meet another server connection than the one it was prepared on.
    let options = options
        .application_name("golive")
        .extra_float_digits(None)
        .statement_cache_capacity(0)
        .disable_statement_logging();
    let verifies = target
        .sslmode
        .as_deref()
        .is_some_and(|mode| mode.starts_with("verify"));
    // PGSSLROOTCERT, which sqlx has read already, goes first.
    match crate::tls::native_roots().filter(|_| verifies && std::env::var_os("PGSSLROOTCERT").is_none()) {
        Some(pem) => Ok(options.ssl_root_cert_from_pem(pem)),
        None => Ok(options),
    }
}

/// One round trip that makes the transaction what it must be.
// Never a plain SET: behind PgBouncer it would stay on a server connection that the backend uses next, and the
// backend could not write any more. BEGIN READ ONLY and SET LOCAL end with the transaction.
fn begin(schema: &str, access: Access) -> String {
    let mode = if access == Access::ReadOnly {
        " READ ONLY"
    } else {
        ""
    };
    format!(
        "BEGIN{mode}; SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'; SET LOCAL lock_timeout = '2s'; \
         SET LOCAL idle_in_transaction_session_timeout = '15s'; SET LOCAL search_path = {}",
        quote::quote_ident(schema)
    )
}

//! Why there is no sandbox.

use std::io;

use crate::db::DbError;
use crate::faults::UnknownFault;
use crate::redis_db::RedisDbError;

/// Why a sandbox did not start, or could not be asked or removed.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A fault that does not exist.
    #[error(transparent)]
    Fault(#[from] UnknownFault),
    /// A fault that changes the whole Redis server, which others may be using.
    #[error("`{0}` changes the whole Redis server: give it one of its own")]
    SharedRedis(&'static str),
    /// PostgreSQL is not there, or refuses.
    #[error("postgresql: {0}")]
    Database(#[from] DbError),
    /// Redis is not there, or refuses.
    #[error("redis: {0}")]
    Redis(#[from] RedisDbError),
    /// The pooler is not there, or does not start.
    #[error("pgbouncer: {0}")]
    Pooler(String),
    /// The address cannot be listened on.
    #[error("cannot listen")]
    Listen(#[source] io::Error),
    /// The reports could not be asked for beforehand.
    #[error("cannot warm the report cache: {0}")]
    Warm(#[source] io::Error),
    /// The migrations cannot be written down.
    #[error("cannot write the migrations")]
    Files(#[source] io::Error),
}

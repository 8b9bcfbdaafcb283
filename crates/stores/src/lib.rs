//! The stores behind the target: a PostgreSQL that can only be read, a Redis, and the BullMQ queues in it.
//!
//! `use golive_stores::Stores;` gives every [`Context`] the methods below. Each connects when the first probe of
//! the run asks; all later ones share the connection, or the same [`Error::Unreachable`]. A handle belongs to the
//! probe that asked for it: what it sends is recorded as that probe's evidence. The one exception to reading is
//! [`BullMq::add_smoke_job`], which registers its undo before it writes; [`undo_handlers`] take things back.
//!
//! Where to start: [`Postgres::fetch`], [`Redis`], [`BullMq`].

use golive_core::async_trait;
use golive_core::context::Context;
use golive_core::error::Error;

pub mod bullmq;
pub mod postgres;
pub mod redis;
mod tls;
pub mod undo;

pub use bullmq::BullMq;
pub use postgres::{CleanupPostgres, Param, Postgres, Row, quote_ident, quote_literal};
pub use redis::{Permitted, Redis};
pub use undo::{redis_job_undo, redis_jobs_by_marker_undo, sql_rows_undo, undo_handlers};

/// The stores that a probe may ask, connected once a run.
#[async_trait]
pub trait Stores {
    /// PostgreSQL at `DATABASE_URL`, read-only.
    async fn postgres(&self) -> Result<Postgres, Error>;

    /// Redis at `REDIS_URL`.
    async fn redis(&self) -> Result<Redis, Error>;

    /// The queues in that Redis, under `QUEUE_PREFIX`.
    async fn bullmq(&self) -> Result<BullMq, Error>;

    /// The role that may delete what smoke data left behind; `None` when `CLEANUP_DATABASE_URL` is not set.
    async fn cleanup_postgres(&self) -> Result<Option<CleanupPostgres>, Error>;

    /// Both stores answer: what a request leaves in them can be found again and taken back.
    async fn can_undo(&self) -> Result<(), Error> {
        self.postgres().await?;
        self.redis().await?;
        Ok(())
    }
}

#[async_trait]
impl Stores for Context {
    async fn postgres(&self) -> Result<Postgres, Error> {
        Postgres::of(self).await
    }

    async fn redis(&self) -> Result<Redis, Error> {
        Redis::of(self).await
    }

    async fn bullmq(&self) -> Result<BullMq, Error> {
        Ok(BullMq::new(Redis::of(self).await?))
    }

    async fn cleanup_postgres(&self) -> Result<Option<CleanupPostgres>, Error> {
        CleanupPostgres::of(self).await
    }
}

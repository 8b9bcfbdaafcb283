//! The stores on a real PostgreSQL and a real Redis: `cargo xtask test` names them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod postgres_connection;
mod postgres_reads;
mod queue_events;
mod queues;
mod redis_handle;
mod setup;
mod undo;

//! A reference SMS Blossom backend that keeps the whole contract on a real PostgreSQL and a real Redis.
//!
//! It is an independent witness: nothing here comes from `golive-core`. Every way of breaking the contract that
//! golive should find is a [`faults::Fault`], switched on by name.

mod api;
mod auth;
mod crypto;
mod db;
mod deployment;
mod docs;
mod doors;
mod environment;
mod error;
mod extract;
pub mod faults;
mod front;
#[cfg(feature = "harness")]
pub mod harness;
mod health;
mod hostile;
mod ids;
mod metrics;
mod middleware;
mod mitto;
mod openapi;
mod options;
mod pooler;
mod proxy;
mod queue_health;
mod queues;
mod redis_db;
mod redis_front;
mod requests;
mod sandbox;
mod server;
mod shortlinks;
mod snapshot;
mod start_error;
mod state;
mod warm;
mod webhooks;

pub use deployment::Deployment;
pub use front::Front;
pub use options::{Dialect, Limits, Options};
pub use requests::{Recorded, Requests};
pub use sandbox::Sandbox;
pub use snapshot::Snapshot;
pub use start_error::StartError;

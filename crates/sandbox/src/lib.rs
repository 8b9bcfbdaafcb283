//! A reference SMS Blossom backend that keeps the whole contract on a real PostgreSQL and a real Redis.
//!
//! It is an independent witness: nothing here comes from `golive-core`. Every way of breaking the contract that
//! golive should find is a [`faults::Fault`], switched on by name.

mod api;
mod auth;
mod crypto;
mod error;
mod extract;
pub mod faults;
mod ids;
mod metrics;
mod middleware;
mod mitto;
mod options;
mod queues;
mod requests;
mod state;

pub use options::{Dialect, Limits, Options};
pub use requests::{Recorded, Requests};

//! A private PostgreSQL and a private Redis, found or installed, started and taken down again.
//!
//! ```no_run
//! use golive_services::{Options, Services, setup};
//! let binaries = setup(&mut |line| drop(line.to_owned()))?;
//! let services = Services::start(&binaries, &Options::default())?;
//! let (database, redis) = (services.database_url(), services.redis_url());
//! # Ok::<(), golive_services::Error>(())
//! ```
//!
//! What holds, always:
//! - Nothing of the machine's own services is touched: free loopback ports, one temporary directory (0700), random
//!   passwords. As root the servers run as the unprivileged user `nobody`.
//! - A server that was started is stopped: on drop, on panic, and by a watchdog process when this process is killed
//!   or exits without dropping (a `static` in a test binary). The directory goes with it.
//! - Ready means a real answer of the protocol, not an open port.

mod account;
mod error;
mod find;
mod home;
mod install;
mod pgbouncer;
mod places;
mod postgres;
mod process;
mod redis;
mod services;
mod setup;
mod template;
mod version;
mod wheels;
mod wire;

pub use error::Error;
pub use find::{Binaries, Program, Source, find};
pub use pgbouncer::PgBouncer;
pub use postgres::PostgresServer;
pub use redis::RedisServer;
pub use services::{Options, Services};
pub use setup::setup;
pub use version::Version;

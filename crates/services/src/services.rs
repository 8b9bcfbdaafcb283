//! Both servers in one directory, and the variables that tell tests about them.

use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::find::Binaries;
use crate::home::Home;
use crate::postgres::PostgresServer;
use crate::redis::RedisServer;

/// What to add to the servers' settings; the default adds nothing.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// As in postgresql.conf: `("log_statement", "all")`.
    pub postgres_settings: Vec<(String, String)>,
    /// As on the command line: `"--maxmemory"`, `"64mb"`.
    pub redis_arguments: Vec<String>,
}

/// A PostgreSQL and a Redis that live as long as this value.
pub struct Services {
    /// The PostgreSQL.
    pub postgres: PostgresServer,
    /// The Redis.
    pub redis: RedisServer,
    home: Arc<Home>,
}

impl Services {
    /// Starts both and waits until they answer: about 0.2 s once the cluster's template is in the cache.
    pub fn start(binaries: &Binaries, options: &Options) -> Result<Self, Error> {
        let home = Home::create()?;
        let arguments: Vec<&str> = options.redis_arguments.iter().map(String::as_str).collect();
        let settings: Vec<(&str, &str)> = options
            .postgres_settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let redis = RedisServer::start_in(&home, binaries, &arguments)?;
        let postgres = PostgresServer::start_in(&home, binaries, &settings)?;
        Ok(Self {
            postgres,
            redis,
            home,
        })
    }

    /// `postgres://postgres:<password>@127.0.0.1:<port>/postgres`
    pub fn database_url(&self) -> String {
        self.postgres.url()
    }

    /// `redis://:<password>@127.0.0.1:<port>/0`
    pub fn redis_url(&self) -> String {
        self.redis.url()
    }

    /// What tests read: `GOLIVE_TEST_DATABASE_URL` and `GOLIVE_TEST_REDIS_URL`.
    pub fn env(&self) -> [(&'static str, String); 2] {
        [
            ("GOLIVE_TEST_DATABASE_URL", self.database_url()),
            ("GOLIVE_TEST_REDIS_URL", self.redis_url()),
        ]
    }

    /// The temporary directory (0700); it goes when this value goes.
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// Lets the watchdog end (SIGTERM) that process of the caller's, too, should the caller be killed.
    pub fn adopt(&self, pid: u32) -> Result<(), Error> {
        self.home.watch(pid, "TERM")
    }

    /// The adopted process has ended and been waited for.
    pub fn release(&self, pid: u32) {
        self.home.gone(pid);
    }
}

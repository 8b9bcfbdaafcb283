//! One Redis database number a sandbox: claimed in database 0, emptied at start and at stop.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client};
use url::Url;

use crate::ids;

const LEASE_SECONDS: u64 = 3600;
const COUNTER: &str = "golive-sandbox:next";
const USED: &str = "golive-sandbox:used";

/// A claimed database.
pub(crate) struct RedisDb {
    url: Url,
    number: u32,
    client: Client,
    lease: ConnectionManager,
}

impl RedisDb {
    /// Claims the next database that is free and holds nothing of anybody else's.
    pub(crate) async fn claim(server: &str) -> Result<Self, RedisDbError> {
        let mut url = Url::parse(server)?;
        url.set_path("/0");
        let mut lease = manager(&Client::open(url.as_str())?).await?;
        let (_, databases): (String, u32) = redis::cmd("CONFIG")
            .arg("GET")
            .arg("databases")
            .query_async(&mut lease)
            .await?;
        for _ in 1..databases.max(2) {
            let next: u32 = redis::cmd("INCR").arg(COUNTER).query_async(&mut lease).await?;
            let number = 1 + next % (databases - 1).max(1);
            let claimed: Option<String> = redis::cmd("SET")
                .arg(lease_key(number))
                .arg(std::process::id())
                .arg("NX")
                .arg("EX")
                .arg(LEASE_SECONDS)
                .query_async(&mut lease)
                .await?;
            if claimed.is_none() {
                continue;
            }
            url.set_path(&format!("/{number}"));
            let database = Self {
                client: Client::open(url.as_str())?,
                url: url.clone(),
                number,
                lease: lease.clone(),
            };
            if database.empty_ours().await? {
                return Ok(database);
            }
        }
        Err(RedisDbError::NoneFree(databases))
    }

    /// Empties the database if a sandbox left it behind; false if something else lives there.
    async fn empty_ours(&self) -> Result<bool, redis::RedisError> {
        let mut lease = self.lease.clone();
        let known: bool = redis::cmd("SISMEMBER")
            .arg(USED)
            .arg(self.number)
            .query_async(&mut lease)
            .await?;
        let mut connection = self.connection().await?;
        if known {
            redis::cmd("FLUSHDB").query_async::<()>(&mut connection).await?;
            return Ok(true);
        }
        let size: u64 = redis::cmd("DBSIZE").query_async(&mut connection).await?;
        if size == 0 {
            redis::cmd("SADD")
                .arg(USED)
                .arg(self.number)
                .query_async::<()>(&mut lease)
                .await?;
        }
        Ok(size == 0)
    }

    /// The database's number.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// What `REDIS_URL` says.
    pub(crate) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// What `REDIS_URL` says for a user who may do just that.
    pub(crate) async fn as_user(&self, rights: &str) -> Result<String, redis::RedisError> {
        let (name, password) = ("golive", ids::token());
        redis::cmd("ACL")
            .arg(&["SETUSER", name, "on", &format!(">{password}")])
            .arg(rights.split_whitespace().collect::<Vec<_>>())
            .query_async::<()>(&mut self.lease.clone())
            .await?;
        let mut url = self.url.clone();
        url.set_username(name).ok();
        url.set_password(Some(&password)).ok();
        Ok(url.into())
    }

    /// A connection for commands that answer at once; it reconnects by itself.
    pub(crate) async fn manager(&self) -> Result<ConnectionManager, redis::RedisError> {
        manager(&self.client).await
    }

    /// A connection of its own, for commands that block.
    pub(crate) async fn connection(&self) -> Result<MultiplexedConnection, redis::RedisError> {
        let patient = AsyncConnectionConfig::new().set_response_timeout(None);
        self.client
            .get_multiplexed_async_connection_with_config(&patient)
            .await
    }

    /// Keeps the claim for another hour.
    pub(crate) async fn renew(&self) -> Result<(), redis::RedisError> {
        let mut lease = self.lease.clone();
        redis::cmd("EXPIRE")
            .arg(lease_key(self.number))
            .arg(LEASE_SECONDS)
            .query_async(&mut lease)
            .await
    }

    /// Empties the database and gives it back, on a connection of its own: the others' runtime may have stopped.
    pub(crate) async fn remove(&self) -> Result<(), redis::RedisError> {
        let mut connection = self.connection().await?;
        redis::pipe()
            .cmd("FLUSHDB")
            .ignore()
            .cmd("SELECT")
            .arg(0)
            .ignore()
            .cmd("DEL")
            .arg(lease_key(self.number))
            .ignore()
            .query_async(&mut connection)
            .await
    }
}

fn lease_key(number: u32) -> String {
    format!("golive-sandbox:db:{number}")
}

async fn manager(client: &Client) -> Result<ConnectionManager, redis::RedisError> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(Duration::from_secs(5)))
        .set_connection_timeout(Some(Duration::from_secs(5)))
        .set_number_of_retries(2);
    ConnectionManager::new_with_config(client.clone(), config).await
}

/// Why there is no Redis database for a sandbox.
#[derive(Debug, thiserror::Error)]
pub enum RedisDbError {
    /// Redis refused, or could not be reached.
    #[error("redis")]
    Redis(#[from] redis::RedisError),
    /// The URL is none.
    #[error("the redis url is malformed")]
    Url(#[from] url::ParseError),
    /// Every database is in use.
    #[error("none of the server's {0} databases is free")]
    NoneFree(u32),
}

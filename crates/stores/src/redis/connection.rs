//! One multiplexed connection that fails fast, and is made anew by the next command after it was lost.

use std::time::Duration;

use golive_core::error::Error;
use golive_core::settings::RedisTarget;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisError, TlsCertificates, Value};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use super::failure::{self, Failure};
use super::{info, reply};

const CONNECT_SECONDS: u64 = 5;
const REPLY_SECONDS: u64 = 5;

// Not redis' ConnectionManager: it retries with growing delays and hides from probes that the server is gone. But
// clean-up runs minutes after the first probe, perhaps after a restart of Redis, so a lost connection is not final.
pub(super) struct Connection {
    target: RedisTarget,
    client: Client,
    name: String,
    live: Mutex<Option<MultiplexedConnection>>,
}

impl Connection {
    /// Connects, logs in, sets the connection's name, and refuses what golive cannot read.
    pub(super) async fn open(target: RedisTarget, name: String) -> Result<Self, Error> {
        let client = client(&target)
            .map_err(|error| failure::connecting(&error, &target, CONNECT_SECONDS).into_error())?;
        let connection = Self {
            target,
            client,
            name,
            live: Mutex::new(None),
        };
        connection.live().await.map_err(Failure::into_error)?;
        Ok(connection)
    }

    pub(super) fn target(&self) -> &RedisTarget {
        &self.target
    }

    pub(super) async fn command(&self, cmd: &Cmd) -> Result<Value, Failure> {
        let mut live = self.live().await?;
        let answer = live.send_packed_command(cmd).await.and_then(Value::extract_error);
        self.judged(answer).await
    }

    pub(super) async fn pipeline(&self, pipe: &Pipeline) -> Result<Vec<Value>, Failure> {
        let mut live = self.live().await?;
        let answer = pipe.query_async::<Vec<Value>>(&mut live).await;
        self.judged(answer).await
    }

    async fn judged<T>(&self, answer: Result<T, RedisError>) -> Result<T, Failure> {
        match answer {
            Ok(value) => Ok(value),
            Err(error) => {
                if error.is_unrecoverable_error() || error.is_connection_dropped() {
                    *self.live.lock().await = None;
                }
                Err(failure::asking(&error, &self.target, REPLY_SECONDS))
            }
        }
    }

    async fn live(&self) -> Result<MultiplexedConnection, Failure> {
        let mut live = self.live.lock().await;
        if let Some(connection) = &*live {
            return Ok(connection.clone());
        }
        let connection = self.connect().await?;
        *live = Some(connection.clone());
        Ok(connection)
    }

    async fn connect(&self) -> Result<MultiplexedConnection, Failure> {
        let failed = |error: &RedisError| failure::connecting(error, &self.target, CONNECT_SECONDS);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(CONNECT_SECONDS)))
            .set_response_timeout(Some(Duration::from_secs(REPLY_SECONDS)));
        let mut connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .map_err(|error| failed(&error))?;
        let mut greeting = redis::cmd("INFO");
        greeting.arg("server");
        match connection
            .send_packed_command(&greeting)
            .await
            .and_then(Value::extract_error)
        {
            Ok(answer) => {
                if let Some(words) = info::unsupported(&info::parse(&reply::text(answer).unwrap_or_default()))
                {
                    return Err(Failure::Said(words.into()));
                }
            }
            Err(error) if failure::login_refused(&error) => return Err(failed(&error)),
            Err(error) => match failure::asking(&error, &self.target, REPLY_SECONDS) {
                Failure::Unreachable(words) => return Err(Failure::Unreachable(words)),
                // An ACL that hides INFO: then nothing is known against this server.
                Failure::Refused(_) | Failure::Said(_) => {}
            },
        }
        // A courtesy to the operator; some managed servers refuse it.
        let mut name = redis::cmd("CLIENT");
        name.arg("SETNAME").arg(&self.name);
        let _ = connection.send_packed_command(&name).await;
        Ok(connection)
    }
}

fn client(target: &RedisTarget) -> Result<Client, RedisError> {
    let url = target.url.expose_secret();
    // Given certificates replace Mozilla's roots: the machine's own hold those too, and a private CA beside them.
    match crate::tls::native_roots().filter(|_| target.tls) {
        Some(pem) => Client::build_with_tls(
            url,
            TlsCertificates {
                client_tls: None,
                root_cert: Some(pem),
            },
        ),
        None => Client::open(url),
    }
}

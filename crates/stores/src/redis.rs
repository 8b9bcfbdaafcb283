//! Redis as a probe sees it: bounded reads, each command and its reply recorded as evidence.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use golive_core::context::Context;
use golive_core::error::{Error, Resource};
use golive_core::outcome::Evidence;
use golive_core::settings::RedisTarget;
use redis::{Cmd, Pipeline, Value};

mod clients;
mod connection;
mod failure;
mod info;
mod keys;
mod reply;

pub use clients::Client;
pub use keys::Scan;

use connection::Connection;
use failure::Failure;
pub(crate) use reply::{int, list, map, text};

/// Redis at `REDIS_URL`, bound to the probe that asked for it. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    cx: Context,
    connection: Arc<Connection>,
}

/// The answer to a command that a server may refuse: managed Redis hides CONFIG, an ACL hides CLIENT LIST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permitted<T> {
    /// The server answered.
    Known(T),
    /// The server refused (NOPERM, unknown or disabled command), in its own words: nothing is known.
    Refused(String),
}

impl<T> Permitted<T> {
    /// The answer, if there is one.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(answer) => Some(answer),
            Self::Refused(_) => None,
        }
    }

    /// The same permission over another answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Permitted<U> {
        match self {
            Self::Known(answer) => Permitted::Known(change(answer)),
            Self::Refused(words) => Permitted::Refused(words),
        }
    }
}

impl Redis {
    pub(crate) async fn of(cx: &Context) -> Result<Self, Error> {
        let connect =
            || async { Connection::open(cx.settings().redis()?, format!("golive-{}", cx.run_id())).await };
        let _waiting = cx.waiting_for("a connection to Redis");
        let connection = cx.shared("redis", connect).await?;
        Ok(Self {
            cx: cx.clone(),
            connection,
        })
    }

    /// Where it is connected to, without password.
    pub fn target(&self) -> &RedisTarget {
        self.connection.target()
    }

    pub(crate) fn context(&self) -> &Context {
        &self.cx
    }

    /// PING.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the connection is lost or silent; [`Error::Query`] in the server's words.
    pub async fn ping(&self) -> Result<(), Error> {
        self.ask(redis::cmd("PING"), "PING").await.map(drop)
    }

    /// INFO of a section (`server`, `memory`, `persistence`, `replication`, …) as field → value.
    ///
    /// # Errors
    /// As [`Redis::ping`].
    pub async fn info(&self, section: &str) -> Result<BTreeMap<String, String>, Error> {
        let mut cmd = redis::cmd("INFO");
        cmd.arg(section);
        let reply = self.ask(cmd, &format!("INFO {section}")).await?;
        Ok(info::parse(&text(reply).unwrap_or_default()))
    }

    /// CONFIG GET of one parameter; `None` when the server does not know it.
    ///
    /// # Errors
    /// As [`Redis::ping`]; a refusal is [`Permitted::Refused`].
    pub async fn config_get(&self, name: &str) -> Result<Permitted<Option<String>>, Error> {
        let mut cmd = redis::cmd("CONFIG");
        cmd.arg("GET").arg(name);
        let reply = self.ask_permitted(cmd, &format!("CONFIG GET {name}")).await?;
        Ok(reply.map(|reply| map(reply).remove(name)))
    }

    /// CLIENT LIST: who is connected, without addresses.
    ///
    /// # Errors
    /// As [`Redis::ping`]; a refusal is [`Permitted::Refused`].
    pub async fn client_list(&self) -> Result<Permitted<Vec<Client>>, Error> {
        let mut cmd = redis::cmd("CLIENT");
        cmd.arg("LIST");
        let reply = self.ask_permitted(cmd, "CLIENT LIST").await?;
        Ok(reply.map(|reply| clients::parse(&text(reply).unwrap_or_default())))
    }

    /// Sends one command; `shown` is how it stands in the evidence.
    pub(crate) async fn ask(&self, cmd: Cmd, shown: &str) -> Result<Value, Error> {
        let began = Instant::now();
        let answer = self.silently(&cmd).await;
        self.record(
            shown,
            began,
            &answer.as_ref().map_or_else(ToString::to_string, reply::excerpt),
        );
        answer
    }

    /// Sends commands in one go, as one MULTI/EXEC when `pipe` is atomic.
    pub(crate) async fn ask_all(&self, pipe: &Pipeline, shown: &str) -> Result<Vec<Value>, Error> {
        let began = Instant::now();
        let answer = self.connection.pipeline(pipe).await.map_err(Failure::into_error);
        let words = match &answer {
            Ok(replies) => replies.iter().map(reply::excerpt).collect::<Vec<_>>().join(", "),
            Err(error) => error.to_string(),
        };
        self.record(shown, began, &reply::shorten(&words));
        answer
    }

    async fn ask_permitted(&self, cmd: Cmd, shown: &str) -> Result<Permitted<Value>, Error> {
        let began = Instant::now();
        let answer = match self.connection.command(&cmd).await {
            Ok(value) => Ok(Permitted::Known(value)),
            Err(Failure::Refused(words)) => Ok(Permitted::Refused(words)),
            Err(failure) => Err(failure.into_error()),
        };
        let words = match &answer {
            Ok(Permitted::Known(value)) => reply::excerpt(value),
            Ok(Permitted::Refused(words)) => words.clone(),
            Err(error) => error.to_string(),
        };
        self.record(shown, began, &words);
        answer
    }

    /// One of many polls: the caller records what they amount to.
    pub(crate) async fn silently(&self, cmd: &Cmd) -> Result<Value, Error> {
        self.connection.command(cmd).await.map_err(Failure::into_error)
    }

    /// As [`Redis::silently`], for a pipeline.
    pub(crate) async fn all_silently(&self, pipe: &Pipeline) -> Result<Vec<Value>, Error> {
        self.connection.pipeline(pipe).await.map_err(Failure::into_error)
    }

    pub(crate) fn record(&self, command: &str, began: Instant, reply: &str) {
        self.cx.record(Evidence::Redis {
            command: command.to_owned(),
            reply: reply.to_owned(),
            duration_ms: began.elapsed().as_secs_f64() * 1_000.0,
        });
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("target", self.target())
            .finish_non_exhaustive()
    }
}

pub(crate) fn refused(message: impl Into<String>) -> Error {
    Error::Query {
        resource: Resource::Redis,
        message: message.into(),
    }
}

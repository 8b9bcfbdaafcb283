//! A run against the real stores that `cargo xtask test` names, each test in a schema and a queue prefix of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use golive_core::cleanup::Journal;
use golive_core::context::{Context, RunScope, new_run_id};
use golive_core::contract::Contract;
use golive_core::outcome::Evidence;
use golive_core::settings::Settings;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A name that no other test uses, now or in a run beside this one.
pub(crate) fn unique(what: &str) -> String {
    format!(
        "golive_{what}_{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    )
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run through `cargo xtask test`"))
}

pub(crate) fn database_url() -> String {
    variable("GOLIVE_TEST_DATABASE_URL")
}

pub(crate) fn redis_url() -> String {
    variable("GOLIVE_TEST_REDIS_URL")
}

/// `url` with one part replaced by the closure.
pub(crate) fn altered(url: &str, change: impl FnOnce(&mut url::Url)) -> String {
    let mut url = url::Url::parse(url).unwrap();
    change(&mut url);
    url.into()
}

pub(crate) struct Run {
    pub(crate) scope: Arc<RunScope>,
    pub(crate) cx: Context,
}

impl Run {
    pub(crate) fn new(pairs: &[(&str, &str)]) -> Self {
        Self::with(pairs, false)
    }

    pub(crate) fn with(pairs: &[(&str, &str)], read_only: bool) -> Self {
        let settings = Settings::from_map(pairs.iter().copied());
        let journal = Journal::in_memory(new_run_id());
        let scope = Arc::new(RunScope::new(settings, Contract::default(), journal, read_only));
        let cx = Context::new(Arc::clone(&scope), "test", Duration::from_secs(30));
        Self { scope, cx }
    }

    /// The Redis commands recorded so far with their replies.
    pub(crate) fn redis_evidence(&self) -> Vec<(String, String)> {
        let records = self.cx.evidence().into_iter();
        records
            .filter_map(|record| match record {
                Evidence::Redis { command, reply, .. } => Some((command, reply)),
                _ => None,
            })
            .collect()
    }
}

/// A schema of its own, made and dropped by the owner of the database.
pub(crate) struct Schema {
    owner: PgConnection,
    pub(crate) name: String,
}

impl Schema {
    pub(crate) async fn create() -> Self {
        let mut owner = PgConnection::connect(&database_url()).await.unwrap();
        let name = unique("schema");
        owner
            .execute(AssertSqlSafe(format!(
                "CREATE SCHEMA {name}; SET search_path = {name}"
            )))
            .await
            .unwrap();
        Self { owner, name }
    }

    pub(crate) async fn execute(&mut self, sql: &str) {
        self.owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }

    pub(crate) async fn count(&mut self, table: &str) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(sql).fetch_one(&mut self.owner).await.unwrap()
    }

    /// `DATABASE_URL` with Prisma's parameters.
    pub(crate) fn url(&self) -> String {
        altered(&database_url(), |url| {
            url.set_query(Some(&format!("schema={}&connection_limit=5", self.name)));
        })
    }

    pub(crate) async fn drop(mut self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        self.owner.execute(AssertSqlSafe(sql)).await.unwrap();
    }
}

/// The keys under a prefix, and a connection that may write them.
pub(crate) struct Keys {
    connection: redis::aio::MultiplexedConnection,
    pub(crate) prefix: String,
}

impl Keys {
    pub(crate) async fn new() -> Self {
        let client = redis::Client::open(redis_url()).unwrap();
        let connection = client.get_multiplexed_async_connection().await.unwrap();
        Self {
            connection,
            prefix: unique("bull"),
        }
    }

    pub(crate) fn run(&self) -> Run {
        Run::new(&[("REDIS_URL", &redis_url()), ("QUEUE_PREFIX", &self.prefix)])
    }

    pub(crate) async fn send<T: redis::FromRedisValue>(&mut self, line: &str) -> T {
        let mut words = line.split(' ');
        let mut cmd = redis::cmd(words.next().unwrap());
        for word in words {
            cmd.arg(word.replace("P:", &format!("{}:", self.prefix)));
        }
        cmd.query_async(&mut self.connection).await.unwrap()
    }

    pub(crate) async fn all(&mut self) -> Vec<String> {
        let pattern = format!("{}:*", self.prefix);
        let mut keys: Vec<String> = redis::cmd("KEYS")
            .arg(pattern)
            .query_async(&mut self.connection)
            .await
            .unwrap();
        keys.sort();
        keys
    }

    pub(crate) async fn clear(mut self) {
        for key in self.all().await {
            let _: i64 = redis::cmd("DEL")
                .arg(key)
                .query_async(&mut self.connection)
                .await
                .unwrap();
        }
    }
}

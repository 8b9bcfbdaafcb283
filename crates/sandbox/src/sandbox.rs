//! A sandbox: started, asked about, stopped.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::crypto::Layout;
use crate::db::{Database, DbError, migrations};
use crate::doors::Doors;
use crate::environment::{self, Env, Places};
use crate::faults::Faults;
use crate::health::Kept;
use crate::hostile::{self, Stranger};
use crate::metrics::Metrics;
use crate::mitto::Mitto;
use crate::options::Options;
use crate::redis_db::{RedisDb, RedisDbError};
use crate::requests::Requests;
use crate::snapshot::Snapshot;
use crate::start_error::StartError;
use crate::state::{App, State};
use crate::{pooler, queues, redis_front, server, warm};

/// A running reference backend; dropping it removes what it made, [`Sandbox::stop`] does so and says how it went.
pub struct Sandbox {
    state: App,
    env: Env,
    base_url: String,
    stranger: Stranger,
    stores: Option<Arc<Stores>>,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

/// What has to be removed again.
struct Stores {
    database: Database,
    redis: RedisDb,
    keep: bool,
    /// Deleted with this value.
    _migrations: tempfile::TempDir,
}

impl Stores {
    async fn remove(&self) -> Result<(), StartError> {
        if self.keep {
            return Ok(());
        }
        let (database, redis) = tokio::join!(self.database.remove(), self.redis.remove());
        database.map_err(DbError::from)?;
        redis.map_err(RedisDbError::from)?;
        Ok(())
    }
}

impl Sandbox {
    /// Starts one; it serves when this returns.
    ///
    /// # Errors
    /// [`StartError`]: an unknown fault, a store that is not there, a port that is taken.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let faults = Faults::named(&options.faults)?;
        if let Some(fault) = faults
            .active()
            .find(|fault| fault.own_redis && !options.own_redis)
        {
            return Err(StartError::SharedRedis(fault.name));
        }
        if options.deployment.redis_rights.is_some() && !options.own_redis {
            return Err(StartError::SharedRedis("a Redis user"));
        }
        let layout = if options.dialect.colon_ciphertext {
            Layout::Colons
        } else {
            Layout::Json
        };
        let doors = Doors::open(&options).await.map_err(StartError::Listen)?;
        let base_url = doors.base_url.clone();
        let (database, redis) = tokio::join!(
            Database::create(&options.database_url, &faults, &options.deployment, layout),
            RedisDb::claim(&options.redis_url),
        );
        let (database, redis) = match (database, redis) {
            (Ok(database), Ok(redis)) => (database, redis),
            (Ok(database), Err(error)) => {
                database.remove().await.ok();
                return Err(error.into());
            }
            (Err(error), Ok(redis)) => {
                redis.remove().await.ok();
                return Err(error.into());
            }
            (Err(error), Err(_)) => return Err(error.into()),
        };
        let directory = tempfile::Builder::new()
            .prefix("golive-sandbox-")
            .disable_cleanup(options.keep_data)
            .tempdir()
            .map_err(StartError::Files)?;
        migrations::write_to(directory.path()).map_err(StartError::Files)?;
        let (tasks, stopping) = (TaskTracker::new(), CancellationToken::new());
        let redis_url = match options.deployment.redis_rights {
            Some(rights) => redis.as_user(rights).await.map_err(RedisDbError::from)?,
            None => redis_front::url(&faults, redis.url(), &tasks, &stopping)
                .await
                .map_err(StartError::Listen)?,
        };
        let mut urls = [database.reader_url(), database.cleaner_url()];
        if options.deployment.pooler {
            urls = pooler::before(urls, &tasks, &stopping).await?;
        }
        let [database_url, cleanup_url] = urls;
        let (base_url, stranger) = hostile::front(&faults, base_url, &tasks, &stopping)
            .await
            .map_err(StartError::Listen)?;
        let env = environment::variables(
            &options,
            &faults,
            &Places {
                base_url: &base_url,
                database_url,
                cleanup_url: options.cleanup_role.then_some(cleanup_url),
                redis_url: &redis_url,
                migrations: directory.path().to_str(),
            },
        );
        let state = Arc::new(State {
            pg: database.pool.clone(),
            redis: redis.manager().await.map_err(RedisDbError::from)?,
            redis_number: redis.number(),
            config: environment::config(&options, &env, &base_url),
            metrics: Arc::new(Metrics::new(options.dialect, &options.deployment)),
            mitto: Mitto::default(),
            coverage: Kept::default(),
            requests: Requests::default(),
            faults,
        });
        let stores = Stores {
            database,
            redis,
            keep: options.keep_data,
            _migrations: directory,
        };
        let mut sandbox = Self {
            state,
            env,
            base_url,
            stranger,
            stores: Some(Arc::new(stores)),
            tasks,
            stopping,
        };
        sandbox.run(doors).await?;
        if options.deployment.warm_reports {
            warm::reports(&sandbox.state.config)
                .await
                .map_err(StartError::Warm)?;
        }
        Ok(sandbox)
    }

    async fn run(&mut self, doors: Doors) -> Result<(), StartError> {
        let stores = Arc::clone(self.stores.as_ref().expect("set until stopped"));
        queues::start(&self.state, &stores.redis, &self.tasks, &self.stopping)
            .await
            .map_err(RedisDbError::from)?;
        doors
            .serve(server::router(&self.state), &self.tasks, &self.stopping)
            .map_err(StartError::Listen)?;
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            while tokio::time::timeout(Duration::from_mins(10), stopping.cancelled())
                .await
                .is_err()
            {
                stores.redis.renew().await.ok();
            }
        });
        Ok(())
    }

    /// Where it answers, such as `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The environment of this deployment, every variable golive reads.
    pub fn env(&self) -> Env {
        self.env.clone()
    }

    /// Every request served so far.
    pub fn requests(&self) -> Requests {
        self.state.requests.clone()
    }

    /// The head of every request that another origin got, where a fault points there.
    pub fn stranger_saw(&self) -> Vec<String> {
        self.stranger.seen()
    }

    /// How many messages the SMS provider was handed.
    pub fn messages_sent(&self) -> usize {
        self.state.mitto.sent().len()
    }

    /// What the stores hold now, to be compared with what they hold later.
    ///
    /// # Errors
    /// When a store does not answer.
    pub async fn snapshot(&self) -> Result<Snapshot, StartError> {
        Snapshot::take(&self.state).await
    }

    /// Stops serving, and removes the database, the roles and the keys as far as possible.
    pub async fn stop(self) {
        self.try_stop().await.ok();
    }

    /// The same, and says how it went.
    ///
    /// # Errors
    /// When something could not be removed.
    pub async fn try_stop(mut self) -> Result<(), StartError> {
        self.stopping.cancel();
        self.tasks.close();
        tokio::time::timeout(Duration::from_secs(5), self.tasks.wait())
            .await
            .ok();
        match self.stores.take() {
            Some(stores) => stores.remove().await,
            None => Ok(()),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stopping.cancel();
        let Some(stores) = self.stores.take() else { return };
        // the runtime this is dropped on may be about to end: remove things on one of our own
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime
                .block_on(async { tokio::time::timeout(Duration::from_secs(5), stores.remove()).await })
                .ok();
            io::Result::Ok(())
        });
        removal.join().ok();
    }
}

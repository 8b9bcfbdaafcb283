//! Why a probe has no answer, by reason. `Ok(Outcome)` is an answer, `Err` means there is none.

use std::time::Duration;

use crate::outcome::{Outcome, Reason};
use crate::settings::SettingError;

/// A part of the deployment that many probes depend on. When it is gone, one FAIL says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// The backend at `BASE_URL`.
    Target,
    /// PostgreSQL at `DATABASE_URL`.
    Postgres,
    /// Redis at `REDIS_URL`.
    Redis,
}

impl Resource {
    /// The probe that owns this resource's reachability.
    pub fn owner(self) -> &'static str {
        match self {
            Self::Target => "contract.reachable",
            Self::Postgres => "database.connect",
            Self::Redis => "redis.connect",
        }
    }

    /// What people call it, with the variable that points at it.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Target => "the backend at BASE_URL",
            Self::Postgres => "PostgreSQL at DATABASE_URL",
            Self::Redis => "Redis at REDIS_URL",
        }
    }
}

/// Why a probe has no answer. The scheduler turns it into an outcome; probes use `?`.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection: refused, unknown host, TLS or login failed. One FAIL for all probes that meet it.
    #[error("cannot reach {}: {message}", .resource.describe())]
    Unreachable {
        /// What could not be reached.
        resource: Resource,
        /// The cause, in words, without secrets.
        message: String,
    },
    /// Connected, but no (complete) HTTP answer: silence, reset, a body that never ends. FAIL.
    #[error("{request}: {message}")]
    NoResponse {
        /// Method and path.
        request: String,
        /// What happened instead of an answer.
        message: String,
    },
    /// A store answered with an error (permission denied, wrong type). PENDING: nothing is known.
    #[error("{}: {message}", .resource.describe())]
    Query {
        /// The store.
        resource: Resource,
        /// The store's own words, without secrets.
        message: String,
    },
    /// A variable this probe needs is missing or malformed. PENDING.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// It does not exist here by configuration; only for probes that declare themselves optional.
    #[error("{0}")]
    NotApplicable(String),
    /// The target said 429 and asked for more than a window of a minute. PENDING.
    #[error("{request}: rate limited, retry after {} s", .retry_after.as_secs())]
    Throttled {
        /// Method and path.
        request: String,
        /// What the target asked for.
        retry_after: Duration,
    },
    /// A helper already judged the answer (wrong status, not JSON): the outcome, so that `?` works.
    #[error("{}", .0.summary)]
    Judged(Box<Outcome>),
    /// golive itself could not go on (a file it may not write). PENDING.
    #[error("{0}")]
    Internal(String),
}

/// PENDING, and what to do is to set it: the probe's own remedy is about the target.
impl From<SettingError> for Outcome {
    fn from(error: SettingError) -> Self {
        let remedy = format!(
            "Set or correct {} in the env file or the environment, then run it again",
            error.name
        );
        Self::pending(Reason::SettingMissing, error.to_string()).remedy(remedy, None)
    }
}

impl Error {
    /// Shorthand for [`Error::NotApplicable`].
    pub fn not_applicable(why: impl Into<String>) -> Self {
        Self::NotApplicable(why.into())
    }

    /// The outcome that stands for this error; `None` for [`Error::NotApplicable`].
    pub fn into_outcome(self) -> Option<Outcome> {
        let words = self.to_string();
        Some(match self {
            Self::Unreachable { resource, message } => {
                let reason = match resource {
                    Resource::Target => Reason::NoResponse,
                    Resource::Postgres | Resource::Redis => Reason::StoreUnreachable,
                };
                Outcome::fail(reason, words)
                    .expected(format!("{} accepts connections", resource.describe()))
                    .observed(message)
            }
            Self::NoResponse { request, message } => Outcome::fail(Reason::NoResponse, words)
                .expected(format!("{request} is answered in time"))
                .observed(message),
            Self::Query { message, .. } => Outcome::pending(Reason::QueryFailed, words).observed(message),
            Self::Setting(error) => error.into(),
            Self::Throttled { .. } => Outcome::pending(Reason::Throttled, words),
            Self::Judged(outcome) => *outcome,
            Self::Internal(_) => Outcome::pending(Reason::Internal, words),
            Self::NotApplicable(_) => return None,
        })
    }
}

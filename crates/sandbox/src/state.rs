//! What every handler and worker of one sandbox shares.

use std::sync::Arc;

use redis::aio::ConnectionManager;
use sqlx::PgPool;

use crate::faults::Faults;
use crate::health::Kept;
use crate::metrics::Metrics;
use crate::mitto::Mitto;
use crate::options::{Dialect, Limits};
use crate::requests::Requests;

/// What axum handlers receive as `State<App>`.
pub(crate) type App = Arc<State>;

/// One sandbox: its stores, its configuration and what it counts.
pub(crate) struct State {
    /// The sandbox's own database, as a role that may do everything.
    pub(crate) pg: PgPool,
    /// The sandbox's own Redis database; clone it to use it.
    pub(crate) redis: ConnectionManager,
    /// The number of that database, as CLIENT LIST shows it.
    pub(crate) redis_number: u32,
    /// Secrets, domains, limits and dialects.
    pub(crate) config: Config,
    /// Which faults are on.
    pub(crate) faults: Faults,
    /// The Prometheus registry.
    pub(crate) metrics: Arc<Metrics>,
    /// The SMS provider's stub.
    pub(crate) mitto: Mitto,
    /// What `/health` says of encryption, while it is worth keeping.
    pub(crate) coverage: Kept,
    /// Every request served, for tests.
    pub(crate) requests: Requests,
}

impl State {
    /// A handle on Redis, cheap to make.
    pub(crate) fn redis(&self) -> ConnectionManager {
        self.redis.clone()
    }

    /// What time it is, by this host's clock.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        let off = if self.faults.on("contract.clock-off") {
            std::time::Duration::from_mins(2)
        } else {
            std::time::Duration::ZERO
        };
        jiff::Timestamp::now() + off
    }
}

/// What a deployment takes from its environment.
pub(crate) struct Config {
    /// `http://127.0.0.1:<port>`, without a trailing slash.
    pub(crate) base_url: String,
    /// The one origin, besides Shopify's admin, that CORS allows.
    pub(crate) frontend_origin: String,
    /// The test shop's domain.
    pub(crate) shop: String,
    /// Another installed shop, whose data must stay its own.
    pub(crate) other_shop: String,
    /// BullMQ's key prefix.
    pub(crate) queue_prefix: String,
    /// The queues, each with a worker.
    pub(crate) queues: &'static [&'static str],
    /// `WEBHOOK_HMAC_SECRET`.
    pub(crate) webhook_secret: String,
    /// `JWT_SECRET`.
    pub(crate) jwt_secret: String,
    /// `ENCRYPTION_KEY`, decoded.
    pub(crate) encryption_key: [u8; 32],
    /// `HASH_PEPPER`.
    pub(crate) pepper: String,
    /// `SHOPIFY_API_KEY`.
    pub(crate) shopify_key: String,
    /// `SHOPIFY_API_SECRET`.
    pub(crate) shopify_secret: String,
    /// `MITTO_HMAC_SECRET`.
    pub(crate) mitto_secret: String,
    /// `METRICS_TOKEN`, when the deployment sets one.
    pub(crate) metrics_token: Option<String>,
    /// Whether the last hop of `X-Forwarded-For` is our own proxy's word.
    pub(crate) behind_proxy: bool,
    /// Requests a minute and address, by kind of route.
    pub(crate) limits: Limits,
    /// Which of the contract's dialects are spoken.
    pub(crate) dialect: Dialect,
}

//! How a sandbox is started.

use std::net::SocketAddr;

use crate::deployment::Deployment;

/// What [`Sandbox::start`](crate::Sandbox::start) needs to know.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub struct Options {
    /// A PostgreSQL role that may create databases and roles.
    pub database_url: String,
    /// A Redis server; its database number is replaced by a free one.
    pub redis_url: String,
    /// Whether that Redis server is this sandbox's alone: faults that change the whole server ask for it.
    pub own_redis: bool,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names of the faults to switch on, such as `contract.cors-wildcard`.
    pub faults: Vec<String>,
    /// The dialects to speak; the default is the canonical one everywhere.
    pub dialect: Dialect,
    /// What else is different and fine.
    pub deployment: Deployment,
    /// Requests a minute and address.
    pub limits: Limits,
    /// Whether `/metrics` wants a bearer token.
    pub metrics_token: bool,
    /// Whether the environment has a role that may delete what smoke data left behind.
    pub cleanup_role: bool,
    /// Whether the database, the roles and the keys outlive the sandbox.
    pub keep_data: bool,
}

impl Options {
    /// A healthy sandbox on these servers, on a free loopback port.
    pub fn new(database_url: impl Into<String>, redis_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            redis_url: redis_url.into(),
            own_redis: false,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            faults: Vec::new(),
            dialect: Dialect::default(),
            deployment: Deployment::default(),
            limits: Limits::default(),
            metrics_token: false,
            cleanup_role: true,
            keep_data: false,
        }
    }

    /// A healthy sandbox on the servers that `cargo xtask test` started.
    ///
    /// # Panics
    /// When `GOLIVE_TEST_DATABASE_URL` or `GOLIVE_TEST_REDIS_URL` is missing: the test was not run through xtask.
    pub fn from_test_env() -> Self {
        Self::new(
            test_variable("GOLIVE_TEST_DATABASE_URL"),
            test_variable("GOLIVE_TEST_REDIS_URL"),
        )
    }

    /// The same on a Redis server that nobody else uses, for faults with [`own_redis`](crate::faults::Fault::own_redis).
    pub fn own_redis(mut self, redis_url: impl Into<String>) -> Self {
        self.redis_url = redis_url.into();
        self.own_redis = true;
        self
    }

    /// The same with one more fault.
    pub fn fault(mut self, name: impl Into<String>) -> Self {
        self.faults.push(name.into());
        self
    }
}

fn test_variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: this test needs a real PostgreSQL and Redis, run it through `cargo xtask test`")
    })
}

/// Requests a minute that one address may make, by kind of route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Routes behind the admin token, and templates.
    pub admin: u32,
    /// App Proxy routes and short links.
    pub public: u32,
    /// Webhooks.
    pub webhooks: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            admin: 600,
            public: 120,
            webhooks: 1000,
        }
    }
}

/// The contract's second dialects; all false is the canonical one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each named after the dialect it turns on"
)]
pub struct Dialect {
    /// `/health` answers `{"database":true,"piiCoverage":{…}}` besides `ok`.
    pub older_health: bool,
    /// Ciphertexts are stored as `iv:tag:ciphertext`.
    pub colon_ciphertext: bool,
    /// Rate limits are announced as `RateLimit-*`.
    pub standard_rate_headers: bool,
    /// `/queue` answers what `/queue/health` would.
    pub short_queue_path: bool,
    /// `/templates/preview` answers `rendered` instead of `text`.
    pub preview_rendered: bool,
    /// `/templates/*` wants the admin token.
    pub guarded_templates: bool,
    /// `X-Cache: HIT` instead of `hit`.
    pub upper_case_cache: bool,
    /// A new campaign answers 200 instead of 201.
    pub created_ok: bool,
    /// Metric names carry the prefix `sms_blossom_`.
    pub metrics_prefix: bool,
    /// Receipts for unknown messages answer 200 instead of 404.
    pub lenient_receipts: bool,
    /// Provider callbacks are signed in `X-Mitto-Hmac-Sha256` too.
    pub mitto_hmac_header: bool,
    /// Tokens name their shop in claim `shop`; `shop_domain` is not read.
    pub shop_claim: bool,
    /// The environment has no App Proxy, provider and metrics variables: the required ones only.
    pub minimal_env: bool,
}

//! The variables a deployment of this sandbox has, and the configuration it reads from them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::db;
use crate::faults::{Apply, Faults};
use crate::options::Options;
use crate::state::Config;

/// Names and values, as golive reads them.
pub(crate) type Env = BTreeMap<String, String>;

/// The frontend's address: nothing listens there, it only has to be allowed by CORS.
const FRONTEND: &str = "https://app.sms-blossom.example";

// Sandbox only: strong enough to be called strong, and worth nothing anywhere else.
const WEBHOOK_SECRET: &str = "sandbox-only-whsec-8Zq2LxVw5RtYp3Nc7Bd1Kf6Hs9Gm4";
const JWT_SECRET: &str = "sandbox-only-jwt-Jx4mQ9vT2pRw7Lz6Yc1Nd8Kb3Hf5Sg0U";
const SHOPIFY_KEY: &str = "3f9b1d7c5a2e8046b1c3d5e7f9a0b2c4";
const SHOPIFY_SECRET: &str = "sandbox-only-shpss-c81e4f9a27d3605b1e9f4a7c2d8063b5";
const MITTO_KEY: &str = "sandbox-only-mitto-key-Vt6Wq1Zx8Cp4Rm9Ld2Yb7Nk3";
const MITTO_SECRET: &str = "sandbox-only-mitto-hmac-Gh5Pw0Xe3Tz8Qa6Mc1Uv9Jr2";
const METRICS_TOKEN: &str = "sandbox-only-metrics-Kd7Ys2Fb9Xn4Wv6Qj1Rt8Lp3Zm5";
const TEST_PHONE: &str = "+15555550142";

/// Where the deployment's parts are.
pub(crate) struct Places<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) database_url: String,
    pub(crate) cleanup_url: Option<String>,
    pub(crate) redis_url: &'a str,
    pub(crate) migrations: Option<&'a str>,
}

/// Every variable of the contract, changed the way the faults that are on say.
pub(crate) fn variables(options: &Options, faults: &Faults, places: &Places<'_>) -> Env {
    let mut env = required(places);
    if !options.dialect.minimal_env {
        env.extend(optional(places));
    }
    if let Some(prefix) = options.deployment.queue_prefix {
        env.insert("QUEUE_PREFIX".to_owned(), prefix.to_owned());
    }
    if options.metrics_token
        || faults
            .active()
            .any(|fault| fault.owner == "security.metrics-token")
    {
        env.insert("METRICS_TOKEN".to_owned(), METRICS_TOKEN.to_owned());
    }
    for fault in faults.active() {
        if let Apply::Env(changes) = fault.apply {
            for (name, value) in changes {
                let healthy = env.remove(*name).unwrap_or_default();
                if let Some(value) = value {
                    env.insert((*name).to_owned(), value.replace("{}", &healthy));
                }
            }
        }
    }
    env
}

fn required(places: &Places<'_>) -> Env {
    named([
        ("BASE_URL", places.base_url),
        ("FRONTEND_URL", FRONTEND),
        ("DEV_SHOP_DOMAIN", db::SHOP),
        ("DATABASE_URL", &places.database_url),
        ("REDIS_URL", places.redis_url),
        ("WEBHOOK_HMAC_SECRET", WEBHOOK_SECRET),
        ("JWT_SECRET", JWT_SECRET),
        ("ENCRYPTION_KEY", db::ENCRYPTION_KEY),
        ("HASH_PEPPER", db::PEPPER),
    ])
}

fn optional(places: &Places<'_>) -> Env {
    let callback = format!("{}/webhooks/mitto/dlr", places.base_url);
    let inbound = format!("{}/webhooks/mitto/inbound", places.base_url);
    let mut env = named([
        ("SHOPIFY_API_KEY", SHOPIFY_KEY),
        ("SHOPIFY_API_SECRET", SHOPIFY_SECRET),
        ("APP_PROXY_SUBPATH", "/apps/sms-blossom"),
        ("MITTO_API_KEY", MITTO_KEY),
        ("MITTO_API_URL", "https://api.mitto.example"),
        ("MITTO_CALLBACK_URL", &callback),
        ("MITTO_WEBHOOK_URL", &inbound),
        ("MITTO_HMAC_SECRET", MITTO_SECRET),
        ("TEST_PHONE", TEST_PHONE),
    ]);
    if let Some(url) = &places.cleanup_url {
        env.insert("CLEANUP_DATABASE_URL".to_owned(), url.clone());
    }
    if let Some(directory) = places.migrations {
        env.insert("PRISMA_MIGRATIONS_DIR".to_owned(), directory.to_owned());
    }
    env
}

fn named<const N: usize>(pairs: [(&str, &str); N]) -> Env {
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// What the sandbox itself runs with: a secret that a fault makes weak is weak here too, one that is hidden from
/// golive is not lost here.
pub(crate) fn config(options: &Options, env: &Env, base_url: &str) -> Config {
    let secret = |names: &[&str], own: &str| {
        names
            .iter()
            .find_map(|name| env.get(*name))
            .map_or_else(|| own.to_owned(), Clone::clone)
    };
    let key = STANDARD
        .decode(db::ENCRYPTION_KEY)
        .expect("base64 by construction");
    Config {
        base_url: base_url.to_owned(),
        frontend_origin: FRONTEND.to_owned(),
        shop: db::SHOP.to_owned(),
        other_shop: db::OTHER_SHOP.to_owned(),
        queue_prefix: options.deployment.queue_prefix.unwrap_or("bull").to_owned(),
        queues: options.deployment.queues,
        webhook_secret: secret(&["WEBHOOK_HMAC_SECRET", "WEBHOOK_SECRET"], WEBHOOK_SECRET),
        jwt_secret: secret(&["JWT_SECRET"], JWT_SECRET),
        encryption_key: key.try_into().expect("32 bytes by construction"),
        pepper: db::PEPPER.to_owned(),
        shopify_key: secret(&["SHOPIFY_API_KEY"], SHOPIFY_KEY),
        shopify_secret: secret(&["SHOPIFY_API_SECRET"], SHOPIFY_SECRET),
        mitto_secret: secret(&["MITTO_HMAC_SECRET"], MITTO_SECRET),
        metrics_token: env.get("METRICS_TOKEN").cloned(),
        behind_proxy: options.deployment.front.is_some(),
        limits: options.limits,
        dialect: options.dialect,
    }
}

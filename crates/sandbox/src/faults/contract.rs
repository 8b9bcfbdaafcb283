//! What the contract check must find.

use super::Apply::Env;
use super::{Fault, switch};

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    // environment
    env("contract.env-missing", "the deployment has no HASH_PEPPER: nobody is found by phone number", "contract.env-required", &[("HASH_PEPPER", None)]),
    env("contract.env-several-missing", "FRONTEND_URL and HASH_PEPPER were forgotten", "contract.env-required", &[("FRONTEND_URL", None), ("HASH_PEPPER", None)]),
    env("contract.env-empty", "ENCRYPTION_KEY is set, but empty", "contract.env-required", &[("ENCRYPTION_KEY", Some(""))]),
    env("contract.env-placeholder", "JWT_SECRET still says what the template said", "contract.env-well-formed", &[("JWT_SECRET", Some("changeme"))]),
    env("contract.env-key-too-short", "ENCRYPTION_KEY has 16 bytes instead of 32", "contract.env-well-formed", &[("ENCRYPTION_KEY", Some("AAECAwQFBgcICQoLDA0ODw=="))]),
    env("contract.env-key-hex", "ENCRYPTION_KEY is written in hex instead of base64", "contract.env-well-formed", &[( "ENCRYPTION_KEY", Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), )]),
    env("contract.env-shop-malformed", "DEV_SHOP_DOMAIN is a storefront's address, not a myshopify.com domain", "contract.env-well-formed", &[("DEV_SHOP_DOMAIN", Some("https://www.blossom.example"))]),
    env("contract.env-pepper-short", "HASH_PEPPER has eight characters", "contract.env-well-formed", &[("HASH_PEPPER", Some("q7Zt2mX9"))]),
    env("contract.env-frontend-relative", "FRONTEND_URL has no scheme", "contract.env-well-formed", &[("FRONTEND_URL", Some("app.sms-blossom.example"))]),
    env("contract.env-secret-short", "JWT_SECRET has twelve characters and can be guessed", "contract.env-strength", &[("JWT_SECRET", Some("Jx4mQ9vT2pRw"))]).warn(),
    env("contract.env-secret-low-entropy", "WEBHOOK_HMAC_SECRET repeats two letters", "contract.env-strength", &[( "WEBHOOK_HMAC_SECRET", Some("abababababababababababababababababababab"), )]).warn(),
    env("contract.env-secret-reused", "one secret signs webhooks and tokens", "contract.env-strength", &[("JWT_SECRET", Some("sandbox-only-shared-Xw8Rk3Zt6Yp1Qn9Vb4Mc7Jd2")), ( "WEBHOOK_HMAC_SECRET", Some("sandbox-only-shared-Xw8Rk3Zt6Yp1Qn9Vb4Mc7Jd2"), )]).warn(),
    env("contract.env-legacy-alias", "the webhook secret still has its old name", "contract.env-strength", &[("WEBHOOK_HMAC_SECRET", None), ( "WEBHOOK_SECRET", Some("sandbox-only-whsec-8Zq2LxVw5RtYp3Nc7Bd1Kf6Hs9Gm4"), )]).warn(),
    // reachable, ready
    switch("contract.health-hangs", "/health accepts the connection and never answers", "contract.reachable"),
    switch("contract.health-500", "/health answers 500", "contract.reachable"),
    switch("contract.balancer-page", "a load balancer answers a page with 200 for a dead backend", "contract.reachable"),
    switch("contract.balancer-503", "a load balancer answers 503 in JSON for a dead backend", "contract.reachable"),
    switch("contract.balancer-ok", "a load balancer answers 200 and {\"status\":\"ok\"} for a dead backend", "contract.reachable"),
    switch("contract.instance-dead", "one of two instances is dead: every other connection is answered 502", "contract.reachable"),
    // hostile, whether meant or not
    switch("contract.hostile-drips", "answers come at one byte a second", "contract.reachable"),
    switch("contract.hostile-head-drips", "response headers come at one byte a second", "contract.reachable"),
    switch("contract.hostile-endless-body", "answers never end", "contract.reachable"),
    switch("contract.hostile-large-body", "every answer has 200 MB", "contract.reachable"),
    switch("contract.hostile-gzip-bomb", "4 MB of gzip become 4 GB", "contract.reachable"),
    switch("contract.hostile-redirects", "every request is sent on to another origin", "contract.reachable"),
    switch("contract.hostile-resets", "connections are reset in the middle of an answer", "contract.reachable"),
    switch("contract.hostile-not-utf8", "answers are JSON with bytes that are no text", "contract.reachable"),
    switch("contract.hostile-deep-json", "answers are JSON of 100 000 levels", "contract.reachable"),
    switch("contract.hostile-endless-header", "a response header never ends", "contract.reachable"),
    switch("contract.hostile-length-too-long", "answers have less body than they say", "contract.reachable"),
    switch("contract.hostile-length-too-short", "answers have more body than they say, and the rest looks like the next answer", "contract.reachable"),
    switch("contract.hostile-noise", "what answers does not speak HTTP", "contract.reachable"),
    switch("contract.ready-503", "/health/ready answers 503", "contract.ready"),
    switch("contract.health-not-ok", "/health answers 200 and says ok: false", "contract.ready"),
    switch("contract.health-db-false", "/health says the database is not ok", "contract.ready"),
    switch("contract.health-redis-false", "/health says Redis is not ok", "contract.ready"),
    switch("contract.health-queues-false", "/health says the queues are not ok", "contract.ready"),
    switch("contract.clock-off", "the backend's clock is two minutes ahead", "contract.clock").warn(),
    // request id
    switch("contract.request-id-missing", "no x-request-id: a failure cannot be found in the logs", "contract.request-id"),
    switch("contract.request-id-constant", "every answer has the same x-request-id", "contract.request-id"),
    switch("contract.request-id-not-echoed", "the caller's x-request-id is replaced", "contract.request-id"),
    // CORS
    switch("contract.cors-absent", "no CORS headers at all", "contract.cors-frontend"),
    switch("contract.cors-frontend-missing", "the frontend may not call the backend", "contract.cors-frontend"),
    switch("contract.cors-no-credentials", "browsers drop the frontend's credentials", "contract.cors-frontend"),
    switch("contract.cors-methods", "the frontend can neither change nor delete anything", "contract.cors-frontend"),
    switch("contract.cors-headers", "the frontend may not send its token", "contract.cors-frontend"),
    switch("contract.cors-expose-missing", "the frontend cannot read X-Request-Id", "contract.cors-frontend"),
    switch("contract.cors-wildcard", "every origin is answered with *", "contract.cors-stranger"),
    switch("contract.cors-reflects", "any origin may read answers, with credentials", "contract.cors-stranger"),
    switch("contract.cors-reflects-get", "preflights are strict, plain requests are answered to any origin", "contract.cors-stranger"),
    switch("contract.cors-null", "sandboxed frames (origin null) may read answers", "contract.cors-stranger"),
    switch("contract.cors-suffix", "origins that end in the frontend's host are allowed", "contract.cors-stranger"),
    switch("contract.cors-prefix", "origins that begin with the frontend's are allowed", "contract.cors-stranger"),
    switch("contract.cors-scheme", "the frontend's host is allowed over plain http", "contract.cors-stranger"),
    // the rest of the surface
    switch("contract.nosniff-missing", "no X-Content-Type-Options: nosniff", "contract.headers").warn(),
    switch("contract.powered-by", "X-Powered-By: Express", "contract.headers").warn(),
    switch("contract.server-version", "Server names software and version", "contract.headers").warn(),
    switch("contract.not-found-html", "unknown routes answer an HTML page", "contract.not-found").warn(),
    switch("contract.not-found-leaks-stack", "unknown routes answer a stack trace", "contract.not-found").warn(),
    switch("contract.not-found-200", "unknown routes answer 200", "contract.not-found").warn(),
    switch("contract.dev-routes-open", "/dev/jobs and /dev/audit answer in production", "contract.dev-routes"),
    switch("contract.openapi-drift", "/openapi.json lists routes that are not there", "contract.openapi-drift").warn(),
];

/// Variables that golive sees differently.
const fn env(
    name: &'static str,
    symptom: &'static str,
    owner: &'static str,
    changes: &'static [(&'static str, Option<&'static str>)],
) -> Fault {
    Fault::new(name, symptom, owner, Env(changes))
}

//! Requests a minute and address, counted in Redis before anything else is asked of the request.

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{below, guard};
use crate::error::ApiError;
use crate::state::App;

const WINDOW_MS: u64 = 60_000;

/// Counts one request; the first opens a window of a minute.
static COUNT: LazyLock<redis::Script> = LazyLock::new(|| {
    redis::Script::new(
        "local count = redis.call('INCR', KEYS[1])
         if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return { count, redis.call('PTTL', KEYS[1]) }",
    )
});

/// Refuses what is over the limit of its kind of route, and announces the limit on the rest.
pub(crate) async fn layer(
    State(state): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let Some((kind, limit)) = limit(&state, request.uri().path()) else {
        return next.run(request).await;
    };
    let key = format!("rate-limit:{kind}:{}", address(&state, &peer, request.headers()));
    let counted: Result<(u32, i64), _> = COUNT
        .key(&key)
        .arg(WINDOW_MS)
        .invoke_async(&mut state.redis())
        .await;
    // without Redis nobody is counted, and nobody is locked out
    let Ok((count, left_ms)) = counted else {
        return next.run(request).await;
    };
    let left = u64::try_from(left_ms).unwrap_or(WINDOW_MS).div_ceil(1000);
    let enforced = if state.faults.on("security.rate-limit-doubled") {
        2 * limit
    } else {
        limit
    };
    let over = count > enforced && !state.faults.on("security.rate-not-enforced");
    let mut response = if over {
        refusal(&state, kind, left)
    } else {
        next.run(request).await
    };
    if response.status() == StatusCode::UNAUTHORIZED && state.faults.on("security.rate-after-auth") {
        redis::cmd("DECR")
            .arg(&key)
            .query_async::<()>(&mut state.redis())
            .await
            .ok();
    }
    if !state.faults.on("security.rate-headers-missing") {
        announce(
            &state,
            response.headers_mut(),
            limit,
            limit.saturating_sub(count),
            left,
        );
    }
    response
}

/// Who is counted: the peer, whatever it says of itself; behind a proxy, whom that one saw.
fn address(state: &App, peer: &SocketAddr, headers: &HeaderMap) -> String {
    let claimed = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    let seen = claimed.and_then(|hops| hops.rsplit(',').next());
    if let Some(client) = seen.filter(|_| state.config.behind_proxy) {
        return client.trim().to_owned();
    }
    claimed
        .filter(|_| state.faults.on("security.rate-trusts-forwarded-for"))
        .map_or_else(|| peer.ip().to_string(), str::to_owned)
}

fn refusal(state: &App, kind: &'static str, left: u64) -> Response {
    if !state.faults.on("metrics.limit-counter-stuck") {
        state.metrics.rate_limit_hit(kind);
    }
    let message = "Too many requests, try again later";
    let mut refusal =
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message).into_response();
    if state.faults.on("security.rate-retry-after-in-ms") {
        refusal
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(left * 1000));
    } else if !state.faults.on("security.rate-no-retry-after") {
        refusal.headers_mut().insert(RETRY_AFTER, HeaderValue::from(left));
    }
    if state.faults.on("security.rate-503") {
        *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    refusal
}

fn limit(state: &App, path: &str) -> Option<(&'static str, u32)> {
    let limits = state.config.limits;
    if below(path, "/templates") || guard::GUARDED.iter().any(|prefix| below(path, prefix)) {
        Some(("admin", limits.admin))
    } else if below(path, "/public") || below(path, "/s") {
        Some(("public", limits.public))
    } else if below(path, "/webhooks") {
        Some(("webhooks", limits.webhooks))
    } else {
        None
    }
}

fn announce(state: &App, headers: &mut HeaderMap, limit: u32, remaining: u32, left: u64) {
    let mut add = |name: &'static str, value: u64| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    };
    let now = u64::try_from(state.now().as_second()).unwrap_or(0);
    if state.config.dialect.standard_rate_headers {
        add("ratelimit-limit", limit.into());
        add("ratelimit-remaining", remaining.into());
        add("ratelimit-reset", left);
    } else {
        add("x-ratelimit-limit", limit.into());
        add("x-ratelimit-remaining", remaining.into());
        if !state.faults.on("security.rate-reset-missing") {
            add("x-ratelimit-reset", now + left);
        }
    }
}

//! What every request passes, outermost first: request id and log, CORS, rate limits, the token guard.

pub(crate) mod cors;
pub(crate) mod guard;
pub(crate) mod rate_limit;
pub(crate) mod request_id;

/// Whether `path` is `prefix` or lies below it.
fn below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

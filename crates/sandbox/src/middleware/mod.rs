//! What every request passes, outermost first: request id and log, CORS, rate limits, the token guard.

pub(crate) mod request_id;

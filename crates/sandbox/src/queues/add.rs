//! Adds a job the way BullMQ's `Queue.add` stores one.

use serde_json::{Value, json};

use super::{key, scripts};
use crate::state::State;

/// Adds a job with the default options; answers its id.
pub(crate) async fn enqueue(
    state: &State,
    queue: &str,
    name: &str,
    data: Value,
) -> Result<String, redis::RedisError> {
    let prefix = &state.config.queue_prefix;
    let options = json!({
        "attempts": 5,
        "backoff": {"type": "exponential", "delay": 2000},
        "removeOnComplete": {"count": 100},
        "removeOnFail": {"count": 50},
    });
    let id: String = scripts::ADD
        .key(key(prefix, queue, ""))
        .arg(name)
        .arg(data.to_string())
        .arg(options.to_string())
        .arg(jiff::Timestamp::now().as_millisecond())
        .invoke_async(&mut state.redis())
        .await?;
    state.metrics.queue_job(queue, "added", None);
    Ok(id)
}

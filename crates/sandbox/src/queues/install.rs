//! What a queue has from the start: its `meta`, and what the faults put there.

use crate::faults::Apply;
use crate::state::State;

use super::key;

/// What `new Queue()` writes down.
pub(super) async fn meta(state: &State) -> Result<(), redis::RedisError> {
    let mut pipe = redis::pipe();
    for queue in state.config.queues {
        pipe.cmd("HSET")
            .arg(key(&state.config.queue_prefix, queue, "meta"))
            .arg(&["version", "bullmq:5.81.5", "opts.maxLenEvents", "10000"])
            .ignore();
    }
    pipe.query_async(&mut state.redis()).await
}

/// Sends the commands of the Redis faults that are on.
pub(super) async fn faults(state: &State) -> Result<(), redis::RedisError> {
    for fault in state.faults.active() {
        let Apply::Redis(commands) = fault.apply else {
            continue;
        };
        for command in commands {
            let (name, arguments) = command.split_first().expect("a command has a name");
            redis::cmd(name)
                .arg(arguments)
                .query_async::<()>(&mut state.redis())
                .await?;
        }
    }
    Ok(())
}

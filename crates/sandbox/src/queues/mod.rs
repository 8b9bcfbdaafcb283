//! BullMQ's queues as version 5 stores them, and a worker for each.

mod add;
mod counts;
mod install;
mod job;
mod processors;
mod scripts;
mod worker;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use add::enqueue;
pub(crate) use counts::{Counts, counts, workers};

use crate::faults::Faults;
use crate::redis_db::RedisDb;
use crate::state::App;

/// The six queues of the contract; health lists the first five.
pub(crate) const QUEUES: [&str; 6] = [
    "events",
    "automations",
    "campaigns",
    "delivery",
    "housekeeping",
    "discount-reservation",
];

/// `<prefix>:<queue>:<part>`.
fn key(prefix: &str, queue: &str, part: &str) -> String {
    format!("{prefix}:{queue}:{part}")
}

/// What BullMQ calls the connections of a queue's workers.
fn client_name(prefix: &str, queue: &str) -> String {
    format!("{prefix}:{}", STANDARD.encode(queue))
}

/// Breaks what the faults say, then starts the workers; they end when `stopping` does.
pub(crate) async fn start(
    state: &App,
    redis: &RedisDb,
    tasks: &TaskTracker,
    stopping: &CancellationToken,
) -> Result<(), redis::RedisError> {
    install::meta(state).await?;
    install::faults(state).await?;
    for &queue in state.config.queues {
        if nobody_works_on(queue, &state.faults) {
            continue;
        }
        let connection = worker::connect(redis, &client_name(&state.config.queue_prefix, queue)).await?;
        if queue == "campaigns" && state.faults.on("queues.worker-hangs") {
            enqueue(state, queue, "fault", serde_json::json!({})).await?;
            let hangs = async move {
                std::future::pending::<()>().await;
                drop(connection);
            };
            tasks.spawn(stopping.clone().run_until_cancelled_owned(hangs));
            continue;
        }
        let worker = worker::Worker::new(state, queue, connection);
        tasks.spawn(stopping.clone().run_until_cancelled_owned(worker.run()));
    }
    Ok(())
}

fn nobody_works_on(queue: &str, faults: &Faults) -> bool {
    let alone = match queue {
        "delivery" => faults.on("queues.worker-missing"),
        "discount-reservation" => faults.on("queues.worker-missing-unlisted"),
        "housekeeping" => faults.on("queues.worker-missing-housekeeping"),
        _ => false,
    };
    alone || faults.on("queues.workers-all-missing")
}

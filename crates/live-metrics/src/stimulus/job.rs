//! A job with an unknown task, done without side effects, and removed again.

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::Finished;
use serde_json::json;

use super::Cause;

pub(super) async fn run(cx: &Context) -> Result<Cause, Error> {
    let bullmq = cx.bullmq().await?;
    let queue = &cx.contract().queues.smoke;
    let id = cx.smoke_name("metrics");
    let data = json!({"task": cx.smoke_name("metrics"), "golive": true});
    let job = bullmq.add_smoke_job(queue, &id, "golive-metrics", &data).await?;
    let within = cx.contract().timeouts.job();
    let finished = bullmq.wait_for_state(queue, &job.cursor, &id, within).await?;
    // What a worker still holds stays for the clean-up at the end of the run.
    bullmq.remove_smoke_job(&job).await?;
    Ok(match finished {
        Finished::Completed { .. } => Cause::Happened(format!("a job that {queue} completed")),
        // It was worked on: that counts.
        Finished::Failed { .. } => Cause::Happened(format!("a job that failed on {queue}")),
        Finished::NotYet { state } => Cause::Failed(format!(
            "the smoke job on {queue} is {state} after {} s",
            within.as_secs()
        )),
    })
}

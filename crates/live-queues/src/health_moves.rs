//! What the target says of its queues moves with them: a job that is done shows at once.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::Finished;

use crate::agreement::{self, Round, Source};
use crate::smoke_job;

pub(crate) struct Moves {
    pub(crate) job_time: Duration,
}

#[async_trait]
impl Probe for Moves {
    fn facts(&self) -> Facts {
        Facts::new("queues.health-moves", "a job that is done shows in /queue/health at once")
            .why("while queues are empty, figures that are made up or read elsewhere look right")
            .asks("has a second smoke job done, asks /queue/health while it is kept, and removes it")
            .fails_when("the smoke queue's figures in /queue/health are not those in Redis, every time it is asked")
            .needs(&["contract.reachable", "redis.connect", "queues.smoke-job", "queues.health-agrees"])
            .safety(Safety::Smoke)
            .optional()
            .timeout(self.job_time * 2 + Duration::from_secs(20))
            .remedy("Give the backend the REDIS_URL (database number too) and QUEUE_PREFIX of its workers, and count at the time of the request instead of caching")
            .command("curl -sS \"$BASE_URL/queue/health\"")
            .runbook("queue-health-disagrees")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let queue = cx.contract().queues.smoke.clone();
        if !cx.contract().queues.health.contains(&queue) {
            return Err(Error::not_applicable(format!(
                "/queue/health does not list the smoke queue {queue}"
            )));
        }
        let bullmq = cx.bullmq().await?;
        let ran = smoke_job::run(cx, &bullmq, "moves", self.job_time).await?;
        let rounds = match ran.finished {
            Finished::Completed { .. } => {
                agreement::rounds(cx, &bullmq, Source::Health, std::slice::from_ref(&queue)).await
            }
            _ => Ok(Vec::new()),
        };
        bullmq.remove_smoke_job(&ran.job).await?;
        Ok(judge(&queue, &rounds?))
    }
}

fn judge(queue: &str, rounds: &[Round]) -> Outcome {
    let kept = |round: &Round| round.before.get(queue).map_or(0, |counts| counts.completed);
    let Some(completed) = rounds.last().map(kept).filter(|completed| *completed > 0) else {
        return Outcome::pending(
            Reason::EffectMissing,
            format!("no completed job on {queue} to be seen: the second smoke job was not done, or not kept"),
        );
    };
    agreement::compare(Source::Health, rounds).conclude(format!(
        "/queue/health says {completed} completed on {queue} while the smoke job is one of them"
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use golive_stores::bullmq::Counts;

    use super::*;
    use crate::figures::Said;

    #[test]
    fn a_frozen_figure_is_seen() {
        let round = |completed: u64, said: u64| {
            let counts = BTreeMap::from([(
                "q".to_owned(),
                Counts {
                    completed,
                    ..Counts::default()
                },
            )]);
            let queues = BTreeMap::from([("q".to_owned(), [0, 0, said, 0, 0])]);
            Round {
                before: counts.clone(),
                said: Said {
                    queues,
                    dead: BTreeMap::new(),
                },
                after: counts,
            }
        };
        assert_eq!(judge("q", &[round(1, 1)]).status, Status::Pass);
        assert_eq!(
            judge("q", &[round(1, 0), round(1, 0)]).reason,
            Some(Reason::Disagreement)
        );
        assert_eq!(
            judge("q", &[round(1, 0), round(1, 1)]).status,
            Status::Pass,
            "it took a moment"
        );
        assert_eq!(judge("q", &[]).status, Status::Pending);
        assert_eq!(
            judge("q", &[round(0, 0)]).status,
            Status::Pending,
            "nothing was kept"
        );
    }
}

//! A test send to TEST_PHONE is one job, which names the number and completes.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::bullmq::{Finished, Job, JobSearch};
use golive_stores::{Param, Stores};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{is_about, send, undo_later};
use crate::answers::VARIABLES;
use crate::smoke::{self, Made, Sample};

pub(crate) struct Delivers {
    pub(crate) job_time: Duration,
}

#[async_trait]
impl Probe for Delivers {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.test-send-delivers", "a test send becomes one job for the number given, and it completes")
            .why("it is the only proof short of a campaign that a message leaves the house")
            .asks("posts one test send to TEST_PHONE (it costs one SMS) and follows the job on the delivery queue")
            .fails_when("it is refused, no job or more than one comes of it, the job does not name the number, or fails, or is not done within timeouts.job_ms")
            .needs(&["campaigns.test-send-validates", "queues.workers", "queues.paused", "database.columns.Message"])
            .safety(Safety::Smoke)
            .timeout(self.job_time * 2 + Duration::from_secs(20))
            .optional()
            .variables(VARIABLES)
            .variables(&["TEST_PHONE"])
            .remedy("Let POST /campaigns/<id>/test-send add one job to the delivery queue that holds the number, and read failedReason of that job for what the provider or the worker refused")
            .runbook("test-send")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Plain).await?;
        let phone = cx.settings().test_phone()?.expose_secret().to_owned();
        undo_later(cx, &made).await?;
        let (bullmq, queue) = (cx.bullmq().await?, &cx.contract().queues.delivery);
        let cursor = bullmq.cursor(queue).await?;
        let answer = send(cx, &made, &json!({ "phone": phone })).await?;
        answer.expect_status(&[200, 201, 202])?;
        let about = |job: &Job| is_about(job, &made) || names(job, &phone);
        let search = bullmq.wait_for_job(queue, &cursor, about, self.job_time).await?;
        let Some(first) = search.first() else {
            return Ok(no_job(queue, &search, self.job_time));
        };
        let finished = bullmq
            .wait_for_state(queue, &cursor, &first.job.id, self.job_time)
            .await?;
        // One that came behind the first is counted too.
        let jobs = bullmq.jobs_since(queue, &cursor, about).await?.found;
        let delivered = Delivered {
            named: jobs.iter().all(|seen| names(&seen.job, &phone)),
            jobs: jobs.len(),
            messages: messages(cx, &made).await?,
        };
        Ok(judge(queue, &finished, &delivered, self.job_time))
    }
}

/// Whether a job names the number, with its plus or without.
fn names(job: &Job, phone: &str) -> bool {
    job.mentions(phone.trim_start_matches('+'))
}

/// Messages that the target wrote down with the campaign's text.
async fn messages(cx: &Context, made: &Made) -> Result<i64, Error> {
    let sql = r#"SELECT count(*) FROM "Message" m JOIN "Shop" s ON s.id = m."shopId"
        WHERE s.domain = $1 AND position($2 IN m.body) > 0"#;
    let shop = cx.settings().shop()?;
    cx.postgres()
        .await?
        .count(sql, &[Param::from(shop.as_str()), Param::from(&made.name)])
        .await
}

/// What came of one test send.
struct Delivered {
    jobs: usize,
    named: bool,
    messages: i64,
}

fn no_job(queue: &str, search: &JobSearch, within: Duration) -> Outcome {
    let expected = format!("a job on {queue} that names the campaign or the number");
    let (read, gone, seconds) = (search.examined, search.vanished.len(), within.as_secs_f64());
    if gone > 0 {
        let observed = format!("{gone} jobs came to {queue} and were removed before they could be read");
        return Outcome::pending(Reason::EffectMissing, observed.clone())
            .expected(expected)
            .observed(observed);
    }
    let observed =
        format!("confirmed, but no such job came to {queue} within {seconds} s ({read} others did)");
    Outcome::fail(Reason::EffectMissing, observed.clone())
        .expected(expected)
        .observed(observed)
}

fn judge(queue: &str, finished: &Finished, delivered: &Delivered, within: Duration) -> Outcome {
    let mut assertions = Assertions::new();
    let Delivered {
        jobs,
        named,
        messages,
    } = delivered;
    assertions.require(
        *jobs == 1,
        Reason::Duplicated,
        format!("one job on {queue}"),
        format!("{jobs} jobs on {queue} for one test send"),
    );
    assertions.require(
        *named,
        Reason::DataMismatch,
        "the job names the number that was given",
        format!("a job on {queue} does not name the number that was given"),
    );
    let ended = match finished {
        Finished::Completed { .. } => String::new(),
        Finished::Failed { reason } => format!("the job failed: {:?}", excerpt(reason)),
        Finished::NotYet { state } => {
            format!("the job is {} after {} s", state.as_str(), within.as_secs_f64())
        }
    };
    let done = ended.is_empty();
    assertions.require(done, Reason::EffectMissing, "the job completes", ended);
    assertions.require(
        *messages <= 1,
        Reason::Duplicated,
        "at most one message is written down",
        format!("{messages} messages are written down for one test send"),
    );
    let written = if *messages == 1 {
        "one message written down"
    } else {
        "no message written down"
    };
    assertions.conclude(format!(
        "one job on {queue}, for the number given, completed; {written}"
    ))
}

fn excerpt(reason: &str) -> String {
    reason
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(120)
        .collect()
}

#[cfg(test)]
mod tests {
    use golive_stores::bullmq::State;
    use serde_json::Value;

    use super::*;

    #[test]
    fn one_job_for_the_number_that_completes() {
        let within = Duration::from_secs(10);
        let done = Finished::Completed {
            return_value: Value::Null,
        };
        let of = |finished: &Finished, jobs, named, messages| {
            judge(
                "delivery",
                finished,
                &Delivered {
                    jobs,
                    named,
                    messages,
                },
                within,
            )
            .reason
        };
        assert_eq!(of(&done, 1, true, 1), None);
        assert_eq!(of(&done, 1, true, 0), None, "a backend need not write tests down");
        assert_eq!(of(&done, 2, true, 2), Some(Reason::Duplicated));
        assert_eq!(of(&done, 1, true, 2), Some(Reason::Duplicated));
        assert_eq!(of(&done, 1, false, 1), Some(Reason::DataMismatch));
        let failed = Finished::Failed {
            reason: "no credit\n at x".into(),
        };
        assert_eq!(of(&failed, 1, true, 0), Some(Reason::EffectMissing));
        let waiting = Finished::NotYet {
            state: State::Delayed,
        };
        assert_eq!(of(&waiting, 1, true, 0), Some(Reason::EffectMissing));
        for (messages, words) in [(0, "no message written down"), (1, "one message written down")] {
            let delivered = Delivered {
                jobs: 1,
                named: true,
                messages,
            };
            let summary = judge("delivery", &done, &delivered, within).summary;
            assert!(summary.ends_with(words), "{summary}");
        }
        let mut search = JobSearch::default();
        assert_eq!(no_job("delivery", &search, within).status, Status::Fail);
        search.vanished.push("7".into());
        assert_eq!(no_job("delivery", &search, within).status, Status::Pending);
    }
}

//! The same delivery again adds nothing.

use std::time::Duration;

use futures::future::try_join_all;
use golive_core::prelude::*;
use golive_stores::bullmq::Job;
use golive_stores::{Postgres, Stores};

use crate::delivery::{self, Answer};
use crate::events::{self, Event};
use crate::job;
use crate::topic::Topic;

/// A second job or row would be there by then: targets add both before they answer.
const GRACE: Duration = Duration::from_millis(800);

pub(crate) struct Duplicate(pub(crate) Vec<Topic>);

#[async_trait]
impl Probe for Duplicate {
    fn facts(&self) -> Facts {
        let needs: Vec<String> = self.0.iter().map(|topic| topic.id("enqueued")).collect();
        Facts::new("webhooks.duplicate", "a delivery that comes again is acknowledged and adds nothing")
            .why("Shopify delivers at least once: without this a customer gets the same message twice")
            .asks("sends the accepted delivery of each topic a second time, byte for byte")
            .fails_when("the repetition is not answered with 2xx, or a second Event row or a second job comes of it")
            .needs(&needs)
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(75))
            .variables(delivery::VARIABLES)
            .remedy("Insert the Event and catch the violation of its unique dedupeKey (P2002); answer 200 then, and add the job only when the row is new")
            .command(r#"psql "$DB" -c 'SELECT "dedupeKey", count(*) FROM "Event" GROUP BY 1 HAVING count(*) > 1'"#)
            .runbook("webhook-duplicates")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let (postgres, bullmq) = (cx.postgres().await?, cx.bullmq().await?);
        let queue = &cx.contract().queues.webhooks;
        let firsts = try_join_all(self.0.iter().map(|topic| first(cx, topic))).await?;
        let cursor = bullmq.cursor(queue).await?;
        let answers = try_join_all(firsts.iter().map(|first| again(cx, first))).await?;
        let new = |job: &Job| firsts.iter().any(|first| first.is_joined_by(job));
        bullmq.wait_for_job(queue, &cursor, new, GRACE).await?;
        let jobs: Vec<Job> = bullmq
            .jobs_since(queue, &cursor, new)
            .await?
            .found
            .into_iter()
            .map(|seen| seen.job)
            .collect();
        let rows = rows(&postgres, &firsts).await?;
        let repeated: Vec<Repeated> = firsts
            .iter()
            .zip(answers)
            .map(|(first, answer)| Repeated {
                topic: first.topic.name.clone(),
                answer,
                rows: rows.iter().filter(|row| row.is_about(first.object)).count(),
                jobs: jobs.iter().filter(|job| first.is_joined_by(job)).count(),
            })
            .collect();
        Ok(judge(&repeated))
    }
}

/// A delivery that was accepted, stored and queued.
struct First<'a> {
    topic: &'a Topic,
    object: u64,
    dedupe_key: String,
    body: String,
    event: Option<String>,
    jobs: Vec<String>,
}

impl First<'_> {
    /// Whether that job is about it, and a new one.
    fn is_joined_by(&self, job: &Job) -> bool {
        job::is_about(job, self.object, self.event.as_deref()) && !self.jobs.contains(&job.id)
    }
}

async fn first<'a>(cx: &Context, topic: &'a Topic) -> Result<First<'a>, Error> {
    let delivery = delivery::accepted(cx, topic).await?;
    let queued = job::of(cx, topic).await?;
    Ok(First {
        topic,
        object: delivery.object,
        dedupe_key: delivery.dedupe_key.clone(),
        body: delivery.body.clone(),
        event: queued.event.clone(),
        jobs: queued
            .search
            .found
            .iter()
            .map(|seen| seen.job.id.clone())
            .collect(),
    })
}

/// The rows about these deliveries, whatever their key.
async fn rows(postgres: &Postgres, firsts: &[First<'_>]) -> Result<Vec<Event>, Error> {
    let objects: Vec<String> = firsts.iter().map(|first| first.object.to_string()).collect();
    let found = events::mentioning(postgres, &objects).await;
    if found.is_ok() {
        return found;
    }
    // A table too large to be searched without an index: two rows of one key are still seen.
    let keys: Vec<String> = firsts.iter().map(|first| first.dedupe_key.clone()).collect();
    events::with_keys(postgres, &keys).await
}

async fn again(cx: &Context, first: &First<'_>) -> Result<Answer, Error> {
    let response = delivery::post_signed(cx, first.topic, first.object, &first.body).await?;
    Ok(Answer::of(&response))
}

/// What a repetition led to.
struct Repeated {
    topic: String,
    answer: Answer,
    /// Event rows about the object, both times together.
    rows: usize,
    /// Jobs of the second time.
    jobs: usize,
}

fn judge(repeated: &[Repeated]) -> Outcome {
    let mut assertions = Assertions::new();
    for Repeated {
        topic,
        answer,
        rows,
        jobs,
    } in repeated
    {
        assertions.require(
            answer.accepted(),
            Reason::StatusUnexpected,
            "the repetition is answered with 200",
            format!("{topic}: the repetition was answered with {}", answer.status),
        );
        assertions.require(
            *rows < 2,
            Reason::Duplicated,
            "one Event row",
            format!("{topic}: delivered twice, stored {rows} times"),
        );
        assertions.require(
            *jobs == 0,
            Reason::Duplicated,
            "no second job",
            format!("{topic}: the repetition added {jobs} jobs"),
        );
    }
    assertions.conclude(format!(
        "{} deliveries repeated: acknowledged, no second row, no second job",
        repeated.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_added() {
        for (status, rows, jobs, reason) in [
            (200, 1, 0, None),
            (202, 1, 0, None),
            (409, 1, 0, Some(Reason::StatusUnexpected)),
            (500, 1, 0, Some(Reason::StatusUnexpected)),
            (200, 2, 0, Some(Reason::Duplicated)),
            (200, 1, 1, Some(Reason::Duplicated)),
        ] {
            let repeated = Repeated {
                topic: "orders/paid".into(),
                answer: Answer {
                    request: String::new(),
                    status,
                    millis: 1.0,
                    request_id: String::new(),
                },
                rows,
                jobs,
            };
            assert_eq!(judge(&[repeated]).reason, reason, "{status} {rows} {jobs}");
        }
    }
}

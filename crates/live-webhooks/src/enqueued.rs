//! A stored delivery becomes one job that says what it is about.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::bullmq::Job;

use crate::delivery;
use crate::job::{self, Queued};
use crate::topic::Topic;

pub(crate) struct Enqueued(pub(crate) Topic);

#[async_trait]
impl Probe for Enqueued {
    fn facts(&self) -> Facts {
        let Self(topic) = self;
        let name = &topic.name;
        Facts::new(topic.id("enqueued"), format!("a stored delivery of {name} becomes one job"))
            .why("a webhook without a job is stored, and nothing is ever sent for it")
            .asks("reads the queue's event stream from before the delivery on, and the data of the jobs added since")
            .fails_when("no job names the Event row or its object, the job does not name the topic, or there are two")
            .needs(&topic.needs("enqueued", &["persisted"]))
            .needs(&["queues.workers"]) // without one, the prefix may be another
            .safety(Safety::Smoke)
            .timeout(Duration::from_mins(1))
            .variables(delivery::VARIABLES)
            .remedy(format!(
                "Add one job for {name} to the webhooks queue, with the topic and the Event's id in its data, where the row is new; compare REDIS_URL and QUEUE_PREFIX of web process and workers"
            ))
            .runbook("webhook-not-enqueued")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let queued = job::of(cx, &self.0).await?;
        Ok(judge(
            &self.0.name,
            &Seen::of(&self.0.name, &queued),
            &cx.contract().queues.webhooks,
        ))
    }
}

/// What was seen on the queue.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// Jobs about the delivery, each with what happened to it so far.
    jobs: Vec<String>,
    names_topic: bool,
    /// Jobs that were gone before they could be read.
    vanished: usize,
    elsewhere: Option<String>,
}

impl Seen {
    fn of(topic: &str, queued: &Queued) -> Self {
        let found = &queued.search.found;
        let words = |seen: &golive_stores::bullmq::SeenJob| {
            let mut kinds: Vec<&str> = seen.events.iter().map(|event| event.kind.as_str()).collect();
            kinds.dedup();
            format!("job {} ({})", seen.job.id, kinds.join(", "))
        };
        Self {
            jobs: found.iter().map(words).collect(),
            names_topic: found.iter().all(|seen| names_topic(&seen.job, topic)),
            vanished: queued.search.vanished.len(),
            elsewhere: queued.elsewhere.clone(),
        }
    }
}

/// As sent, or as a job's name may have to be spelt: `orders-create`, `ORDERS_CREATE`.
fn names_topic(job: &Job, topic: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let values = job
        .data
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.values());
    let mut texts = values
        .filter_map(|value| value.as_str())
        .chain([job.name.as_str()]);
    job.mentions(topic) || texts.any(|text| plain(text) == plain(topic))
}

fn judge(topic: &str, seen: &Seen, queue: &str) -> Outcome {
    let mut assertions = Assertions::new();
    let jobs = seen.jobs.join(", ");
    if seen.jobs.is_empty() && seen.vanished > 0 && seen.elsewhere.is_none() {
        assertions.determine(
            false,
            Reason::EffectMissing,
            "jobs that stay for a while (removeOnComplete: {count: 100})",
            format!(
                "{topic}: {} jobs came to {queue} and were removed before their data could be read",
                seen.vanished
            ),
        );
        return assertions.conclude("");
    }
    let instead = seen.elsewhere.as_ref();
    let instead = instead.map_or_else(String::new, |other| format!("; {other} got one instead"));
    let found = assertions.require(
        !seen.jobs.is_empty(),
        Reason::EffectMissing,
        format!("a job on {queue} that names the Event or its object"),
        format!("{topic}: stored, and no job on {queue} names it{instead}"),
    );
    if found {
        assertions.require(
            seen.names_topic,
            Reason::DataMismatch,
            format!("the job's data names {topic}"),
            format!("{topic}: {jobs} on {queue} names another topic or none"),
        );
        assertions.require(
            seen.jobs.len() == 1,
            Reason::Duplicated,
            "one job",
            format!("{topic}: one delivery became {jobs} on {queue}"),
        );
    }
    assertions.conclude(format!("{topic}: {jobs} on {queue} names topic and event"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_job_that_names_its_topic() {
        let healthy = Seen {
            jobs: vec!["job 7 (added, waiting, active)".into()],
            names_topic: true,
            ..Seen::default()
        };
        let judged = |seen: Seen| {
            let outcome = judge("orders/paid", &seen, "events");
            (outcome.status, outcome.reason)
        };
        assert_eq!(judged(healthy.clone()), (Status::Pass, None));
        let seen = |change: fn(&mut Seen)| {
            let mut seen = healthy.clone();
            change(&mut seen);
            judged(seen)
        };
        assert_eq!(seen(|seen| seen.vanished = 3), (Status::Pass, None));
        assert_eq!(
            seen(|seen| seen.names_topic = false),
            (Status::Fail, Some(Reason::DataMismatch))
        );
        assert_eq!(
            seen(|seen| seen.jobs.push("job 8 (added)".into())),
            (Status::Fail, Some(Reason::Duplicated))
        );
        let missing = (Status::Fail, Some(Reason::EffectMissing));
        assert_eq!(seen(|seen| seen.jobs.clear()), missing);
        let elsewhere = Seen {
            elsewhere: Some("automations".into()),
            vanished: 1,
            ..Seen::default()
        };
        assert!(
            judge("orders/paid", &elsewhere, "events")
                .summary
                .contains("automations")
        );
        assert_eq!(judged(elsewhere), missing);
        let gone = Seen {
            vanished: 1,
            ..Seen::default()
        };
        assert_eq!(judged(gone), (Status::Pending, Some(Reason::EffectMissing)));
    }
}

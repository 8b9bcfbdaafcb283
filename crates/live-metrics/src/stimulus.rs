//! Events that golive can cause itself, each with the families that must count it.

mod burst;
mod job;
mod report;
mod webhook;

use std::time::Duration;

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// A named event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stimulus {
    /// A signed webhook about an object that cannot exist.
    Webhook,
    /// A job with an unknown task on the smoke queue.
    Job,
    /// A report for a range that nobody asked for before.
    CacheMiss,
    /// The same report again.
    CacheHit,
    /// Storefront requests until one is refused.
    RateLimit,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It happened: "after …".
    Happened(String),
    /// It could not be caused, and why.
    Failed(String),
}

impl Stimulus {
    const ALL: [Self; 5] = [
        Self::Webhook,
        Self::Job,
        Self::CacheMiss,
        Self::CacheHit,
        Self::RateLimit,
    ];

    /// The event that a family counts; `None` where golive cannot cause it.
    pub(crate) fn of(family: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|stimulus| stimulus.families().contains(&family))
    }

    /// The families that count it.
    pub(crate) fn families(self) -> &'static [&'static str] {
        match self {
            Self::Webhook => &["webhook_events_total"],
            Self::Job => &["queue_jobs_total", "queue_job_duration_seconds"],
            Self::CacheMiss => &["cache_misses_total"],
            Self::CacheHit => &["cache_hits_total"],
            Self::RateLimit => &["rate_limit_hits_total"],
        }
    }

    /// What golive does, for people: "sends …".
    pub(crate) fn asks(self) -> &'static str {
        match self {
            Self::Webhook => "sends a signed webhook about an object that cannot exist",
            Self::Job => "adds a job with an unknown task to the smoke queue and waits for its end",
            Self::CacheMiss => "asks a report for a range that nobody asked for before",
            Self::CacheHit => "asks a report twice for a range that nobody asked for before",
            Self::RateLimit => {
                "sends unsigned storefront requests until one is refused with 429 (the announced limit and 30 more, never more than 400)"
            }
        }
    }

    pub(crate) fn safety(self) -> Safety {
        match self {
            Self::Webhook | Self::Job => Safety::Smoke,
            Self::CacheMiss | Self::CacheHit => Safety::Observe,
            Self::RateLimit => Safety::Load,
        }
    }

    /// Probes of other checks that tell when the event itself is broken.
    pub(crate) fn needs(self, contract: &Contract) -> Vec<String> {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        match self {
            Self::Webhook => {
                let mut needs: Vec<String> = owned(&["database.connect", "redis.connect"]);
                needs.extend(webhook::topic(contract).map(|topic| accepts(&topic.topic)));
                needs
            }
            Self::Job => owned(&["redis.connect", "queues.smoke-job"]),
            Self::CacheMiss | Self::CacheHit => owned(&["reports.cache-miss-then-hit"]),
            Self::RateLimit => owned(&["security.rate-limit-enforced"]),
        }
    }

    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            // the stores too, since only there it can be taken back
            Self::Webhook => &[
                "WEBHOOK_HMAC_SECRET",
                "DEV_SHOP_DOMAIN",
                "DATABASE_URL",
                "REDIS_URL",
            ],
            Self::Job => &["REDIS_URL"],
            Self::CacheMiss | Self::CacheHit => &["JWT_SECRET", "DEV_SHOP_DOMAIN"],
            Self::RateLimit => &[],
        }
    }

    /// Only series with this label are looked at, where the target names such values: others move by themselves.
    pub(crate) fn slice(self, contract: &Contract) -> Option<Slice> {
        match self {
            Self::Webhook => Some(Slice {
                label: "topic",
                wanted: webhook::topic(contract)?.topic.clone(),
                known: contract
                    .webhook_topics
                    .iter()
                    .map(|topic| topic.topic.clone())
                    .collect(),
            }),
            Self::Job => Some(Slice {
                label: "queue",
                wanted: contract.queues.smoke.clone(),
                known: contract.queues.all.clone(),
            }),
            Self::CacheMiss | Self::CacheHit | Self::RateLimit => None,
        }
    }

    /// Enough for any event, the wait behind it and slow answers.
    pub(crate) fn timeout(contract: &Contract) -> Duration {
        let job = contract.timeouts.job();
        (job * 2 + Duration::from_secs(30)).min(Duration::from_secs(80))
    }

    /// Causes it.
    pub(crate) async fn cause(self, cx: &Context) -> Result<Cause, Error> {
        match self {
            Self::Webhook => webhook::send(cx).await,
            Self::Job => job::run(cx).await,
            Self::CacheMiss => report::miss(cx).await,
            Self::CacheHit => report::hit(cx).await,
            Self::RateLimit => burst::send(cx).await,
        }
    }
}

/// The probe that tells whether deliveries of a topic are accepted.
fn accepts(topic: &str) -> String {
    format!("webhooks.accepts.{}", topic.replace(['/', '_'], "-"))
}

/// A value of a label, and the values that stand beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) label: &'static str,
    pub(crate) wanted: String,
    pub(crate) known: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_of_an_event_is_in_the_contract() {
        let contract = Contract::default();
        let metrics = &contract.metrics;
        let known = |name: &str| {
            let mut all = metrics.required.iter().chain(&metrics.expected);
            all.any(|family| family.name == name)
        };
        for stimulus in Stimulus::ALL {
            for family in stimulus.families() {
                assert!(known(family), "{family}");
                assert_eq!(Stimulus::of(family), Some(stimulus));
            }
        }
        assert_eq!(Stimulus::of("sms_send_attempts_total"), None);
        assert_eq!(
            Stimulus::Webhook.needs(&contract)[2],
            "webhooks.accepts.orders-create"
        );
    }
}

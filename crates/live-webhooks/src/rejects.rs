//! Whoever has no right signature is refused, and leaves nothing behind.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::Job;

use crate::delivery;
use crate::events;
use crate::forgery;
use crate::payload::payload;
use crate::topic::{Purpose, Topic};

/// What a target stored or queued in spite of its refusal would be there by then.
const GRACE: Duration = Duration::from_millis(300);
const EVERY: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    Missing,
    Forged,
}

pub(crate) struct Rejects {
    pub(crate) topic: Topic,
    pub(crate) signature: Signature,
}

impl Rejects {
    fn family(&self) -> &'static str {
        match self.signature {
            Signature::Missing => "rejects-unsigned",
            Signature::Forged => "rejects-forged",
        }
    }

    /// The twin of what is accepted; nothing valid is ever sent to a privacy topic.
    fn before(&self) -> &'static [&'static str] {
        match self.signature {
            Signature::Forged => &["rejects-unsigned"],
            Signature::Missing if self.topic.privacy => &[],
            Signature::Missing => &["accepts"],
        }
    }
}

#[async_trait]
impl Probe for Rejects {
    fn facts(&self) -> Facts {
        let name = &self.topic.name;
        let (title, sent) = match self.signature {
            Signature::Missing => (
                format!("deliveries of {name} without a signature are refused"),
                "without the signature header, and with an empty one",
            ),
            Signature::Forged => (
                format!("deliveries of {name} with a forged signature are refused"),
                "with signatures made with another secret, flipped first and last byte, cut short, of other bytes, in hex",
            ),
        };
        let about = if self.topic.privacy {
            "a shop and a customer that cannot exist"
        } else {
            "the test shop"
        };
        Facts::new(self.topic.id(self.family()), title)
            .why("else anybody can make up orders and customers, or have a shop's data erased")
            .asks(format!("sends {name} for {about}, {sent}; then looks for Event rows and jobs"))
            .fails_when("an answer is not 401 (a 404 or a 500 is no refusal), or a row or a job came of it")
            .needs(&self.topic.needs(self.family(), self.before()))
            .safety(Safety::Smoke)
            .timeout(Duration::from_mins(1))
            .variables(delivery::VARIABLES)
            .remedy(format!(
                "Mount the verifying middleware on {name} too, before parsing and storing: a missing X-Shopify-Hmac-Sha256 is a wrong one; compare all bytes with crypto.timingSafeEqual and answer 401"
            ))
            .runbook("webhook-signatures")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let Self { topic, signature } = self;
        // Both stores first: what cannot be looked up afterwards is not sent.
        let (postgres, bullmq) = (cx.postgres().await?, cx.bullmq().await?);
        let queue = &cx.contract().queues.webhooks;
        let cursor = bullmq.cursor(queue).await?;
        let purpose = match signature {
            Signature::Missing => Purpose::Unsigned,
            Signature::Forged => Purpose::Forged,
        };
        let object = topic.object(cx.run_id(), purpose);
        let shop = if topic.privacy {
            cx.impossible_shop()
        } else {
            cx.settings().shop()?.as_str().to_owned()
        };
        let body = payload(cx, topic, object).to_string();
        let mut answers = Vec::new();
        for (what, value) in self.signatures(cx, &body)? {
            let response = delivery::post(cx, topic, &shop, object, &body, value.as_deref()).await?;
            answers.push((what, response.status()));
        }
        let keys = [delivery::dedupe_key(&shop, topic, object)];
        let about = |job: &Job| job.mentions(&object.to_string());
        let look = || async {
            let rows = events::with_keys(&postgres, &keys).await?.len();
            let jobs = bullmq.jobs_since(queue, &cursor, about).await?.found.len();
            Ok((rows + jobs > 0).then_some((rows, jobs)))
        };
        let (rows, jobs) = cx.poll(EVERY, GRACE, look).await?.unwrap_or_default();
        // A privacy topic that answers 404 may not be registered at all.
        let exists = !topic.privacy || *signature == Signature::Forged;
        Ok(judge(&topic.name, exists, &answers, rows, jobs))
    }
}

impl Rejects {
    /// What is sent in the signature header, and what is wrong with it.
    fn signatures(&self, cx: &Context, body: &str) -> Result<Vec<(&'static str, Option<String>)>, Error> {
        Ok(match self.signature {
            Signature::Missing => vec![
                ("no signature", None),
                ("an empty signature", Some(String::new())),
            ],
            Signature::Forged => forgery::of_shopify(body, cx.settings().webhook_secret()?)
                .into_iter()
                .map(|forgery| (forgery.what, Some(forgery.signature)))
                .collect(),
        })
    }
}

fn judge(topic: &str, exists: bool, answers: &[(&str, u16)], rows: usize, jobs: usize) -> Outcome {
    let mut assertions = Assertions::new();
    for (what, status) in answers {
        let (reason, verb) = match status {
            200..300 => (Reason::AcceptedForgery, "accepted"),
            404 | 405 if !exists => (Reason::RouteMissing, "answered as if there were no such topic"),
            _ => (Reason::WrongRefusal, "answered"),
        };
        assertions.require(
            *status == 401,
            reason,
            "401",
            format!("{topic} with {}: {verb} ({status})", forgery::described(what)),
        );
    }
    for (count, what) in [(rows, "Event rows"), (jobs, "jobs")] {
        assertions.require(
            count == 0,
            Reason::UnexpectedWrite,
            "nothing is stored, nothing is queued",
            format!("{topic}: {count} {what} came of deliveries without a right signature"),
        );
    }
    assertions.conclude(format!(
        "{topic}: {} deliveries refused with 401; no Event row, no job",
        answers.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_401_without_a_trace_passes() {
        for (status, exists, rows, jobs, reason) in [
            (401, true, 0, 0, None),
            (200, true, 0, 0, Some(Reason::AcceptedForgery)),
            (202, true, 1, 1, Some(Reason::AcceptedForgery)),
            (403, true, 0, 0, Some(Reason::WrongRefusal)),
            (404, true, 0, 0, Some(Reason::WrongRefusal)),
            (404, false, 0, 0, Some(Reason::RouteMissing)),
            (422, true, 0, 0, Some(Reason::WrongRefusal)),
            (500, false, 0, 0, Some(Reason::WrongRefusal)),
            (401, true, 1, 0, Some(Reason::UnexpectedWrite)),
            (401, true, 0, 1, Some(Reason::UnexpectedWrite)),
        ] {
            let answers = [("no signature", 401), ("written in hex", status)];
            let outcome = judge("orders/paid", exists, &answers, rows, jobs);
            assert_eq!(outcome.reason, reason, "{status} {exists} {rows} {jobs}");
            assert_eq!(outcome.assertions, 4);
        }
    }

    #[test]
    fn privacy_topics_need_no_accepted_delivery() {
        let needs = |name: &str, signature| {
            let rejects = Rejects {
                topic: crate::topic::topic(name),
                signature,
            };
            rejects.facts().needs.join(" ")
        };
        assert_eq!(
            needs("shop/redact", Signature::Missing),
            "webhooks.rejects-unsigned.orders-create"
        );
        assert_eq!(
            needs("orders/create", Signature::Missing),
            "webhooks.accepts.orders-create"
        );
        assert_eq!(
            needs("shop/redact", Signature::Forged),
            "webhooks.rejects-forged.orders-create webhooks.rejects-unsigned.shop-redact"
        );
    }
}

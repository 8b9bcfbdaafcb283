//! No webhook and no message was given up.

use std::collections::BTreeMap;

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::FailedJob;

use crate::figures::counted;

pub(crate) struct DeadLetters;

/// So many of the newest failed jobs are looked at for their reasons.
const LOOKED_AT: u32 = 20;
/// So many different reasons are named.
const NAMED: usize = 3;
const REASON_LENGTH: usize = 120;

#[async_trait]
impl Probe for DeadLetters {
    fn facts(&self) -> Facts {
        Facts::new("queues.dead-letters", "no webhook and no message was given up")
            .why("each dead letter is a webhook without effect, or a message that was never sent")
            .asks("counts the failed sets of the dead-letter queues, and reads why the newest ones failed")
            .fails_when("there are more than thresholds.dead_letters allows")
            .needs(&["redis.connect"])
            .remedy("Repair what the newest reasons name, then retry the failed jobs; remove one by one what must not run any more")
            .command("node queues.mjs retry QUEUE")
            .runbook("dead-letters")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let bullmq = cx.bullmq().await?;
        let mut seen = Vec::new();
        for queue in &cx.contract().queues.dead_letter {
            let failed = bullmq.counts(queue).await?.failed;
            let newest = if failed > 0 {
                bullmq.failed_jobs(queue, LOOKED_AT).await?
            } else {
                Vec::new()
            };
            seen.push(Seen {
                queue,
                failed,
                newest,
            });
        }
        Ok(judge(&seen, cx.contract().thresholds.dead_letters))
    }
}

struct Seen<'a> {
    queue: &'a str,
    failed: u64,
    newest: Vec<FailedJob>,
}

fn judge(seen: &[Seen<'_>], limit: u64) -> Outcome {
    let total: u64 = seen.iter().map(|seen| seen.failed).sum();
    let mut assertions = Assertions::new();
    for Seen {
        queue,
        failed,
        newest,
    } in seen
    {
        let why = reasons(newest);
        assertions.require(
            *failed == 0 || total <= limit,
            Reason::Threshold,
            format!("{queue}: {limit} dead letters"),
            format!("{queue}: {}, the newest: {why}", counted(*failed, "dead letter")),
        );
        assertions.measure(Measurement::new(*queue, *failed as f64, "jobs").threshold(format!("<= {limit}")));
    }
    assertions.conclude(format!(
        "{} in {}",
        counted(total, "dead letter"),
        counted(seen.len() as u64, "queue")
    ))
}

/// The newest reasons, each once with how often it was met.
fn reasons(newest: &[FailedJob]) -> String {
    let (mut order, mut times) = (Vec::new(), BTreeMap::<String, u32>::new());
    for job in newest {
        let reason = masked(&job.reason);
        if !times.contains_key(&reason) {
            order.push(reason.clone());
        }
        *times.entry(reason).or_default() += 1;
    }
    let named = order.iter().take(NAMED).map(|reason| match times[reason] {
        1 => format!("{reason:?}"),
        times => format!("{reason:?} ({times} times)"),
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        "not to be read".to_owned()
    } else {
        named.join(", ")
    }
}

/// First line, shortened, without long numbers and mail addresses: they may be somebody's.
pub(crate) fn masked(reason: &str) -> String {
    let line: String = reason
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(REASON_LENGTH)
        .collect();
    let words = line.split(' ').map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if word.contains('@') || digits >= 6 {
            "***"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(reason: &str) -> FailedJob {
        let (id, name) = ("7".to_owned(), "process".to_owned());
        FailedJob {
            id,
            name,
            reason: reason.to_owned(),
            finished_on: None,
            attempts_made: 5,
        }
    }

    #[test]
    fn dead_letters_name_their_reasons() {
        let seen = |failed, reasons: &[&str]| Seen {
            queue: "events",
            failed,
            newest: reasons.iter().map(|reason| job(reason)).collect(),
        };
        assert_eq!(judge(&[seen(0, &[])], 0).summary, "0 dead letters in 1 queue");
        let outcome = judge(
            &[seen(3, &["connect ETIMEDOUT", "no shop", "connect ETIMEDOUT"])],
            0,
        );
        assert_eq!(
            (outcome.status, outcome.reason),
            (Status::Fail, Some(Reason::Threshold))
        );
        assert_eq!(
            outcome.summary,
            "events: 3 dead letters, the newest: \"connect ETIMEDOUT\" (2 times), \"no shop\""
        );
        assert_eq!(
            judge(&[seen(2, &["x"])], 2).status,
            Status::Pass,
            "as many as the contract allows"
        );
        assert_eq!(judge(&[], 0).assertions, 0);
    }

    #[test]
    fn nobody_is_named() {
        for (reason, shown) in [
            (
                "invalid number 15555550142 for jane@example.com",
                "invalid number *** for ***",
            ),
            (
                "cannot send to +1-555-555-0142: blocked",
                "cannot send to *** blocked",
            ),
            ("Error 503\n    at deliver (/app/x.js:1:2)", "Error 503"),
            ("", ""),
        ] {
            assert_eq!(masked(reason), shown);
        }
        assert_eq!(masked(&"ä".repeat(500)).chars().count(), REASON_LENGTH);
    }
}

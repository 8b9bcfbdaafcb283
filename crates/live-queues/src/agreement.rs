//! Compares what the target says of its queues with Redis, while both move: Redis is read before and after each
//! answer, and only a figure that lies outside that range every time is a disagreement.

use std::collections::BTreeMap;
use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::bullmq::{BullMq, Counts};
use tokio::time::Instant;

use crate::client;
use crate::figures::{self, Said};

const EVERY: Duration = Duration::from_millis(300);
/// Looks at most. How many there are must not hang on how fast the target is: a job that comes and goes between two
/// reads is met by one look in a while, and by six in a row hardly ever.
const LOOKS: usize = 6;
/// Half of what the probe has, for each of the two sources.
const WITHIN: Duration = Duration::from_secs(12);

/// A route of the target that states figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Health,
    Metrics,
}

/// One answer, and Redis before and after it.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub(crate) before: BTreeMap<String, Counts>,
    pub(crate) said: Said,
    pub(crate) after: BTreeMap<String, Counts>,
}

/// Asks until everything agreed at least once, or was looked at often enough; all answers, in order.
pub(crate) async fn rounds(
    cx: &Context,
    bullmq: &BullMq,
    source: Source,
    queues: &[String],
) -> Result<Vec<Round>, Error> {
    let end = Instant::now() + WITHIN;
    let mut rounds = Vec::new();
    loop {
        let before = counts(bullmq, queues).await?;
        let said = source.ask(cx).await?;
        let after = counts(bullmq, queues).await?;
        rounds.push(Round { before, said, after });
        if decided(source, &rounds) || Instant::now() + EVERY > end {
            return Ok(rounds);
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn decided(source: Source, rounds: &[Round]) -> bool {
    rounds.len() >= LOOKS || compare(source, rounds).all_held()
}

impl Source {
    async fn ask(self, cx: &Context) -> Result<Said, Error> {
        Ok(match self {
            Self::Health => {
                client::said_by_health(&client::health(cx).await?.body, &cx.contract().queues.dead_letter)
            }
            Self::Metrics => client::said_by_metrics(&client::metrics(cx).await?),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Health => "queue health",
            Self::Metrics => "queue metrics",
        }
    }
}

async fn counts(bullmq: &BullMq, queues: &[String]) -> Result<BTreeMap<String, Counts>, Error> {
    let mut counts = BTreeMap::new();
    for queue in queues {
        counts.insert(queue.clone(), bullmq.counts(queue).await?);
    }
    Ok(counts)
}

/// One assertion a figure: it agreed in at least one round.
pub(crate) fn compare(source: Source, rounds: &[Round]) -> Assertions {
    let mut assertions = Assertions::new();
    let Some(last) = rounds.last() else {
        return assertions;
    };
    for queue in last.before.keys() {
        for (at, name) in figures::NAMES.iter().enumerate() {
            let said = |round: &Round| Some(round.said.queues.get(queue)?[at]);
            figure(
                &mut assertions,
                source,
                rounds,
                &format!("{queue} {name}"),
                said,
                |counts| figures::in_redis(counts.get(queue).unwrap_or(&Counts::default()), at),
            );
        }
        if last.said.dead.contains_key(queue) {
            let said = |round: &Round| round.said.dead.get(queue).copied();
            figure(
                &mut assertions,
                source,
                rounds,
                &format!("{queue} dead letters"),
                said,
                |counts| vec![counts.get(queue).map_or(0, |counts| counts.failed)],
            );
        }
    }
    assertions
}

fn figure(
    assertions: &mut Assertions,
    source: Source,
    rounds: &[Round],
    what: &str,
    said: impl Fn(&Round) -> Option<u64>,
    redis: impl Fn(&BTreeMap<String, Counts>) -> Vec<u64>,
) {
    let ranges = |round: &Round| -> Vec<(u64, u64)> {
        let pairs = redis(&round.before).into_iter().zip(redis(&round.after));
        pairs
            .map(|(before, after)| (before.min(after), before.max(after)))
            .collect()
    };
    let agrees = |round: &Round| {
        said(round).is_some_and(|figure| {
            ranges(round)
                .iter()
                .any(|(low, high)| (low..=high).contains(&&figure))
        })
    };
    let held = rounds.iter().any(agrees);
    let Some(last) = rounds.last() else { return };
    let (low, high) = ranges(last)[0];
    let in_redis = if low == high {
        low.to_string()
    } else {
        format!("{low} to {high}")
    };
    let stated = said(last).map_or_else(|| "nothing".to_owned(), |figure| figure.to_string());
    assertions.require(
        held,
        Reason::Disagreement,
        format!("{what}: {in_redis}, as in Redis"),
        format!(
            "{what}: {} says {stated}, Redis has {in_redis} ({})",
            source.name(),
            figures::counted(rounds.len() as u64, "look")
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(before: u64, said: u64, after: u64) -> Round {
        let counts = |waiting| {
            BTreeMap::from([(
                "events".to_owned(),
                Counts {
                    waiting,
                    ..Counts::default()
                },
            )])
        };
        let said = Said {
            queues: BTreeMap::from([("events".to_owned(), [said, 0, 0, 0, 0])]),
            dead: BTreeMap::new(),
        };
        Round {
            before: counts(before),
            said,
            after: counts(after),
        }
    }

    #[test]
    fn only_what_is_outside_every_time_disagrees() {
        let held = |rounds: &[Round]| compare(Source::Health, rounds).all_held();
        assert!(held(&[round(3, 3, 3)]) && held(&[round(3, 4, 5)]) && held(&[round(5, 4, 3)]));
        assert!(!held(&[round(3, 6, 5)]));
        assert!(
            held(&[round(3, 6, 5), round(6, 6, 6)]),
            "it moved between two reads"
        );
        assert!(!held(&[round(0, 37, 0), round(0, 37, 0)]));
        assert_eq!(compare(Source::Health, &[]).checked(), 0);
    }

    #[test]
    fn one_look_at_a_moving_queue_decides_nothing() {
        let passing = round(0, 1, 0);
        let mut rounds = vec![passing; LOOKS - 1];
        assert!(
            !decided(Source::Metrics, &rounds),
            "a slow target is asked again too"
        );
        rounds.push(round(0, 1, 0));
        assert!(decided(Source::Metrics, &rounds) && !compare(Source::Metrics, &rounds).all_held());
        assert!(decided(Source::Metrics, &[round(0, 1, 0), round(0, 0, 0)]));
    }

    #[test]
    fn both_figures_are_named_and_silence_is_no_agreement() {
        let outcome = compare(Source::Health, &[round(0, 37, 2)]).conclude("");
        assert_eq!(outcome.reason, Some(Reason::Disagreement));
        assert_eq!(
            outcome.summary,
            "events waiting: queue health says 37, Redis has 0 to 2 (1 look)"
        );
        let mut silent = round(0, 0, 0);
        silent.said.queues.clear();
        assert!(!compare(Source::Metrics, &[silent]).all_held());
    }

    #[test]
    fn dead_letters_are_the_failed_ones() {
        let mut lying = round(0, 0, 0);
        lying.said.dead.insert("events".to_owned(), 2);
        let outcome = compare(Source::Health, &[lying]).conclude("");
        assert_eq!(outcome.assertions, 6);
        assert!(
            outcome
                .summary
                .starts_with("events dead letters: queue health says 2, Redis has 0")
        );
    }
}

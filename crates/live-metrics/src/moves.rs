//! A counter rises after the event that should move it.

use golive_core::contract::{Contract, Family, FamilyKind};
use golive_core::prelude::*;

use crate::samples::{self, not_caused, position};
use crate::scrape;
use crate::stimulus::{Cause, Stimulus};
use crate::watch::{self, Watched};

/// One family whose event golive causes.
pub(crate) struct Moves {
    family: Family,
    stimulus: Stimulus,
    /// A family that is only expected need not be there.
    required: bool,
    needs: Vec<String>,
    timeout: std::time::Duration,
}

/// `metrics.moves.queue_jobs_total`.
pub(crate) fn id(family: &str) -> String {
    format!("metrics.moves.{family}")
}

impl Moves {
    pub(crate) fn new(contract: &Contract, family: &Family, stimulus: Stimulus, required: bool) -> Self {
        let mut needs = if required {
            vec![samples::id(&family.name)]
        } else {
            vec!["metrics.counters".to_owned(), "metrics.expected".to_owned()]
        };
        if family.kind == FamilyKind::Histogram {
            needs.push("metrics.histograms".to_owned());
        }
        needs.extend(stimulus.needs(contract));
        Self {
            family: family.clone(),
            stimulus,
            required,
            needs,
            timeout: Stimulus::timeout(contract),
        }
    }
}

#[async_trait]
impl Probe for Moves {
    fn facts(&self) -> Facts {
        let Self { family, stimulus, .. } = self;
        let name = &family.name;
        let facts = Facts::new(id(name), format!("{name} rises after its event"))
            .why("an alert on a counter that does not move never fires, or never stops")
            .asks(format!("reads {name}, {}, and reads it again until it rose", stimulus.asks()))
            .fails_when(format!("{name} has not risen within half of timeouts.job_ms, or falls again at the next scrape; PENDING when the event cannot be caused or several processes answer in turn"))
            .needs(&self.needs)
            .safety(stimulus.safety())
            .timeout(self.timeout)
            .variables(stimulus.variables())
            .remedy(format!("Count the event in the process that serves /metrics: call inc() or observe() of {name} on the registered metric, not on a second copy of the module"))
            .command(format!("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep {name}"))
            .runbook("metrics-do-not-move");
        if self.required { facts } else { facts.optional() }
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let name = &self.family.name;
        if !self.required {
            let scrape = scrape::page(cx).await?;
            if scrape.page.family(&cx.contract().metrics.prefix, name).is_none() {
                return Err(Error::not_applicable(format!(
                    "{name} does not exist here, see metrics.expected"
                )));
            }
        }
        let watched = watch::watched(cx, self.stimulus).await?;
        Ok(judge(name, position(self.stimulus, name), &watched))
    }
}

fn judge(family: &str, at: usize, watched: &Watched) -> Outcome {
    let what = match &watched.cause {
        Cause::Happened(what) => what,
        Cause::Failed(why) => return not_caused(family, why),
    };
    let risen = watched.pairs(at).find(|(before, after)| after.sum > before.sum);
    let processes = watched.processes();
    let mut assertions = Assertions::new();
    let Some((before, after)) = risen.or_else(|| watched.pairs(at).next()) else {
        assertions.determine(
            false,
            Reason::Disagreement,
            "one process that answers before and after the event",
            format!("{processes} processes answer /metrics in turn, none before and after {what}"),
        );
        return assertions.conclude("");
    };
    let expected = format!("{family} rises after {what}");
    let (was, is) = (before.sum, after.sum);
    if risen.is_none() && processes > 1 {
        let observed =
            format!("{family} did not rise in {processes} processes that answer in turn, after {what}");
        assertions.determine(false, Reason::Disagreement, expected, observed);
        return assertions.conclude("");
    }
    assertions.require(
        risen.is_some(),
        Reason::EffectMissing,
        expected,
        format!(
            "{family} was {was} and is {is}, {} s after {what}",
            watched.within.as_secs()
        ),
    );
    let fell = watched.fell(at);
    let (high, low) = fell.unwrap_or_default();
    assertions.require(
        fell.is_none(),
        Reason::DataMismatch,
        format!("{family} stays where it rose to"),
        format!("{family} rose to {high} and fell back to {low} at the next scrape"),
    );
    assertions.measure(Measurement::new(family, is - was, "events").threshold("> 0"));
    assertions.conclude(format!("{family} rose from {was} to {is} after {what}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::watch::{Figure, Reading};

    fn reading(instance: u64, sum: Option<f64>) -> Reading {
        Reading {
            instance: Some(instance),
            figures: vec![sum.map(|sum| Figure { series: 1, sum })],
        }
    }

    fn judged(before: Vec<Reading>, after: Vec<Reading>) -> Outcome {
        judge(
            "a_total",
            0,
            &Watched {
                cause: Cause::Happened("a job".into()),
                before,
                after,
                later: None,
                within: Duration::from_secs(5),
            },
        )
    }

    #[test]
    fn rising_is_what_counts() {
        let fine = judged(vec![reading(1, Some(4.0))], vec![reading(1, Some(6.0))]);
        assert_eq!(
            (fine.status, fine.summary.as_str()),
            (Status::Pass, "a_total rose from 4 to 6 after a job")
        );
        assert_eq!(fine.measurements[0].value.to_bits(), 2.0_f64.to_bits());
        assert_eq!(
            judged(vec![reading(1, None)], vec![reading(1, Some(1.0))]).status,
            Status::Pass
        );
        for after in [Some(4.0), Some(3.0), Some(f64::NAN), None] {
            let stuck = judged(vec![reading(1, Some(4.0))], vec![reading(1, after)]);
            assert_eq!(
                (stuck.status, stuck.reason),
                (Status::Fail, Some(Reason::EffectMissing)),
                "{after:?}"
            );
        }
    }

    #[test]
    fn several_processes_are_told_apart() {
        let two = || vec![reading(1, Some(4.0)), reading(2, Some(9.0))];
        assert_eq!(judged(two(), two()).status, Status::Pending);
        let risen = judged(two(), vec![reading(1, Some(4.0)), reading(2, Some(10.0))]);
        assert_eq!(risen.status, Status::Pass);
        assert_eq!(
            judged(two(), vec![reading(3, Some(99.0))]).status,
            Status::Pending
        );
    }
}

//! A required family has series once its event happened, not only HELP and TYPE.

use golive_core::contract::Contract;
use golive_core::prelude::*;

use crate::stimulus::{Cause, Stimulus};
use crate::watch::{self, Watched};

/// One family whose event golive causes.
pub(crate) struct Samples {
    pub(crate) family: String,
    pub(crate) stimulus: Stimulus,
    needs: Vec<String>,
    timeout: std::time::Duration,
}

/// `metrics.samples.queue_jobs_total`.
pub(crate) fn id(family: &str) -> String {
    format!("metrics.samples.{family}")
}

impl Samples {
    pub(crate) fn new(contract: &Contract, family: &str, stimulus: Stimulus) -> Self {
        Self {
            family: family.to_owned(),
            stimulus,
            needs: stimulus.needs(contract),
            timeout: Stimulus::timeout(contract),
        }
    }
}

#[async_trait]
impl Probe for Samples {
    fn facts(&self) -> Facts {
        let Self { family, stimulus, .. } = self;
        Facts::new(id(family), format!("{family} has series once its event happened"))
            .why("a metric that is declared and never observed looks like silence on every dashboard")
            .asks(format!("{}, then looks for series of {family} on /metrics", stimulus.asks()))
            .fails_when(format!("{family} shows HELP and TYPE only after the event; PENDING when the event cannot be caused"))
            .needs(&["metrics.counters"])
            .needs(&self.needs)
            .safety(stimulus.safety())
            .timeout(self.timeout)
            .variables(stimulus.variables())
            .remedy(format!("Call inc() or observe() of {family} where the event happens, on the metric that is registered, in the process that is scraped"))
            .command(format!("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep {family}"))
            .runbook("metrics-without-samples")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let watched = watch::watched(cx, self.stimulus).await?;
        let at = position(self.stimulus, &self.family);
        Ok(judge(&self.family, at, &watched))
    }
}

/// Where the family's figure stands in a reading.
pub(crate) fn position(stimulus: Stimulus, family: &str) -> usize {
    let at = stimulus.families().iter().position(|name| *name == family);
    at.unwrap_or_default()
}

/// The event could not be caused: nothing is known.
pub(crate) fn not_caused(family: &str, why: &str) -> Outcome {
    Outcome::pending(
        Reason::EffectMissing,
        format!("the event of {family} could not be caused: {why}"),
    )
    .expected("an event to be counted")
    .observed(why)
}

fn judge(family: &str, at: usize, watched: &Watched) -> Outcome {
    let what = match &watched.cause {
        Cause::Happened(what) => what,
        Cause::Failed(why) => return not_caused(family, why),
    };
    let series = watched
        .after
        .iter()
        .filter_map(|reading| reading.figures.get(at).copied().flatten())
        .map(|figure| figure.series)
        .max()
        .unwrap_or_default();
    let mut assertions = Assertions::new();
    assertions.require(
        series > 0,
        Reason::EffectMissing,
        format!("{family} has a series after {what}"),
        format!("{family} shows HELP and TYPE only, after {what}"),
    );
    assertions.measure(Measurement::new("series", series as f64, "series").threshold("> 0"));
    assertions.conclude(format!("{family} has {series} series after {what}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::watch::{Figure, Reading};

    #[test]
    fn declared_is_not_observed() {
        let judged = |cause: Cause, series: Option<usize>| {
            let after = Reading {
                instance: None,
                figures: vec![series.map(|series| Figure { series, sum: 0.0 })],
            };
            let watched = Watched {
                cause,
                before: Vec::new(),
                after: vec![after],
                later: None,
                within: Duration::from_secs(1),
            };
            judge("a_total", 0, &watched).status
        };
        let happened = || Cause::Happened("x".into());
        assert_eq!(judged(happened(), Some(2)), Status::Pass);
        assert_eq!(judged(happened(), Some(0)), Status::Fail);
        assert_eq!(judged(happened(), None), Status::Fail);
        assert_eq!(judged(Cause::Failed("404".into()), Some(2)), Status::Pending);
    }
}

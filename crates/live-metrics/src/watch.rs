//! Reads counters, causes an event, and reads them again until they rose or the time is over.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use golive_core::prelude::*;

use crate::exposition::{Family, Kind, Page};
use crate::scrape::{self, Instance};
use crate::stimulus::{Cause, Slice, Stimulus};

const EVERY: Duration = Duration::from_millis(200);

/// What an event did to the families that count it.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) cause: Cause,
    /// One a process, as it was before.
    pub(crate) before: Vec<Reading>,
    /// One a process, as it was at last.
    pub(crate) after: Vec<Reading>,
    /// The process that answered next, once all had risen.
    pub(crate) later: Option<Reading>,
    /// How long the counters were waited for.
    pub(crate) within: Duration,
}

/// The families of an event, as one process counts them, in the order of [`Stimulus::families`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) instance: Instance,
    /// `None` where the family is not declared.
    pub(crate) figures: Vec<Option<Figure>>,
}

/// A family in one figure.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Figure {
    /// All its series.
    pub(crate) series: usize,
    /// What the series about the event amount to; absent counts as 0.
    pub(crate) sum: f64,
}

impl Watched {
    /// The family's figure in the processes that were read before and after: (before, after).
    pub(crate) fn pairs(&self, at: usize) -> impl Iterator<Item = (Figure, Figure)> + '_ {
        self.after.iter().filter_map(move |after| {
            let before = self
                .before
                .iter()
                .find(|before| before.instance == after.instance)?;
            let figure = |reading: &Reading| reading.figures.get(at).copied().flatten().unwrap_or_default();
            Some((figure(before), figure(after)))
        })
    }

    pub(crate) fn rose(&self, at: usize) -> bool {
        self.pairs(at).any(|(before, after)| after.sum > before.sum)
    }

    /// What the family fell to right after it had risen: something resets it.
    pub(crate) fn fell(&self, at: usize) -> Option<(f64, f64)> {
        let later = self.later.as_ref()?;
        let after = self.after.iter().find(|after| after.instance == later.instance)?;
        let sum = |reading: &Reading| reading.figures.get(at).copied().flatten().unwrap_or_default().sum;
        let (was, is) = (sum(after), sum(later));
        (is < was).then_some((was, is))
    }

    /// How many processes answered.
    pub(crate) fn processes(&self) -> usize {
        let new = |after: &&Reading| self.before.iter().all(|before| before.instance != after.instance);
        self.before.len() + self.after.iter().filter(new).count()
    }
}

/// Caused and watched once a run, for all probes that judge it.
pub(crate) async fn watched(cx: &Context, stimulus: Stimulus) -> Result<Arc<Watched>, Error> {
    let key = format!("metrics.watched.{stimulus:?}");
    // Boxed: what several probes await would nest too deeply otherwise.
    let watched = cx.shared(&key, || Box::pin(watch(cx, stimulus))).await?;
    cx.note(match &watched.cause {
        Cause::Happened(what) => format!("caused once for all probes that judge it: {what}"),
        Cause::Failed(why) => format!("could not be caused: {why}"),
    });
    Ok(watched)
}

async fn watch(cx: &Context, stimulus: Stimulus) -> Result<Watched, Error> {
    let slice = stimulus.slice(cx.contract());
    let prefix = &cx.contract().metrics.prefix;
    let reduce = |page: &Page| figures(page, prefix, stimulus.families(), slice.as_ref());
    // What happened is done by now: only the counting is waited for.
    let within = cx.contract().timeouts.job() / 2;
    let first = scrape::twice(cx, |scrape| reduce(&scrape.page)).await?;
    let mut before = Vec::new();
    for (instance, figures) in first {
        merge(&mut before, Reading { instance, figures });
    }
    let mut watched = Watched {
        cause: stimulus.cause(cx).await?,
        before,
        after: Vec::new(),
        later: None,
        within,
    };
    if matches!(watched.cause, Cause::Failed(_)) {
        return Ok(watched);
    }
    let _waiting = cx.waiting_for(format!("{} on /metrics", stimulus.families().join(" and ")));
    let looking = Mutex::new(&mut watched);
    let look = || async {
        let scrape = scrape::scrape(cx).await?;
        let reading = Reading {
            instance: scrape.instance,
            figures: reduce(&scrape.page),
        };
        let mut watched = looking.lock().unwrap_or_else(PoisonError::into_inner);
        merge(&mut watched.after, reading);
        let rose = (0..stimulus.families().len()).all(|at| {
            // What is not declared never comes.
            let undeclared = watched.after.iter().all(|reading| reading.figures[at].is_none());
            undeclared || watched.rose(at)
        });
        Ok(rose.then_some(()))
    };
    if cx.poll(EVERY, within, look).await?.is_some() {
        let scrape = scrape::scrape(cx).await?;
        watched.later = Some(Reading {
            instance: scrape.instance,
            figures: reduce(&scrape.page),
        });
    }
    Ok(watched)
}

/// The newest reading of each process.
fn merge(readings: &mut Vec<Reading>, new: Reading) {
    match readings
        .iter_mut()
        .find(|reading| reading.instance == new.instance)
    {
        Some(reading) => *reading = new,
        None => readings.push(new),
    }
}

fn figures(page: &Page, prefix: &str, families: &[&str], slice: Option<&Slice>) -> Vec<Option<Figure>> {
    families
        .iter()
        .map(|name| page.family(prefix, name).map(|family| figure(family, slice)))
        .collect()
}

/// Counters amount to their values, histograms to their counts.
fn figure(family: &Family, slice: Option<&Slice>) -> Figure {
    let wanted: &[&str] = match family.kind {
        Some(Kind::Histogram | Kind::Summary) => &["_count"],
        _ => &["", "_total"],
    };
    let counted = || {
        family
            .samples
            .iter()
            .filter(|sample| wanted.contains(&sample.suffix))
    };
    let named = |values: &[String]| {
        let value = |sample: &crate::exposition::Sample| {
            let label = sample.label(slice?.label)?;
            Some(values.iter().any(|value| is(label, value)))
        };
        counted()
            .filter(|sample| value(sample).unwrap_or(false))
            .collect::<Vec<_>>()
    };
    let about = match slice {
        // Where no value is known, whatever there is must do.
        Some(slice) if !named(&slice.known).is_empty() => named(std::slice::from_ref(&slice.wanted)),
        _ => counted().collect(),
    };
    Figure {
        series: counted().count(),
        sum: about.iter().map(|sample| sample.value).sum(),
    }
}

/// `ORDERS_CREATE` is `orders/create`, `bull:housekeeping` is `housekeeping`.
fn is(label: &str, value: &str) -> bool {
    let plain = |text: &str| {
        text.to_lowercase()
            .replace(|char: char| !char.is_alphanumeric(), "_")
    };
    let (label, value) = (plain(label), plain(value));
    label == value || label.ends_with(&format!("_{value}"))
}

#[cfg(test)]
mod tests;

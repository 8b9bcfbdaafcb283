//! Histograms add up: cumulative buckets in order, the last of them the count, and a sum.

use std::collections::BTreeMap;

use golive_core::prelude::*;

use crate::exposition::{Family, Kind, Page, Sample};
use crate::samples;
use crate::scrape;

pub(crate) struct Histograms {
    /// Required families that are histograms.
    pub(crate) required: Vec<String>,
}

#[async_trait]
impl Probe for Histograms {
    fn facts(&self) -> Facts {
        let needs: Vec<String> = self.required.iter().map(|name| samples::id(name)).collect();
        Facts::new("metrics.histograms", "every histogram has cumulative buckets that end in its count")
            .why("percentiles are computed from the buckets: wrong ones show calm while jobs take minutes")
            .asks("checks each series of each histogram on /metrics, the process's own included")
            .fails_when("a bucket is smaller than the one before, the bounds are out of order or no numbers, the +Inf bucket is missing or is not the count, or sum or count is missing; PENDING while no histogram has a series")
            .needs(&["metrics.required"])
            .needs(&needs)
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Let prom-client's Histogram write the buckets; merge processes with AggregatorRegistry and not by hand")
            .command("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep -E '_(bucket|sum|count)'")
            .runbook("metrics-histograms")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        // A fresh one: the shared page may be older than the first job.
        let scrape = scrape::scrape(cx).await?;
        Ok(judge(&scrape.page, &cx.contract().metrics.prefix, &self.required))
    }
}

/// One series of a histogram: the samples that share all labels but `le`.
#[derive(Default)]
struct Series<'a> {
    buckets: Vec<(&'a Sample, Option<f64>)>,
    sum: Option<f64>,
    count: Option<f64>,
}

fn judge(page: &Page, prefix: &str, required: &[String]) -> Outcome {
    let mut assertions = Assertions::new();
    let (mut families, mut series) = (0, 0);
    for family in page
        .families
        .iter()
        .filter(|family| family.kind == Some(Kind::Histogram))
    {
        families += 1;
        for (labels, one) in split(family) {
            series += 1;
            one.judge(&format!("{}{labels}", family.name), &mut assertions);
        }
    }
    let silent: Vec<&str> = required
        .iter()
        .filter(|name| {
            page.family(prefix, name)
                .is_none_or(|family| family.samples.is_empty())
        })
        .map(String::as_str)
        .collect();
    assertions.determine(
        series > 0,
        Reason::Missing,
        "a histogram with a series",
        "no histogram on the page has a series yet",
    );
    let silent = if silent.is_empty() {
        String::new()
    } else {
        format!("; {} observed nothing yet", silent.join(", "))
    };
    assertions.conclude(format!("{series} series of {families} histograms add up{silent}"))
}

fn split(family: &Family) -> BTreeMap<String, Series<'_>> {
    let mut all: BTreeMap<String, Series<'_>> = BTreeMap::new();
    for sample in &family.samples {
        let mut labels: Vec<String> = sample
            .labels
            .iter()
            .filter(|(name, _)| name != "le")
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        labels.sort_unstable();
        let key = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let one = all.entry(key).or_default();
        match sample.suffix {
            "_bucket" => one
                .buckets
                .push((sample, sample.label("le").and_then(|bound| bound.parse().ok()))),
            "_sum" => one.sum = Some(sample.value),
            "_count" => one.count = Some(sample.value),
            _ => {}
        }
    }
    all
}

impl Series<'_> {
    /// The first thing that is wrong with it, or one assertion a bucket.
    fn judge(&self, name: &str, assertions: &mut Assertions) {
        let mut hold = |holds: bool, reason: Reason, expected: &str, observed: String| {
            assertions.require(holds, reason, expected, format!("{name}: {observed}"))
        };
        for (sample, bound) in &self.buckets {
            let shown = sample.label("le").unwrap_or("no le");
            let fine = bound.is_some_and(|bound: f64| !bound.is_nan());
            if !hold(
                fine,
                Reason::Malformed,
                "bounds that are numbers",
                format!("le is {shown:?}"),
            ) {
                return;
            }
        }
        for pair in self.buckets.windows(2) {
            let [(first, low), (second, high)] = pair else {
                continue;
            };
            let bounds = (
                first.label("le").unwrap_or_default(),
                second.label("le").unwrap_or_default(),
            );
            let ordered = low < high;
            let observed = format!("le {} stands before le {}", bounds.0, bounds.1);
            if !hold(ordered, Reason::Malformed, "bounds in rising order", observed) {
                return;
            }
            let cumulative = first.value <= second.value;
            let observed = format!(
                "le {} holds {}, le {} holds {}",
                bounds.0, first.value, bounds.1, second.value
            );
            if !hold(
                cumulative,
                Reason::DataMismatch,
                "each bucket holds the ones before",
                observed,
            ) {
                return;
            }
        }
        let last = self
            .buckets
            .last()
            .filter(|(_, bound)| *bound == Some(f64::INFINITY));
        hold(
            last.is_some(),
            Reason::Missing,
            "a bucket le=\"+Inf\"",
            "there is no bucket le=\"+Inf\"".to_owned(),
        );
        hold(
            self.count.is_some(),
            Reason::Missing,
            "a _count",
            "there is no _count".to_owned(),
        );
        hold(
            self.sum.is_some(),
            Reason::Missing,
            "a _sum",
            "there is no _sum".to_owned(),
        );
        if let (Some((infinite, _)), Some(count)) = (last, self.count) {
            hold(
                same(infinite.value, count) && count >= 0.0,
                Reason::DataMismatch,
                "the bucket le=\"+Inf\" holds the count",
                format!("le +Inf holds {}, the count is {count}", infinite.value),
            );
        }
        if let Some(sum) = self.sum {
            hold(
                !sum.is_nan(),
                Reason::DataMismatch,
                "a sum that is a number",
                "the sum is NaN".to_owned(),
            );
        }
    }
}

/// Counts are whole numbers.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.5
}

#[cfg(test)]
mod tests;

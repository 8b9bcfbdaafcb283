//! Counters count: they are no negative numbers, and never fall while the process lives.

use std::collections::HashMap;

use golive_core::contract::Metrics;
use golive_core::prelude::*;

use crate::exposition::{Family, Kind, Page, Sample};
use crate::scrape::{self, Instance};

pub(crate) struct Counters;

#[async_trait]
impl Probe for Counters {
    fn facts(&self) -> Facts {
        Facts::new("metrics.counters", "no counter falls between two scrapes of one process")
            .why("rate() takes each fall for a restart: what is reset at a scrape is counted twice or never")
            .asks("scrapes /metrics until one process answered twice, told by process_start_time_seconds, and compares every counter and bucket")
            .fails_when("a required counter fell, vanished, is negative or no number; (WARN) another counter fell, is negative or no number; PENDING when each scrape comes from another process")
            .needs(&["metrics.required"])
            .timeout(std::time::Duration::from_secs(45))
            .remedy("Remove resetMetrics() and reset() from the /metrics route, and declare what can fall as Gauge")
            .command("for i in 1 2; do curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" > /tmp/m$i; done; diff /tmp/m1 /tmp/m2")
            .runbook("metrics-that-fall")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let scrapes = scrape::twice(cx, |scrape| scrape.page).await?;
        Ok(judge(&cx.contract().metrics, &scrapes))
    }
}

fn judge(metrics: &Metrics, scrapes: &[(Instance, Page)]) -> Outcome {
    let mut assertions = Assertions::new();
    let pair = scrapes.split_last().and_then(|((instance, last), earlier)| {
        let first = earlier.iter().find(|(other, _)| other == instance)?;
        Some((&first.1, last))
    });
    let Some((before, after)) = pair else {
        assertions.determine(
            false,
            Reason::Disagreement,
            "two scrapes of one process",
            format!(
                "{} scrapes came from as many processes: they restart, or a balancer stands before them",
                scrapes.len()
            ),
        );
        return assertions.conclude("");
    };
    let required: Vec<&str> = metrics
        .required
        .iter()
        .filter_map(|family| before.family(&metrics.prefix, &family.name))
        .map(|family| family.name.as_str())
        .collect();
    let mut compared = 0;
    for family in &before.families {
        let must = required.contains(&family.name.as_str());
        let later = after.families.iter().find(|later| later.name == family.name);
        compared += compare(&mut assertions, must, family, later);
    }
    assertions.determine(
        compared > 0,
        Reason::Missing,
        "a counter",
        "no counter on the page has a series yet",
    );
    assertions.conclude(format!(
        "{compared} counters and buckets did not fall from one scrape to the next"
    ))
}

/// How many series of the family were compared.
fn compare(assertions: &mut Assertions, must: bool, family: &Family, later: Option<&Family>) -> usize {
    let later: HashMap<String, f64> = later.map(|later| series(later).collect()).unwrap_or_default();
    let mut compared = 0;
    for (name, was) in series(family) {
        compared += 1;
        let (holds, observed) = match later.get(&name) {
            _ if was.is_nan() || was < 0.0 => (false, format!("{name} is {was}")),
            Some(is) => (was <= *is, format!("{name} fell from {was} to {is}")),
            // What a collect() function makes anew may leave things out.
            None => (!must, format!("{name} was {was} and is gone")),
        };
        let expected = format!("{} only rises", family.name);
        if must {
            assertions.require(holds, Reason::DataMismatch, expected, observed);
        } else {
            assertions.advise(holds, Reason::DataMismatch, expected, observed);
        }
    }
    compared
}

/// What must not fall: counters, buckets and counts. Sums may, for observations may be negative.
fn series(family: &Family) -> impl Iterator<Item = (String, f64)> + '_ {
    let counts = |sample: &&Sample| match family.kind {
        Some(Kind::Counter) => sample.suffix != "_created",
        Some(Kind::Histogram) => matches!(sample.suffix, "_bucket" | "_count"),
        _ => false,
    };
    family.samples.iter().filter(counts).map(|sample| {
        let mut labels: Vec<String> = sample
            .labels
            .iter()
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        labels.sort_unstable();
        let name = format!("{}{}{{{}}}", family.name, sample.suffix, labels.join(","));
        (name, sample.value)
    })
}

#[cfg(test)]
mod tests {
    use golive_core::contract::{Contract, FamilyKind};

    use super::*;

    fn judged(before: &str, after: &str) -> Outcome {
        let mut metrics = Contract::default().metrics;
        metrics
            .required
            .retain(|family| family.name == "queue_jobs_total");
        assert_eq!(metrics.required[0].kind, FamilyKind::Counter);
        let page = |text: &str| {
            let head = "# TYPE queue_jobs_total counter\n# TYPE other_total counter\n# TYPE g gauge\n# TYPE h histogram\n";
            Page::parse(format!("{head}{text}").as_bytes())
        };
        judge(&metrics, &[(Some(7), page(before)), (Some(7), page(after))])
    }

    #[test]
    fn counters_only_rise() {
        for (before, after, status) in [
            ("queue_jobs_total 0", "queue_jobs_total 0", Status::Pass),
            ("queue_jobs_total 1\ng 5", "queue_jobs_total 1\ng 2", Status::Pass),
            (
                "queue_jobs_total 1",
                "queue_jobs_total 2\nother_total 1",
                Status::Pass,
            ),
            (
                "queue_jobs_total{a=\"1\",b=\"2\"} 1",
                "queue_jobs_total{b=\"2\",a=\"1\"} 1",
                Status::Pass,
            ),
            ("h_sum 5\nh_count 2", "h_sum 4\nh_count 3", Status::Pass),
            ("queue_jobs_total 1", "queue_jobs_total 0", Status::Fail),
            ("queue_jobs_total 1", "", Status::Fail),
            ("queue_jobs_total -1", "queue_jobs_total -1", Status::Fail),
            ("queue_jobs_total NaN", "queue_jobs_total NaN", Status::Fail),
            ("other_total 1", "other_total 0", Status::Warn),
            ("other_total 1", "", Status::Pass),
            ("h_bucket{le=\"+Inf\"} 3", "h_bucket{le=\"+Inf\"} 2", Status::Warn),
            ("g 1", "g 1", Status::Pending),
        ] {
            assert_eq!(judged(before, after).status, status, "{before} then {after}");
        }
    }

    #[test]
    fn other_processes_are_not_compared() {
        let metrics = Contract::default().metrics;
        let page = |value: u32| {
            Page::parse(format!("# TYPE queue_jobs_total counter\nqueue_jobs_total {value}\n").as_bytes())
        };
        let two = [(Some(1), page(9)), (Some(2), page(3))];
        assert_eq!(judge(&metrics, &two).status, Status::Pending);
        let three = [(Some(1), page(9)), (Some(2), page(3)), (Some(1), page(9))];
        assert_eq!(judge(&metrics, &three).status, Status::Pass);
    }
}

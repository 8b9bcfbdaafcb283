//! Most answers come from the cache, and all of them come quickly.

use std::time::Duration;

use golive_core::contract::Thresholds;
use golive_core::prelude::*;
use hdrhistogram::Histogram;

use crate::asking::VARIABLES;
use crate::sample::{Look, sample};

/// A target that takes the slowest permitted second for each look still ends within this.
const TIMEOUT: Duration = Duration::from_secs(90);

pub(crate) struct HitRate;

#[async_trait]
impl Probe for HitRate {
    fn facts(&self) -> Facts {
        Facts::new("reports.cache-hit-rate", "most report requests are served from the cache")
            .why("a cache that forgets leaves the database with the load it was meant to take off")
            .asks("looks at each report for two fresh ranges six times each, and counts the hits")
            .fails_when("(WARN) fewer than 80 % of the answers are hits")
            .needs(&["reports.cache-miss-then-hit"])
            .safety(Safety::Load)
            .timeout(TIMEOUT)
            .variables(VARIABLES)
            .remedy("Look for what removes report entries early: an eviction policy, a flush on write, a second Redis")
            .runbook("cache-hit-rate")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge_hits(
            &sample(cx).await?,
            cx.contract().thresholds.cache_hit_rate_percent,
        ))
    }
}

fn judge_hits(looks: &[Look], wanted: f64) -> Outcome {
    if looks.is_empty() {
        return Outcome::pending(Reason::SettingMissing, "the contract names no report");
    }
    let hits = looks.iter().filter(|look| look.hit).count();
    let rate = hits as f64 * 100.0 / looks.len() as f64;
    let words = format!(
        "{hits} of {} answers came from the cache ({rate:.0} %)",
        looks.len()
    );
    let measured = Measurement::new("hit rate", rate, "%").threshold(format!("> {wanted}"));
    let outcome = if rate > wanted {
        Outcome::pass(u32::try_from(looks.len()).unwrap_or(u32::MAX), words)
    } else {
        Outcome::warn(Reason::Threshold, words.clone())
            .expected(format!("more than {wanted} % hits"))
            .observed(words)
    };
    outcome.measure(measured)
}

pub(crate) struct Latency;

#[async_trait]
impl Probe for Latency {
    fn facts(&self) -> Facts {
        Facts::new("reports.latency", "reports answer quickly, cached or not")
            .why("a dashboard that takes seconds is a dashboard that nobody opens")
            .asks("times the same sample, hits and misses apart, one request after the other")
            .fails_when("p95 is 800 ms or more, or p50 200 ms or more (WARN); p95 is twice that (FAIL)")
            .needs(&["reports.cache-miss-then-hit"])
            .safety(Safety::Load)
            .timeout(TIMEOUT)
            .variables(VARIABLES)
            .remedy("EXPLAIN the report's queries on the production data, and add the index they miss")
            .runbook("report-latency")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge_latency(&sample(cx).await?, &cx.contract().thresholds))
    }
}

fn judge_latency(looks: &[Look], thresholds: &Thresholds) -> Outcome {
    let wanted = usize::try_from(thresholds.report_samples).unwrap_or(usize::MAX);
    if looks.len() < wanted {
        return Outcome::pending(
            Reason::Threshold,
            format!("only {} samples, {wanted} are needed", looks.len()),
        );
    }
    let mut assertions = Assertions::new();
    let mut words = Vec::new();
    for (kind, hit) in [("hits", true), ("misses", false)] {
        let times: Vec<f64> = looks
            .iter()
            .filter(|look| look.hit == hit)
            .map(|look| look.ms)
            .collect();
        let Some(histogram) = histogram(&times) else {
            continue;
        };
        let at = |percent: f64| histogram.value_at_percentile(percent) as f64 / 1_000.0;
        let (p50, p95, p99) = (at(50.0), at(95.0), at(99.0));
        let (p50_limit, p95_limit) = (thresholds.report_p50_ms as f64, thresholds.report_p95_ms as f64);
        let observed = format!(
            "{kind}: p50 {p50:.0} ms, p95 {p95:.0} ms, p99 {p99:.0} ms over {}",
            times.len()
        );
        let expected = format!("{kind}: p50 under {p50_limit} ms, p95 under {p95_limit} ms");
        if assertions.require(p95 < p95_limit * 2.0, Reason::Threshold, &expected, &observed) {
            assertions.advise(
                p95 < p95_limit && p50 < p50_limit,
                Reason::Threshold,
                &expected,
                &observed,
            );
        }
        assertions
            .measure(Measurement::new(format!("{kind} p50"), p50, "ms").threshold(format!("< {p50_limit}")));
        assertions
            .measure(Measurement::new(format!("{kind} p95"), p95, "ms").threshold(format!("< {p95_limit}")));
        assertions.measure(Measurement::new(format!("{kind} p99"), p99, "ms"));
        words.push(observed);
    }
    assertions.conclude(words.join("; "))
}

/// In microseconds, to three digits.
fn histogram(times_ms: &[f64]) -> Option<Histogram<u64>> {
    if times_ms.is_empty() {
        return None;
    }
    let mut histogram = Histogram::new(3).ok()?;
    for ms in times_ms {
        let micros = Duration::try_from_secs_f64(ms / 1_000.0)
            .unwrap_or_default()
            .as_micros();
        histogram
            .record(u64::try_from(micros).unwrap_or(u64::MAX).max(1))
            .ok()?;
    }
    Some(histogram)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(hits: usize, hit_ms: f64, misses: usize, miss_ms: f64) -> Vec<Look> {
        let hit = Look {
            hit: true,
            ms: hit_ms,
        };
        let miss = Look {
            hit: false,
            ms: miss_ms,
        };
        std::iter::repeat_n(hit, hits)
            .chain(std::iter::repeat_n(miss, misses))
            .collect()
    }

    #[test]
    fn the_hit_rate_has_a_threshold() {
        assert_eq!(judge_hits(&looks(81, 1.0, 19, 1.0), 80.0).status, Status::Pass);
        assert_eq!(judge_hits(&looks(80, 1.0, 20, 1.0), 80.0).status, Status::Warn);
        assert_eq!(judge_hits(&[], 80.0).status, Status::Pending);
    }

    #[test]
    fn hits_and_misses_are_timed_apart() {
        let thresholds = Thresholds::default();
        let judged = |looks: &[Look]| judge_latency(looks, &thresholds).status;
        assert_eq!(judged(&looks(72, 5.0, 8, 120.0)), Status::Pass);
        let enough = usize::try_from(thresholds.report_samples).expect("a number");
        assert_eq!(judged(&looks(enough, 5.0, 0, 0.0)), Status::Pass);
        let words = judge_latency(&looks(72, 5.0, 8, 120.0), &thresholds).summary;
        assert!(
            words.starts_with("hits: p50 5 ms") && words.ends_with("over 8"),
            "{words}"
        );
        assert_eq!(
            judged(&looks(72, 5.0, 8, 950.0)),
            Status::Warn,
            "slow only when cold"
        );
        assert_eq!(judged(&looks(72, 250.0, 8, 120.0)), Status::Warn, "p50 of hits");
        assert_eq!(judged(&looks(72, 5.0, 8, 1_700.0)), Status::Fail);
        assert_eq!(
            judged(&looks(20, 5.0, 8, 5.0)),
            Status::Pending,
            "too few samples"
        );
        let mut now_and_then = looks(72, 5.0, 6, 20.0);
        now_and_then.extend(looks(0, 0.0, 2, 950.0));
        assert_eq!(judged(&now_and_then), Status::Warn);
    }
}

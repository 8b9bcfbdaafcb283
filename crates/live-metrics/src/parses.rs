//! Every line of the exposition can be read, and nothing is there twice.

use golive_core::prelude::*;

use crate::exposition::{BadLine, Page};
use crate::scrape;

pub(crate) struct Parses;

#[async_trait]
impl Probe for Parses {
    fn facts(&self) -> Facts {
        Facts::new("metrics.parses", "every line of the exposition can be read, and no series is there twice")
            .why("Prometheus drops the whole scrape for one line that it cannot read")
            .asks("reads GET /metrics line by line as text format 0.0.4")
            .fails_when("a line cannot be read, a HELP or TYPE is malformed or repeated, TYPE stands behind the samples, a series is there twice, or there is no sample")
            .needs(&["metrics.endpoint"])
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Answer with `await register.metrics()` of one registry; do not join outputs, and escape \\, \" and newlines in label values")
            .command("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | promtool check metrics")
            .runbook("metrics-exposition")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&scrape::page(cx).await?.page))
    }
}

fn judge(page: &Page) -> Outcome {
    let mut assertions = Assertions::new();
    for BadLine { line, why, excerpt } in &page.bad {
        assertions.require(
            false,
            Reason::Malformed,
            "only lines that Prometheus reads",
            format!("line {line}: {why}: {excerpt}"),
        );
    }
    let unlisted = page.bad_lines - page.bad.len();
    if unlisted > 0 {
        let observed = format!("{unlisted} further lines");
        assertions.require(
            false,
            Reason::Malformed,
            "only lines that Prometheus reads",
            observed,
        );
    }
    if let Some(end) = page.end {
        assertions.require(
            !page.goes_on,
            Reason::Malformed,
            "nothing behind # EOF",
            format!("the page goes on behind # EOF in line {end}"),
        );
    }
    let samples = page.samples();
    for _ in 0..samples {
        assertions.require(true, Reason::Malformed, "", "");
    }
    if assertions.all_held() {
        assertions.require(
            samples > 0,
            Reason::Missing,
            "samples",
            "there is no sample on the page",
        );
    }
    let typed = page
        .families
        .iter()
        .filter(|family| family.kind.is_some())
        .count();
    assertions.conclude(format!(
        "{samples} samples of {} families read, {typed} of them with a TYPE",
        page.families.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_line_is_enough() {
        let of = |text: &str| judge(&Page::parse(text.as_bytes()));
        let fine = of("# TYPE a counter\na 1\nb 2\n# EOF\n");
        assert_eq!((fine.status, fine.assertions), (Status::Pass, 4));
        assert_eq!(
            fine.summary,
            "2 samples of 2 families read, 1 of them with a TYPE"
        );
        let torn = of("a 1\nqueue_jobs_tot\n");
        assert_eq!(
            (torn.status, torn.reason),
            (Status::Fail, Some(Reason::Malformed))
        );
        assert_eq!(torn.summary, "line 2: it has no value: queue_jobs_tot");
        assert_eq!(of("").reason, Some(Reason::Missing));
        assert_eq!(of("# TYPE a counter\n").reason, Some(Reason::Missing));
        assert_eq!(of("a 1\n# EOF\nb 1\n").reason, Some(Reason::Malformed));
        let page = of(&"<p>\n".repeat(100));
        assert!(
            page.observed
                .is_some_and(|observed| observed.ends_with("60 further lines"))
        );
    }
}

//! The families that alerts and dashboards rest on are there, with their types and labels.

use golive_core::contract::{Family, FamilyKind};
use golive_core::prelude::*;

use crate::exposition::{self, Kind, Page};
use crate::scrape;

pub(crate) struct Required;

pub(crate) struct Expected;

#[async_trait]
impl Probe for Required {
    fn facts(&self) -> Facts {
        Facts::new("metrics.required", "every required family is declared with the right type and labels")
            .why("an alert on a family that does not exist never fires")
            .asks("looks for each required family on /metrics, with or without the prefix")
            .fails_when("a required family is missing, has another type or none, or a series lacks one of its labels")
            .needs(&["metrics.parses"])
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Register the metric under this name, type and labels when the scraped process starts; another prefix goes into metrics.prefix of golive.toml")
            .command("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep '^# TYPE'")
            .runbook("metrics-families")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let metrics = &cx.contract().metrics;
        let scrape = scrape::page(cx).await?;
        Ok(judge(
            Status::Fail,
            &metrics.prefix,
            &metrics.required,
            &scrape.page,
        ))
    }
}

#[async_trait]
impl Probe for Expected {
    fn facts(&self) -> Facts {
        Facts::new("metrics.expected", "the families that help to find causes are there too")
            .why("failures, cache and process figures tell why something breaks, where the required ones tell that it does")
            .asks("looks for each expected family on /metrics, with or without the prefix")
            .fails_when("(WARN) an expected family is missing, has another type, or a series lacks one of its labels")
            .needs(&["metrics.parses"])
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Call collectDefaultMetrics() in the scraped process, and register delivery failures and cache hits and misses; families that this deployment has not go out of metrics.expected in golive.toml")
            .command("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep '^# TYPE'")
            .runbook("metrics-families")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let metrics = &cx.contract().metrics;
        let scrape = scrape::page(cx).await?;
        Ok(judge(
            Status::Warn,
            &metrics.prefix,
            &metrics.expected,
            &scrape.page,
        ))
    }
}

/// `worst` is the status of a family that is missing.
fn judge(worst: Status, prefix: &str, wanted: &[Family], page: &Page) -> Outcome {
    let mut assertions = Assertions::new();
    let mut prefixed = 0;
    for family in wanted {
        let name = &family.name;
        let Some(found) = page.family(prefix, name) else {
            let near = golive_core::nearest(name, page.families.iter().map(|family| family.name.as_str()));
            let near = near.map_or(String::new(), |near| format!(", the nearest name is {near}"));
            let observed = format!("{name} is missing{near}");
            check(
                &mut assertions,
                worst,
                false,
                Reason::Missing,
                name.clone(),
                observed,
            );
            continue;
        };
        prefixed += usize::from(!prefix.is_empty() && found.name.starts_with(prefix));
        let kind = found.kind.map_or("of no type", Kind::as_str);
        check(
            &mut assertions,
            worst,
            found.kind == Some(kind_of(family.kind)),
            Reason::Malformed,
            format!("{name} is a {}", kind_of(family.kind).as_str()),
            format!("{} is {kind}", found.name),
        );
        for label in &family.labels {
            let lacking = found.samples.iter().find(|sample| lacks(sample, label));
            check(
                &mut assertions,
                worst,
                lacking.is_none(),
                Reason::Missing,
                format!("every series of {name} has the label {label}"),
                format!(
                    "{} in line {} has no label {label}",
                    found.name,
                    lacking.map_or(0, |sample| sample.line)
                ),
            );
        }
    }
    let dialect = if prefixed > 0 {
        format!(", {prefixed} with prefix {prefix}")
    } else {
        String::new()
    };
    assertions.conclude(format!(
        "{} families with their types and labels{dialect}",
        wanted.len()
    ))
}

/// `_created` lines are OpenMetrics' own.
fn lacks(sample: &exposition::Sample, label: &str) -> bool {
    sample.suffix != "_created" && sample.label(label).is_none()
}

fn check(
    assertions: &mut Assertions,
    worst: Status,
    holds: bool,
    reason: Reason,
    expected: String,
    observed: String,
) {
    if worst == Status::Warn {
        assertions.advise(holds, reason, expected, observed);
    } else {
        assertions.require(holds, reason, expected, observed);
    }
}

fn kind_of(kind: FamilyKind) -> Kind {
    match kind {
        FamilyKind::Counter => Kind::Counter,
        FamilyKind::Gauge => Kind::Gauge,
        FamilyKind::Histogram => Kind::Histogram,
        FamilyKind::Summary => Kind::Summary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Outcome {
        let wanted = [Family {
            name: "jobs_total".into(),
            kind: FamilyKind::Counter,
            labels: vec!["queue".into()],
        }];
        judge(Status::Fail, "app_", &wanted, &Page::parse(text.as_bytes()))
    }

    #[test]
    fn name_type_and_labels() {
        for text in [
            "# TYPE jobs_total counter\njobs_total{queue=\"a\"} 1\n",
            "# TYPE app_jobs_total counter\n",
            "# TYPE jobs counter\njobs_total{queue=\"a\",more=\"b\"} 1\njobs_created{} 5\n",
        ] {
            assert_eq!(judged(text).status, Status::Pass, "{text}");
        }
        for (text, reason, words) in [
            (
                "# TYPE job_total counter\n",
                Reason::Missing,
                "jobs_total is missing, the nearest name is job_total",
            ),
            ("", Reason::Missing, "jobs_total is missing"),
            (
                "# TYPE jobs_total gauge\n",
                Reason::Malformed,
                "jobs_total is gauge",
            ),
            (
                "jobs_total{queue=\"a\"} 1\n",
                Reason::Malformed,
                "jobs_total is of no type",
            ),
            (
                "# TYPE jobs_total counter\njobs_total{queue=\"a\"} 1\njobs_total 2\n",
                Reason::Missing,
                "jobs_total in line 3 has no label queue",
            ),
        ] {
            let outcome = judged(text);
            assert_eq!(
                (outcome.reason, outcome.summary.as_str()),
                (Some(reason), words),
                "{text}"
            );
        }
        let plain = judged("# TYPE jobs_total counter\n");
        assert!(plain.summary.ends_with("types and labels"), "{}", plain.summary);
        assert!(
            judged("# TYPE app_jobs_total counter\n")
                .summary
                .ends_with("1 with prefix app_")
        );
    }

    #[test]
    fn what_is_only_expected_warns() {
        let wanted = [Family {
            name: "lag".into(),
            kind: FamilyKind::Gauge,
            labels: Vec::new(),
        }];
        assert_eq!(
            judge(Status::Warn, "", &wanted, &Page::default()).status,
            Status::Warn
        );
    }
}

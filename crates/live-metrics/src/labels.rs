//! Labels say what kind of thing is counted, never whom or which one.

use std::collections::{BTreeMap, HashSet};

use golive_core::prelude::*;
use secrecy::ExposeSecret;

use crate::exposition::{Family, Page};
use crate::personal;
use crate::scrape;

/// More values of one label than this are without bound.
const MOST_VALUES: usize = 200;
/// So many values that look like ids show that each object makes a series.
const IDS: usize = 3;
/// A secret shorter than this could be an ordinary word.
const SECRET: usize = 16;

pub(crate) struct Labels;

#[async_trait]
impl Probe for Labels {
    fn facts(&self) -> Facts {
        Facts::new("metrics.labels", "no label holds personal data or values without bound")
            .why("metrics are kept for months where many can read them, and each new value costs memory")
            .asks("looks at every label value on /metrics")
            .fails_when(format!(
                "a value is or holds a phone number, an e-mail address, an IP address or a token; (WARN) a label has more than {MOST_VALUES} values, or {IDS} or more that look like ids"
            ))
            .needs(&["metrics.parses"])
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Label by topic, queue, status or route pattern (req.route.path, not req.path), and remove the label that names people or objects")
            .command("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep '{'")
            .runbook("metrics-labels")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        // A fresh one: what was caused meanwhile may have brought labels.
        let scrape = scrape::scrape(cx).await?;
        let secrets: Vec<&str> = cx
            .settings()
            .secrets()
            .map(|(_, secret)| secret.expose_secret())
            .filter(|secret| secret.len() >= SECRET)
            .collect();
        Ok(judge(&scrape.page, &secrets))
    }
}

fn judge(page: &Page, secrets: &[&str]) -> Outcome {
    let mut assertions = Assertions::new();
    let (mut labels, mut values) = (0, 0);
    for family in &page.families {
        for (label, seen) in by_label(family) {
            labels += 1;
            values += seen.len();
            let name = format!("{}{{{label}}}", family.name);
            people(&mut assertions, &name, label, &seen, secrets);
            bounds(&mut assertions, &name, &seen);
        }
    }
    // A page without labels has been looked at, too.
    assertions.require(true, Reason::Leak, "", "");
    assertions.measure(Measurement::new("label values", values as f64, "values"));
    assertions.conclude(format!(
        "{values} values of {labels} labels name nobody and no single object"
    ))
}

/// The distinct values of each label; bounds and quantiles are not labels of anything.
fn by_label(family: &Family) -> BTreeMap<&str, HashSet<&str>> {
    let mut all: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for (label, value) in family.samples.iter().flat_map(|sample| &sample.labels) {
        if label != "le" && label != "quantile" {
            all.entry(label).or_default().insert(value);
        }
    }
    all
}

fn people(assertions: &mut Assertions, name: &str, label: &str, seen: &HashSet<&str>, secrets: &[&str]) {
    let mut found: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for value in seen {
        let secret = secrets.iter().any(|secret| value.contains(secret));
        let what = if secret {
            Some("a secret of this deployment")
        } else {
            personal::find(label, value)
        };
        if let Some(what) = what {
            let (count, example) = found.entry(what).or_insert((0, String::new()));
            *count += 1;
            // The smallest, so that the report says the same each time.
            let masked = personal::masked(value);
            if example.is_empty() || masked < *example {
                *example = masked;
            }
        }
    }
    assertions.require(found.is_empty(), Reason::Leak, format!("{name} names nobody"), {
        let each: Vec<String> = found
            .iter()
            .map(|(what, (count, example))| match count {
                1 => format!("{what}: {example}"),
                count => format!("{what} in {count} values: {example}"),
            })
            .collect();
        format!("{name} holds {}", each.join(", "))
    });
}

fn bounds(assertions: &mut Assertions, name: &str, seen: &HashSet<&str>) {
    let count = seen.len();
    let few = assertions.advise(
        count <= MOST_VALUES,
        Reason::Threshold,
        format!("{name} has at most {MOST_VALUES} values"),
        format!("{name} has {count} values"),
    );
    if !few {
        return;
    }
    let mut ids: Vec<&str> = seen
        .iter()
        .copied()
        .filter(|value| personal::is_id(value))
        .collect();
    ids.sort_unstable();
    assertions.advise(
        ids.len() < IDS,
        Reason::Threshold,
        format!("{name} names kinds, no single objects"),
        format!(
            "{name} has {} values that look like ids, such as {}",
            ids.len(),
            personal::masked(ids.first().unwrap_or(&""))
        ),
    );
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn judged(text: &str) -> Outcome {
        judge(
            &Page::parse(text.as_bytes()),
            &["kT9vLm2QwX8rZp4NsB6dYh3FgJ7cEa5U"],
        )
    }

    #[test]
    fn kinds_are_fine() {
        let text = "a_total{topic=\"orders/create\",status=\"accepted\"} 1\nb_bucket{le=\"0.005\"} 1\nc 1\n\
            d{version=\"v20.18.1\",major=\"20\"} 1\ne{kind=\"old_space\",path=\"/campaigns/:id\"} 1\n";
        let outcome = judged(text);
        assert_eq!(outcome.status, Status::Pass, "{outcome:?}");
        assert_eq!(
            outcome.summary,
            "6 values of 6 labels name nobody and no single object"
        );
        assert_eq!(judged("a 1\n").status, Status::Pass);
    }

    #[test]
    fn people_are_not() {
        for (label, words) in [
            ("phone=\"+15552000107\"", "a{phone} holds a phone number: +1***"),
            (
                "x=\"ada.ames@example.com\"",
                "a{x} holds an e-mail address: ad***",
            ),
            (
                "x=\"kT9vLm2QwX8rZp4NsB6dYh3FgJ7cEa5U\"",
                "a{x} holds a secret of this deployment: kT***",
            ),
        ] {
            let outcome = judged(&format!("a{{{label}}} 1\n"));
            assert_eq!(
                (outcome.status, outcome.reason),
                (Status::Fail, Some(Reason::Leak))
            );
            assert_eq!(outcome.summary, words);
        }
        let two = judged("a{ip=\"203.0.113.7\"} 1\na{ip=\"203.0.113.8\"} 1\n");
        assert_eq!(two.summary, "a{ip} holds an IP address in 2 values: 20***");
    }

    #[test]
    fn values_without_bound() {
        let page = |value: fn(usize) -> String, count: usize| {
            (0..count).fold(String::new(), |mut text, number| {
                let _ = writeln!(text, "a{{x=\"{}\"}} 1", value(number));
                text
            })
        };
        let status = |text: String| judged(&text).status;
        assert_eq!(status(page(|number| format!("kind{number}"), 200)), Status::Pass);
        assert_eq!(status(page(|number| format!("kind{number}"), 201)), Status::Warn);
        let path: fn(usize) -> String = |number| format!("/campaigns/cm{number:022x}");
        assert_eq!(status(page(path, 2)), Status::Pass, "an instance may have an id");
        assert_eq!(status(page(path, 3)), Status::Warn);
    }
}

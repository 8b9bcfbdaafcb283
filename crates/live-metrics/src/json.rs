//! The JSON says what the text says.

use std::collections::BTreeMap;

use golive_core::contract::{Contract, FamilyKind};
use golive_core::prelude::*;
use serde_json::Value;

use crate::exposition::{Family, Kind, Page};
use crate::moves;
use crate::scrape::{self, Scrape};
use crate::stimulus::Stimulus;

pub(crate) struct Json {
    /// What is wrong with the text is told first.
    needs: Vec<String>,
}

impl Json {
    pub(crate) fn new(contract: &Contract) -> Self {
        let mut needs = vec!["metrics.counters".to_owned(), "metrics.labels".to_owned()];
        for family in &contract.metrics.required {
            // A burst comes last of all, and is not waited for.
            let caused = Stimulus::of(&family.name).filter(|stimulus| stimulus.safety() != Safety::Load);
            needs.extend(caused.map(|_| moves::id(&family.name)));
            if family.kind == FamilyKind::Histogram {
                needs.push("metrics.histograms".to_owned());
            }
        }
        needs.dedup();
        Self { needs }
    }
}

#[async_trait]
impl Probe for Json {
    fn facts(&self) -> Facts {
        Facts::new("metrics.json", "the JSON has every family of the text, with the same counts")
            .why("what reads the JSON must not see another backend than Prometheus does")
            .asks("reads /metrics, /metrics/json and /metrics again, with METRICS_TOKEN where it is set, and compares families and counts")
            .fails_when("(WARN) /metrics/json does not answer 200 with JSON, lacks a family of /metrics, gives it another type, or counts less than the text before or more than the text behind it")
            .needs(&self.needs)
            .timeout(std::time::Duration::from_secs(45))
            .remedy("Answer with `res.json(await register.getMetricsAsJSON())` of the registry that /metrics shows")
            .command("curl -sS \"$BASE_URL/metrics/json\" -H \"Authorization: Bearer $METRICS_TOKEN\" | head -c 2000")
            .runbook("metrics-json")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let path = &cx.contract().paths.metrics_json;
        let before = scrape::scrape(cx).await?;
        let response = scrape::get(cx, path).await?;
        let after = scrape::scrape(cx).await?;
        let parsed = serde_json::from_slice(response.body()).ok();
        Ok(judge(path, response.status(), parsed.as_ref(), &before, &after))
    }
}

/// A family as the JSON has it.
#[derive(Debug, Default, PartialEq)]
struct Said {
    kind: Option<String>,
    /// What a counter's values or a histogram's counts amount to.
    count: Option<f64>,
}

fn judge(path: &str, status: u16, body: Option<&Value>, before: &Scrape, after: &Scrape) -> Outcome {
    let mut assertions = Assertions::new();
    let reason = if matches!(status, 404 | 405) {
        Reason::RouteMissing
    } else {
        Reason::StatusUnexpected
    };
    let expected = format!("GET {path} answers 200");
    if !assertions.advise(
        status == 200,
        reason,
        expected,
        format!("GET {path} answered {status}"),
    ) {
        return assertions.conclude("");
    }
    let families = body.map(families).unwrap_or_default();
    let observed = if body.is_some() {
        "JSON that lists no family"
    } else {
        "no JSON"
    };
    let expected = "a list of families, each with name, type and values";
    let listed = !families.is_empty();
    if !assertions.advise(
        listed,
        Reason::BodyMismatch,
        expected,
        format!("GET {path} answered {observed}"),
    ) {
        return assertions.conclude("");
    }
    let mut counted = 0;
    let same_process = before.instance == after.instance;
    for family in before.page.families.iter().filter(|family| family.kind.is_some()) {
        let name = &family.name;
        let said = families.get(plain(name));
        let there = assertions.advise(
            said.is_some(),
            Reason::Missing,
            format!("{path} has {name}"),
            format!("{path} lacks {name}"),
        );
        let Some(said) = said.filter(|_| there) else {
            continue;
        };
        let kind = family.kind.map_or("", Kind::as_str);
        let other = said.kind.as_deref().unwrap_or(kind);
        assertions.advise(
            other.eq_ignore_ascii_case(kind),
            Reason::BodyMismatch,
            format!("{path}: {name} is a {kind}"),
            format!("{path}: {name} is a {other}"),
        );
        if same_process && let Some((low, count, high)) = range(family, said, &after.page) {
            counted += 1;
            assertions.advise(
                low - slack(low) <= count && count <= high + slack(high),
                Reason::Disagreement,
                format!("{path}: {name} amounts to {low} up to {high}, as in the text"),
                format!("{path}: {name} amounts to {count}, the text said {low} before and {high} after"),
            );
        }
    }
    let counts = if same_process {
        format!("{counted} of them counted alike")
    } else {
        "counts not compared: several processes answer".to_owned()
    };
    assertions.conclude(format!("{path} has {} families, {counts}", families.len()))
}

/// Text before, JSON, text after.
fn range(family: &Family, said: &Said, after: &Page) -> Option<(f64, f64, f64)> {
    let later = after.families.iter().find(|later| later.name == family.name)?;
    let (low, high) = (amount(family)?, amount(later)?);
    Some((low, said.count?, high))
        .filter(|(low, count, high)| !low.is_nan() && !count.is_nan() && !high.is_nan())
}

/// Values are added up in another order there.
fn slack(value: f64) -> f64 {
    1e-6 + value.abs() * 1e-9
}

/// What cannot fall in between.
fn amount(family: &Family) -> Option<f64> {
    let wanted: &[&str] = match family.kind {
        Some(Kind::Counter) => &["", "_total"],
        Some(Kind::Histogram) => &["_count"],
        _ => return None,
    };
    let counted = family
        .samples
        .iter()
        .filter(|sample| wanted.contains(&sample.suffix));
    Some(counted.map(|sample| sample.value).sum())
}

/// OpenMetrics declares a counter without its suffix.
fn plain(name: &str) -> &str {
    name.strip_suffix("_total").unwrap_or(name)
}

/// prom-client's list, by itself or as a field; or an object with the names as keys.
fn families(body: &Value) -> BTreeMap<&str, Said> {
    let named = |entry: &Value| entry.get("name").is_some_and(Value::is_string);
    let fields = || body.as_object().into_iter().flatten();
    let list = body
        .as_array()
        .or_else(|| fields().find_map(|(_, value)| value.as_array().filter(|list| list.iter().any(named))));
    if let Some(list) = list {
        let entries = list
            .iter()
            .filter_map(|entry| Some((plain(entry.get("name")?.as_str()?), said(entry))));
        return entries.collect();
    }
    let by_name = |value: &Value| value.get("values").is_some() || value.get("type").is_some();
    fields()
        .filter(|(_, value)| by_name(value))
        .map(|(name, value)| (plain(name), said(value)))
        .collect()
}

fn said(entry: &Value) -> Said {
    let kind = entry.get("type").and_then(Value::as_str);
    let part = |value: &Value| value.get("metricName").and_then(Value::as_str).map(str::to_owned);
    let histogram = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("histogram"));
    let counts = |value: &&Value| !histogram || part(value).is_some_and(|part| part.ends_with("_count"));
    let values = entry.get("values").and_then(Value::as_array);
    let count = values.and_then(|values| {
        let numbers: Option<Vec<f64>> = values
            .iter()
            .filter(counts)
            .map(|value| value.get("value")?.as_f64())
            .collect();
        Some(numbers?.iter().sum())
    });
    Said {
        kind: kind.map(str::to_owned),
        count,
    }
}

#[cfg(test)]
mod tests;

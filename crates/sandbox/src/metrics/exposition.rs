//! The registry as text format 0.0.4, and as the JSON that prom-client makes of it.

use prometheus::proto::{Metric, MetricFamily, MetricType};
use prometheus::{Encoder as _, TextEncoder};
use serde_json::{Map, Value, json};

pub(super) fn text(families: &[MetricFamily]) -> prometheus::Result<String> {
    let mut buffer = Vec::new();
    TextEncoder::new().encode(families, &mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer).into_owned())
}

pub(super) fn json(families: &[MetricFamily]) -> Vec<Value> {
    families.iter().map(family).collect()
}

fn family(family: &MetricFamily) -> Value {
    let kind = format!("{:?}", family.get_field_type()).to_lowercase();
    let values: Vec<Value> = family
        .get_metric()
        .iter()
        .flat_map(|metric| values(family, metric))
        .collect();
    json!({
        "name": family.name(),
        "help": family.help(),
        "type": kind,
        "values": values,
        "aggregator": "sum",
    })
}

fn values(family: &MetricFamily, metric: &Metric) -> Vec<Value> {
    let labels: Map<String, Value> = metric
        .get_label()
        .iter()
        .map(|label| (label.name().to_owned(), label.value().into()))
        .collect();
    let plain = |value: f64| vec![json!({"value": value, "labels": labels})];
    match family.get_field_type() {
        MetricType::COUNTER => plain(metric.get_counter().get_value()),
        MetricType::GAUGE => plain(metric.get_gauge().get_value()),
        MetricType::HISTOGRAM => {
            let histogram = metric.get_histogram();
            let named = |part: &str, value: f64, bound: Option<String>| {
                let mut labels = labels.clone();
                if let Some(bound) = bound {
                    labels.insert("le".to_owned(), bound.into());
                }
                json!({"value": value, "labels": labels, "metricName": format!("{}_{part}", family.name())})
            };
            let count = histogram.get_sample_count() as f64;
            let buckets = histogram.get_bucket().iter().map(|bucket| {
                named(
                    "bucket",
                    bucket.cumulative_count() as f64,
                    Some(bucket.upper_bound().to_string()),
                )
            });
            let rest = [
                named("bucket", count, Some("+Inf".to_owned())),
                named("sum", histogram.get_sample_sum(), None),
                named("count", count, None),
            ];
            buckets.chain(rest).collect()
        }
        _ => Vec::new(),
    }
}

//! Shapes of JSON that mirror the text, and some that do not.

use serde_json::json;

use super::*;

const TEXT: &str = "# TYPE a_total counter\na_total{x=\"1\"} 2\na_total{x=\"2\"} 3\n# TYPE h histogram\nh_count 4\nh_sum 9\n# TYPE g gauge\ng 7\n";

fn judged(status: u16, body: &Value) -> (Status, Option<Reason>, String) {
    let scrape = || Scrape::of("", TEXT.as_bytes());
    let outcome = judge("/metrics/json", status, Some(body), &scrape(), &scrape());
    (outcome.status, outcome.reason, outcome.summary)
}

fn list() -> Value {
    json!([
        {"name": "a_total", "type": "counter", "values": [{"value": 2, "labels": {}}, {"value": 3, "labels": {}}], "aggregator": "sum"},
        {"name": "h", "type": "histogram", "values": [
            {"value": 9, "labels": {}, "metricName": "h_sum"}, {"value": 4, "labels": {}, "metricName": "h_count"}]},
        {"name": "g", "type": "gauge", "values": [{"value": 8, "labels": {}}]},
        {"name": "more", "type": "gauge", "values": []},
    ])
}

#[test]
fn shapes_that_mirror() {
    let by_name = json!({"a_total": {"type": "counter", "values": [{"value": 5}]}, "h": {"type": "histogram"}, "g": {"type": "gauge"}});
    for body in [list(), json!({"ok": true, "metrics": list()}), by_name] {
        let (status, _, summary) = judged(200, &body);
        assert_eq!(status, Status::Pass, "{summary}");
    }
    assert_eq!(
        judged(200, &list()).2,
        "/metrics/json has 4 families, 2 of them counted alike"
    );
}

#[test]
fn what_does_not_mirror() {
    assert_eq!(judged(404, &json!({})).1, Some(Reason::RouteMissing));
    assert_eq!(judged(500, &json!({})).1, Some(Reason::StatusUnexpected));
    assert_eq!(judged(200, &json!({"metrics": []})).1, Some(Reason::BodyMismatch));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut body = list();
        change(&mut body);
        let (status, reason, summary) = judged(200, &body);
        assert_eq!(status, Status::Warn);
        (reason, summary)
    };
    assert_eq!(
        changed(&|body| body[0]["values"][0]["value"] = json!(1_002)).1,
        "/metrics/json: a_total amounts to 1005, the text said 5 before and 5 after"
    );
    assert_eq!(
        changed(&|body| body[1]["values"][1]["value"] = json!(3)).0,
        Some(Reason::Disagreement)
    );
    assert_eq!(
        changed(&|body| body[2]["name"] = json!("f")).1,
        "/metrics/json lacks g"
    );
    assert_eq!(
        changed(&|body| body[2]["type"] = json!("counter")).0,
        Some(Reason::BodyMismatch)
    );
}

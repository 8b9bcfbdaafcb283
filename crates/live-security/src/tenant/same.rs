//! Whether two answers say the same, what is stamped or echoed aside.

use serde_json::Value;

/// Fields that differ from answer to answer, or repeat what the request named.
const ASIDE: [&str; 12] = [
    "request_id",
    "requestId",
    "timestamp",
    "generatedAt",
    "generated_at",
    "cached",
    "cachedAt",
    "cached_at",
    "shop",
    "shopDomain",
    "shop_domain",
    "duration_ms",
];

pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let told = |name: &&String| !ASIDE.contains(&name.as_str());
            one.keys().filter(told).count() == other.keys().filter(told).count()
                && one
                    .iter()
                    .filter(|(name, _)| told(name))
                    .all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn stamps_and_echoes_do_not_count() {
        let one = json!({"a": [1, {"b": 2}], "request_id": "x", "shop": "a"});
        assert!(same(
            &one,
            &json!({"shop": "b", "request_id": "y", "a": [1, {"b": 2}]})
        ));
        assert!(!same(&one, &json!({"a": [1, {"b": 3}]})));
        assert!(!same(&one, &json!({"a": [1, {"b": 2}], "c": 1})));
        assert!(!same(&json!([]), &json!([1])));
        let listed = |shop: &str| json!([{"id": 1, "shop": shop}]);
        assert!(same(&listed("a"), &listed("b")));
    }
}

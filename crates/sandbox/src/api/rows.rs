//! Rows as Prisma hands them to JSON: times end in `Z`, decimals are short texts.

use serde_json::{Map, Value};

/// A row that PostgreSQL's `to_jsonb` made.
pub(crate) fn present(row: Value) -> Value {
    match row {
        Value::Object(fields) => Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>()),
        other => other,
    }
}

fn field((name, value): (String, Value)) -> (String, Value) {
    let value = match value {
        Value::String(text) if is_time(&name) => Value::String(format!("{text}Z")),
        Value::Number(number) if name == "value" || name == "cost" => {
            Value::String(short(&number.to_string()))
        }
        other => other,
    };
    (name, value)
}

fn is_time(name: &str) -> bool {
    name.ends_with("At") || name.ends_with("_at")
}

fn short(number: &str) -> String {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_and_decimals() {
        let row = json!({"createdAt": "2026-03-05T10:00:00.123", "value": 10.0, "clicks": 3, "endsAt": null});
        let expected =
            json!({"createdAt": "2026-03-05T10:00:00.123Z", "value": "10", "clicks": 3, "endsAt": null});
        assert_eq!(present(row), expected);
    }
}

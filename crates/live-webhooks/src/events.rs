//! What the target stored: rows of `Event`, read with the verifier's own eyes.

use std::time::Duration;

use golive_core::context::Context;
use golive_core::error::Error;
use golive_stores::{Postgres, Row};
use serde_json::Value;

const EVERY: Duration = Duration::from_millis(100);

const COLUMNS: &str = r#"SELECT e.id, e.topic, e."objectId" AS object, e."dedupeKey" AS dedupe_key, e.raw, s.domain AS shop
    FROM "Event" e LEFT JOIN "Shop" s ON s.id = e."shopId""#;

/// A row of `Event`.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) object: Option<String>,
    pub(crate) dedupe_key: String,
    pub(crate) raw: Value,
    /// Domain of the shop it belongs to; `None` when that shop does not exist.
    pub(crate) shop: Option<String>,
}

impl Event {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.text("id")?,
            topic: row.text("topic")?,
            object: row.opt_text("object")?,
            dedupe_key: row.text("dedupe_key")?,
            raw: row.json("raw")?.clone(),
            shop: row.opt_text("shop")?,
        })
    }

    /// Whether it is about that object, by id, key or payload.
    pub(crate) fn is_about(&self, object: u64) -> bool {
        let object = object.to_string();
        self.object.as_ref() == Some(&object)
            || self.dedupe_key.contains(&object)
            || self.raw.to_string().contains(&object)
    }
}

/// The rows with one of these keys, by the unique index.
pub(crate) async fn with_keys(postgres: &Postgres, keys: &[String]) -> Result<Vec<Event>, Error> {
    let sql = format!(r#"{COLUMNS} WHERE e."dedupeKey" = ANY($1)"#);
    let rows = postgres.fetch(&sql, &[keys.to_vec().into()]).await?;
    rows.iter().map(Event::read).collect()
}

/// The row with this key, as soon as it is there.
pub(crate) async fn wait_for(cx: &Context, postgres: &Postgres, key: &str) -> Result<Vec<Event>, Error> {
    let keys = [key.to_owned()];
    let look = || async {
        let rows = with_keys(postgres, &keys).await?;
        Ok(if rows.is_empty() { None } else { Some(rows) })
    };
    let found = cx.poll(EVERY, cx.contract().timeouts.job(), look).await?;
    Ok(found.unwrap_or_default())
}

/// The rows of the last day that hold one of these words in object, key or payload. No index helps: for what the
/// keys did not find.
pub(crate) async fn mentioning(postgres: &Postgres, words: &[String]) -> Result<Vec<Event>, Error> {
    let patterns: Vec<String> = words.iter().map(|word| format!("%{word}%")).collect();
    // A day is wider than any difference of time zones.
    let sql = format!(
        r#"{COLUMNS} WHERE e."createdAt" > now() - interval '1 day'
            AND concat_ws(' ', e."objectId", e."dedupeKey", e.raw::text) LIKE ANY($1::text[]) LIMIT 1000"#
    );
    let rows = postgres.fetch(&sql, &[patterns.into()]).await?;
    rows.iter().map(Event::read).collect()
}

/// What differs between a payload and its stored copy, in words; nothing for the same.
pub(crate) fn difference(sent: &Value, stored: &Value) -> Option<String> {
    if same(sent, stored) {
        return None;
    }
    let (Some(wanted), Some(there)) = (sent.as_object(), stored.as_object()) else {
        let kind = match stored {
            Value::Null => "null",
            Value::String(_) => "text, not an object",
            _ => "no object",
        };
        return Some(format!("raw is {kind}"));
    };
    let fields = |pick: &dyn Fn(&str, &Value) -> bool| -> Vec<&str> {
        wanted
            .iter()
            .filter(|(name, value)| pick(name, value))
            .map(|(name, _)| name.as_str())
            .collect()
    };
    let lost = fields(&|name, _| !there.contains_key(name));
    let changed = fields(&|name, value| there.get(name).is_some_and(|stored| !same(value, stored)));
    let more = there.keys().filter(|name| !wanted.contains_key(*name)).count();
    let mut words = Vec::new();
    if !lost.is_empty() {
        words.push(format!("lacks {}", lost.join(", ")));
    }
    if !changed.is_empty() {
        words.push(format!("has another {}", changed.join(", ")));
    }
    if more > 0 {
        words.push(format!("has {more} fields of its own"));
    }
    Some(format!("raw {}", words.join("; ")))
}

/// Equal as JSON: `1.50`, `1.5` and `15e-1` are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || one
                    .as_f64()
                    .zip(other.as_f64())
                    .is_some_and(|(one, other)| one.to_bits() == other.to_bits())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_in_words() {
        let sent = json!({"id": 1, "weight": 1.0, "items": [{"a": null}]});
        for (stored, words) in [
            (json!({"items": [{"a": null}], "weight": 1, "id": 1}), None),
            (
                json!({"id": 1, "weight": 1, "items": [{"a": 0}]}),
                Some("raw has another items"),
            ),
            (json!({"id": 1, "weight": 1}), Some("raw lacks items")),
            (
                json!({"id": 2, "weight": 1, "items": []}),
                Some("raw has another id, items"),
            ),
            (
                json!({"id": 1, "weight": 1, "items": [{"a": null}], "x": 1}),
                Some("raw has 1 fields of its own"),
            ),
            (json!({}), Some("raw lacks id, weight, items")),
            (json!("{}"), Some("raw is text, not an object")),
            (json!(null), Some("raw is null")),
        ] {
            assert_eq!(difference(&sent, &stored).as_deref(), words, "{stored}");
        }
        let nested = |weight: Value| json!({"items": [{"weight": weight}]});
        assert_eq!(difference(&nested(json!(1)), &nested(json!(1.0))), None);
    }
}

//! Replies as plain values, and as the few words of evidence that give no stored data away.

use std::collections::BTreeMap;

use redis::Value;

/// A reply as text; bytes that are no UTF-8 become U+FFFD. `None` for nil and for lists.
pub(crate) fn text(value: Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => Some(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        ),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text),
        Value::Okay => Some("OK".into()),
        Value::Int(number) => Some(number.to_string()),
        Value::Double(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A reply as an integer; 0 for nil, since a missing key counts nothing.
pub(crate) fn int(value: Value) -> i64 {
    match value {
        Value::Int(number) => number,
        other => text(other).and_then(|text| text.parse().ok()).unwrap_or(0),
    }
}

/// A reply as a list; empty for nil.
pub(crate) fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) | Value::Set(items) => items,
        Value::Map(pairs) => pairs.into_iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    }
}

/// A reply of alternating names and values.
pub(crate) fn map(value: Value) -> BTreeMap<String, String> {
    let mut items = list(value).into_iter();
    let mut pairs = BTreeMap::new();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.insert(text(key).unwrap_or_default(), text(value).unwrap_or_default());
    }
    pairs
}

/// Numbers and short words as they are; stored text by its length only: it may be somebody's data.
pub(super) fn excerpt(value: &Value) -> String {
    match value {
        Value::Nil => "(nil)".into(),
        Value::Int(number) => number.to_string(),
        Value::Okay => "OK".into(),
        Value::SimpleString(text) => shorten(text),
        Value::BulkString(bytes) => format!("{} bytes", bytes.len()),
        Value::VerbatimString { text, .. } => format!("{} bytes", text.len()),
        Value::Array(items) | Value::Set(items) => format!("{} items", items.len()),
        Value::Map(pairs) => format!("{} fields", pairs.len()),
        Value::ServerError(error) => shorten(&error.to_string()),
        _ => "(other)".into(),
    }
}

pub(super) fn shorten(words: &str) -> String {
    match words.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values() {
        assert_eq!(
            text(Value::BulkString(vec![b'a', 0xff])).as_deref(),
            Some("a\u{fffd}")
        );
        assert_eq!(
            (
                text(Value::Nil),
                int(Value::Nil),
                int(Value::BulkString(b"7".to_vec()))
            ),
            (None, 0, 7)
        );
        let flat = Value::Array(vec![Value::SimpleString("k".into()), Value::Int(1)]);
        assert_eq!(map(flat)["k"], "1");
        assert!(list(Value::Nil).is_empty());
    }

    #[test]
    fn stored_text_is_not_shown() {
        assert_eq!(excerpt(&Value::BulkString(b"+15551234567".to_vec())), "12 bytes");
        assert_eq!(excerpt(&Value::Array(vec![Value::Nil])), "1 items");
    }
}

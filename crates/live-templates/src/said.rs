//! What an answer says in words: errors, warnings, refusals, lists of names.

use serde_json::Value;

/// Every sentence of an answer: errors, warnings, and the message of a refusal.
pub(crate) fn said(body: &Value) -> Vec<String> {
    ["errors", "warnings", "error", "message", "details"]
        .into_iter()
        .flat_map(|key| strings(&body[key]))
        .collect()
}

/// Texts in a list of texts or objects, in an object of texts, or one text.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
            .collect(),
        other => vec![other.to_string()],
    }
}

/// Names in a list of names or of objects that have one.
pub(crate) fn names(value: &Value) -> Option<Vec<String>> {
    let name = |item: &Value| {
        let named = ["name", "key", "id", "variable", "trigger"]
            .into_iter()
            .find_map(|key| item.get(key));
        named.unwrap_or(item).as_str().map(str::to_owned)
    };
    Some(value.as_array()?.iter().filter_map(name).collect())
}

/// Whether a sentence names that variable as a word of its own.
pub(crate) fn mention(said: &[String], name: &str) -> bool {
    said.iter().any(|text| mentions(text, name))
}

/// Whether a sentence says that this variable is unknown or not used; a hint about it is no complaint.
pub(crate) fn complain(said: &[String], name: &str) -> bool {
    const WORDS: [&str; 6] = ["unknown", "undefined", "missing", "required", "not ", "unused"];
    said.iter().any(|text| {
        let lower = text.to_lowercase();
        mentions(text, name) && WORDS.iter().any(|word| lower.contains(word))
    })
}

fn mentions(text: &str, name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

/// At most 120 characters, for people.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_words_of_their_own() {
        let said = strings(&json!([{"variable": "order_number", "message": "missing"}, "see order_numbers"]));
        assert!(mention(&said, "order_number"));
        assert!(!mention(&said, "order") && !mention(&said, "number"));
        assert!(complain(&said, "order_number") && !complain(&said, "order_numbers"));
    }

    #[test]
    fn lists_hold_names_or_objects_with_one() {
        let value = json!(["a", {"name": "b"}, {"key": "c", "type": "string"}, 4]);
        assert_eq!(names(&value), Some(vec!["a".into(), "b".into(), "c".into()]));
        assert_eq!(names(&Value::Null), None);
    }
}

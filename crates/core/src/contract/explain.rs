//! What `config explain` says of the contract: each key with its default, what is in force, and who says so.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::toml_error::Lines;
use super::{Contract, ContractError, DEFAULT_CONTRACT_FILE};

/// One key of the contract, e.g. `thresholds.queue_depth`. Lists are one key.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedKey {
    /// Its dotted path.
    pub key: String,
    /// What holds without `golive.toml`.
    pub default: Value,
    /// What is in force.
    pub value: Value,
    /// File and line that give it; `None` when it is the default.
    pub source: Option<(PathBuf, usize)>,
}

impl Contract {
    /// Every key, with the file (else `golive.toml` where present) that gives it.
    ///
    /// # Errors
    /// As [`Contract::load`].
    pub fn explain(path: Option<&Path>) -> Result<Vec<ExplainedKey>, ContractError> {
        let (contract, _) = Self::load(path)?;
        let default_file = Path::new(DEFAULT_CONTRACT_FILE);
        let path = path.or_else(|| default_file.exists().then_some(default_file));
        // It was read a moment ago; if it is gone now, nothing is said of lines.
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        Ok(explained(&contract, path.zip(text.as_deref())))
    }
}

fn explained(contract: &Contract, file: Option<(&Path, &str)>) -> Vec<ExplainedKey> {
    let json = |contract: &Contract| serde_json::to_value(contract).unwrap_or_default();
    let mut keys = Vec::new();
    flatten("", &json(&Contract::default()), &json(contract), &mut keys);
    let Some((path, text)) = file else { return keys };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::new(text);
    let table: toml::Table = text.parse().unwrap_or_default();
    for key in &mut keys {
        if given(&table, &key.key) {
            key.source = Some((path.to_owned(), lines.of_key(&key.key)));
        }
    }
    keys
}

fn flatten(prefix: &str, default: &Value, value: &Value, keys: &mut Vec<ExplainedKey>) {
    if let (Value::Object(defaults), Value::Object(values)) = (default, value) {
        for (name, default) in defaults {
            let key = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            flatten(&key, default, values.get(name).unwrap_or(&Value::Null), keys);
        }
    } else {
        keys.push(ExplainedKey {
            key: prefix.to_owned(),
            default: default.clone(),
            value: value.clone(),
            source: None,
        });
    }
}

fn given(table: &toml::Table, key: &str) -> bool {
    let mut at = Some(table);
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        let Some(value) = at.and_then(|table| table.get(part)) else {
            return false;
        };
        if parts.peek().is_none() {
            return true;
        }
        at = value.as_table();
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_file_and_line_that_gives_a_key() {
        let text = "queue_prefix = \"bull\"\n\n[thresholds]\n# more\nqueue_depth = 500\n";
        let (contract, _) = Contract::parse("golive.toml", text).unwrap();
        let keys = explained(&contract, Some((Path::new("golive.toml"), text)));
        let find = |name: &str| keys.iter().find(|key| key.key == name).unwrap();
        let depth = find("thresholds.queue_depth");
        assert_eq!((&depth.default, &depth.value), (&json!(100), &json!(500)));
        assert_eq!(depth.source, Some(("golive.toml".into(), 5)));
        assert_eq!(
            find("queue_prefix").source,
            Some(("golive.toml".into(), 1)),
            "the same as the default, yet given"
        );
        assert_eq!(find("thresholds.dead_letters").source, None);
        assert!(find("webhook_topics").default.is_array());
    }
}

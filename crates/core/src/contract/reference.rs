//! What `golive.toml` may hold: every key with its type and meaning, as the types of the contract say it.

use serde_json::Value;

use super::Contract;

/// One key of `golive.toml`, e.g. `thresholds.queue_depth`; those of a list's tables as `reports[].path`.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its dotted path.
    pub path: String,
    /// Its type in TOML's words.
    pub kind: String,
    /// What it is for; empty where its name says it.
    pub meaning: String,
    /// What holds without it; `None` for tables and for the fields of a list's tables.
    pub default: Option<Value>,
    /// A table in a list is refused without it.
    pub mandatory: bool,
}

impl Contract {
    /// Every key but the waivers, in the order of the source.
    pub fn reference() -> Vec<Key> {
        let schema = serde_json::to_value(schemars::schema_for!(Self)).unwrap_or_default();
        let defaults = serde_json::to_value(Self::default()).unwrap_or_default();
        let mut keys = Vec::new();
        fields("", &schema, &schema, Some(&defaults), &mut keys);
        keys
    }
}

/// The fields of one table, each followed by its own.
fn fields(prefix: &str, root: &Value, table: &Value, defaults: Option<&Value>, keys: &mut Vec<Key>) {
    let mandatory = |name: &str| {
        let required = table["required"].as_array();
        required.is_some_and(|required| required.iter().any(|entry| entry == name))
    };
    for (name, field) in table["properties"].as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        let whole = resolve(root, field);
        let default = defaults.and_then(|defaults| defaults.get(name));
        let is_table = whole["properties"].is_object();
        let meaning = field["description"].as_str().or(whole["description"].as_str());
        keys.push(Key {
            kind: kind(root, whole),
            meaning: meaning.unwrap_or_default().replace('\n', " "),
            default: default.filter(|_| !is_table).cloned(),
            mandatory: defaults.is_none() && mandatory(name),
            path: path.clone(),
        });
        let items = resolve(root, &whole["items"]);
        if is_table {
            fields(&format!("{path}."), root, whole, default, keys);
        } else if items["properties"].is_object() {
            fields(&format!("{path}[]."), root, items, None, keys);
        }
    }
}

/// What a `$ref` stands for.
fn resolve<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    let target = node["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| root.pointer(target)).unwrap_or(node)
}

fn kind(root: &Value, node: &Value) -> String {
    match node["type"].as_str() {
        Some("array") => {
            let items = kind(root, resolve(root, &node["items"]));
            format!("array of {}s", items.split(' ').next().unwrap_or_default())
        }
        Some("object") => "table".to_owned(),
        Some("number") => "float".to_owned(),
        Some(other) => other.to_owned(),
        None => "string".to_owned(), // an enum, one constant a variant
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_key_that_explain_knows_with_its_default_and_more() {
        let keys = Contract::reference();
        let find = |path: &str| keys.iter().find(|key| key.path == path).expect("a key");
        for known in Contract::explain(None).unwrap() {
            assert_eq!(find(&known.key).default, Some(known.default), "{}", known.key);
        }
        let depth = find("thresholds.queue_depth");
        assert_eq!(
            (depth.kind.as_str(), &depth.default),
            ("integer", &Some(json!(100)))
        );
        assert!(depth.meaning.contains("Waiting jobs"), "{depth:?}");
        for (path, kind) in [
            ("thresholds", "table"),
            ("thresholds.pii_warn_percent", "float"),
            ("guarded_routes", "array of strings"),
            ("cors.credentials", "boolean"),
            ("schema", "array of tables"),
            ("schema[].unique", "array of arrays"),
            ("schema[].columns[].sql_type", "string"),
            ("metrics.required[].kind", "string"),
        ] {
            assert_eq!(find(path).kind, kind, "{path}");
        }
        assert!(find("reports[].path").mandatory && !find("webhook_topics[].privacy").mandatory);
        assert!(!find("thresholds.tls_days").mandatory);
    }
}

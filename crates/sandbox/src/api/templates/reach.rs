//! What a template must never reach; only faults let it, and then to made-up things.

use regex::Regex;
use serde_json::{Map, Value, json};

use crate::faults::Faults;

/// The body and values as a backend that isolates templates badly would see them.
pub(super) fn bend(body: &str, values: &mut Map<String, Value>, faults: &Faults) -> String {
    if faults.on("templates.sandbox-reads-environment") {
        let environment =
            json!({"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", "NODE_ENV": "production"});
        values.insert("process".to_owned(), json!({"env": environment}));
        values.insert("env".to_owned(), environment);
    }
    let mut body = body.to_owned();
    if faults.on("templates.sandbox-reads-prototypes") {
        let path = r"\{\{-?\s*[^}|]*(?:constructor|__proto__|prototype)[^}|]*(?:\|[^}]*)?\}\}";
        body = replace(path, &body, "function Object() { [native code] }");
    }
    if faults.on("templates.sandbox-reads-files") {
        let tag = r#"\{%-?\s*(?:include|render|layout)\s+['"][^'"]*['"][^%]*%\}"#;
        body = replace(tag, &body, "root:x:0:0:root:/root:/bin/bash");
    }
    body
}

fn replace(pattern: &str, text: &str, by: &str) -> String {
    Regex::new(pattern)
        .expect("the pattern is valid")
        .replace_all(text, by)
        .into_owned()
}

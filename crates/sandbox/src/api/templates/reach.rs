//! What a template must never reach; only faults let it, and then to made-up things.

use std::time::Duration;

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
    if faults.on("templates.sandbox-reads-brackets") {
        body = replace(
            r#"\{\{ \w+\["constructor"\] \}\}"#,
            &body,
            "function String() { [native code] }",
        );
    }
    if faults.on("templates.sandbox-reads-working-directory") {
        let tag = r#"\{% render "package\.json" %\}"#;
        body = replace(tag, &body, r#"{"name":"sms-blossom-api"}"#);
    }
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

/// The body without its loops, and how long they keep the server busy.
pub(super) fn busy(body: &str, faults: &Faults) -> (String, Duration) {
    const ROUND: Duration = Duration::from_micros(5);
    let one = r"\{% for i in \(1\.\.(\d+)\) %\}\{% endfor %\}";
    let nested = r"\{% for i in \(1\.\.1000\) %\}\{% for j in \(1\.\.(\d+)\) %\}\{% endfor %\}\{% endfor %\}";
    let rounds = |pattern: &str| {
        let found = Regex::new(pattern)
            .expect("the pattern is valid")
            .captures(body)?;
        found[1].parse::<u32>().ok()
    };
    if faults.on("templates.loops-unlimited")
        && let Some(rounds) = rounds(one)
    {
        return (replace(one, body, ""), ROUND * rounds);
    }
    if faults.on("templates.loops-nested-unlimited")
        && let Some(rounds) = rounds(nested)
    {
        return (replace(nested, body, ""), ROUND * rounds * 1000);
    }
    if faults.on("templates.loops-refused-late") && rounds(one).is_some_and(|rounds| rounds > 1000) {
        return (body.to_owned(), Duration::from_secs(6));
    }
    (body.to_owned(), Duration::ZERO)
}

/// What a refusal says about a template that names a file.
pub(super) fn excuse(problem: String, body: &str, faults: &Faults) -> String {
    if faults.on("templates.sandbox-refusal-shows-path") && body.contains("/etc/passwd") {
        return "ENOENT: Failed to lookup \"/etc/passwd\" in \"/app/src/templates,/app/views\"".to_owned();
    }
    problem
}

fn replace(pattern: &str, text: &str, by: &str) -> String {
    Regex::new(pattern)
        .expect("the pattern is valid")
        .replace_all(text, by)
        .into_owned()
}

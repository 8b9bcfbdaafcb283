//! What must never be in an answer: a stack, SQL, a path on the server, a secret.

use std::sync::LazyLock;

use regex::Regex;

use crate::redact::Redactor;

static SIGNS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let signs = [
        (
            "a stack trace",
            r"(?m)^\s*at .+\(?(/|node:|file:|[A-Za-z]:\\).+:\d+:\d+\)?|\bTraceback \(most recent call last\)|\b[\w./-]+\.(js|ts|mjs|cjs):\d+:\d+\b",
        ),
        (
            "a path on the server",
            r"(?:^|[\s\x22'(=])/(?:app|home|usr|var|srv|opt|root|workspace|tmp)/[\w.@/-]+|node_modules/",
        ),
        (
            "SQL",
            // `(?i-u:…)`: the regex crate is built without Unicode's case tables
            r"\bSELECT\b.{1,200}\bFROM\b|\b(?i-u:select)\b.{1,200}\b(?i-u:from)\s+\x22|\b(?i-u:insert into)\s+[\x22\w]|\b(?i-u:update)\s+\x22\w+\x22\s+(?i-u:set)\b|\b(?i-u:delete from)\s+\x22|\b(?i-u:relation) \x22?\w+\x22? (?i-u:does not exist)|(?i-u:syntax error at or near)",
        ),
        (
            "Prisma's internals",
            r"PrismaClient\w*Error|Invalid `prisma\.|invocation in\b",
        ),
        ("a connection string", r"\b(?:postgres(?:ql)?|rediss?)://"),
    ];
    let compile = |(what, pattern): (&'static str, &str)| {
        (
            what,
            Regex::new(pattern).expect("the patterns are constant and tested"),
        )
    };
    signs.into_iter().map(compile).collect()
});

/// What leaks in this text, in words; `None` when nothing does.
pub fn find(text: &str, redactor: &Redactor) -> Option<&'static str> {
    if redactor.clean(text).contains("[redacted:") {
        return Some("a secret of this deployment");
    }
    SIGNS
        .iter()
        .find(|(_, sign)| sign.is_match(text))
        .map(|(what, _)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn finds_leaks_and_leaves_plain_errors_alone() {
        let settings = Settings::from_map([("JWT_SECRET", "kT9vLm2QwX8rZp4NsB6dYh3FgJ7cEa5U")]);
        let redactor = Redactor::new(&settings);
        let leaks = |text: &str| find(text, &redactor);
        for (text, what) in [
            (
                "Error: x\n    at handler (/app/src/routes/campaigns.js:12:7)",
                "a stack trace",
            ),
            ("boom at Object.<anonymous> server.ts:10:3", "a stack trace"),
            (
                "ENOENT: no such file, open '/app/config/x.json'",
                "a path on the server",
            ),
            ("error: SELECT id FROM \"Contact\" WHERE 1", "SQL"),
            ("relation \"Shop\" does not exist", "SQL"),
            ("PrismaClientKnownRequestError", "Prisma's internals"),
            ("connect postgres://x", "a connection string"),
            (
                "bad key kT9vLm2QwX8rZp4NsB6dYh3FgJ7cEa5U",
                "a secret of this deployment",
            ),
        ] {
            assert_eq!(leaks(text), Some(what), "{text}");
        }
        for text in [
            r#"{"error":"not_found","message":"No route GET /campaigns/x","request_id":"golive-1"}"#,
            r#"{"error":"validation_failed","message":"select a template from the list"}"#,
            r#"{"error":"invalid_token","message":"please update your settings"}"#,
            "unknown route /public/nothing-here",
        ] {
            assert_eq!(leaks(text), None, "{text}");
        }
    }
}

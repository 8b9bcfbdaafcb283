//! Parses and renders a template within bounds on size, nesting, loops and time.

use std::sync::Arc;
use std::time::Duration;

use liquid::ParserBuilder;
use serde_json::{Map, Value};

use super::blocks::{CaptureBlock, Refused};
use super::bounded::Bounded;
use super::for_block::ForBlock;
use super::plugin::Settings;
use super::plugins::plugins;
use super::reach;
use super::scan::{Scan, scan};
use crate::faults::Faults;

/// The longest template, in characters.
const LONGEST_BODY: usize = 5_000;
/// The longest rendering, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;
const DEEPEST: usize = 16;
const DEADLINE: Duration = Duration::from_secs(2);

/// Why a template does not render, in one line for its author.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) String);

/// A template that rendered.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) scan: Scan,
}

/// Renders with these values; what they lack is empty. The work is done on a blocking thread.
pub(super) async fn render(
    body: String,
    values: Map<String, Value>,
    base_url: String,
    faults: Faults,
) -> Result<Rendered, Malformed> {
    let (body, busy) = reach::busy(&body, &faults);
    tokio::time::sleep(busy).await;
    let work = tokio::task::spawn_blocking(move || render_now(&body, values, base_url, faults));
    match tokio::time::timeout(DEADLINE, work).await {
        Ok(Ok(rendered)) => rendered,
        Ok(Err(_)) => Err(Malformed("the template could not be evaluated".to_owned())),
        Err(_) => Err(Malformed("the template takes too long".to_owned())),
    }
}

fn render_now(
    body: &str,
    mut values: Map<String, Value>,
    base_url: String,
    faults: Faults,
) -> Result<Rendered, Malformed> {
    if body.chars().count() > LONGEST_BODY {
        return Err(Malformed(format!(
            "the template is longer than {LONGEST_BODY} characters"
        )));
    }
    let scan = scan(body);
    if scan.depth > DEEPEST || brackets(body) > DEEPEST {
        return Err(Malformed(format!("blocks are nested more than {DEEPEST} deep")));
    }
    let body = reach::bend(body, &mut values, &faults);
    let template = parser(base_url, faults)?
        .parse(&body)
        .map_err(|error| explain(&error))?;
    for path in &scan.used {
        fill(&mut values, path);
    }
    let globals = liquid::to_object(&values).map_err(|error| explain(&error))?;
    let mut text = Bounded::new(LONGEST_TEXT);
    template
        .render_to(&mut text, &globals)
        .map_err(|error| explain(&error))?;
    Ok(Rendered {
        text: text.into_text(),
        scan,
    })
}

fn parser(base_url: String, faults: Faults) -> Result<liquid::Parser, Malformed> {
    let settings = Arc::new(Settings { base_url, faults });
    let mut builder = ParserBuilder::with_stdlib()
        .block(ForBlock)
        .block(CaptureBlock)
        .block(Refused("tablerow"))
        .tag(Refused("include"))
        .tag(Refused("render"));
    for plugin in plugins(&settings) {
        builder = builder.filter(plugin);
    }
    builder.build().map_err(|error| explain(&error))
}

/// The first line of what Liquid says, and the name it complains about.
fn explain(error: &liquid::Error) -> Malformed {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches("liquid:")
        .trim()
        .to_owned();
    let wanted = ["requested", "= ", "filter=", "tag=", "currency=", "format="];
    let detail = lines.find(|line| wanted.iter().any(|start| line.starts_with(start)));
    Malformed(match detail {
        Some(detail) => format!("{first}: {}", detail.trim_start_matches("= ")),
        None => first,
    })
}

/// Gives a path that has no value the empty one, where its parents are objects.
fn fill(values: &mut Map<String, Value>, path: &str) {
    match path.split_once('.') {
        None => {
            values.entry(path).or_insert(Value::Null);
        }
        Some((head, rest)) => {
            let parent = values.entry(head).or_insert_with(|| Value::Object(Map::new()));
            if parent.is_null() {
                *parent = Value::Object(Map::new());
            }
            if let Value::Object(parent) = parent {
                fill(parent, rest);
            }
        }
    }
}

/// How deep square brackets are nested.
fn brackets(body: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in body.bytes() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(body: &str) -> Result<String, Malformed> {
        let Value::Object(values) = json!({"name": "jane doe", "total": 9.5, "items": ["a", "b"]}) else {
            unreachable!()
        };
        render_now(body, values, "http://h".to_owned(), Faults::default()).map(|rendered| rendered.text)
    }

    #[test]
    fn renders_what_liquidjs_renders() {
        let cases = [
            ("Hi {{ name }}!", "Hi jane doe!"),
            ("{{ 9.5 | money: \"USD\" }}", "$9.50"),
            ("{{ total | money: 'EUR' }}", "€9.50"),
            ("{{ total | money }}", "$9.50"),
            ("{{ nil | money: 'USD' }}", ""),
            ("{{ 'jane doe' | titlecase }}", "Jane Doe"),
            ("{{ name | upper }} {{ 'ABC' | lower }}", "JANE DOE abc"),
            (
                "{{ '' | default: 'x' }}{{ nope | default: 'y' }}{{ name | default: 'z' }}",
                "xyjane doe",
            ),
            ("{{ 'Hello world' | truncate: 8 }}", "Hello..."),
            ("{{ '2026-03-05' | date: '%d.%m.%Y' }}", "05.03.2026"),
            ("{{ nope }}{{ none.deep.er }}", ""),
            ("{% if total > 5 %}big{% else %}small{% endif %}", "big"),
            (
                "{% for i in items reversed %}{{ forloop.index }}{{ i }}{% endfor %}",
                "1b2a",
            ),
            (
                "{% for i in (1..5) limit: 2 offset: 1 %}{{ i }}{% endfor %}",
                "23",
            ),
            (
                "{% for i in (1..5) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}",
                "12",
            ),
            ("{% capture x %}a{{ name }}{% endcapture %}{{ x }}", "ajane doe"),
            ("{% assign x = name | upper %}{{ x | append: '!' }}", "JANE DOE!"),
            (
                "{% unless total == 9.5 %}no{% endunless %}{% raw %}{{ x }}{% endraw %}",
                "{{ x }}",
            ),
            (
                "{% case name %}{% when 'jane doe' %}j{% else %}e{% endcase %}",
                "j",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(text(body).as_deref(), Ok(expected), "{body}");
        }
    }

    #[test]
    fn refuses_what_is_malformed_unknown_or_unbounded() {
        let doubling =
            "{% assign a = 'aaaaaaaaaaaaaaaa' %}".to_owned() + &"{% assign a = a | append: a %}".repeat(40);
        let capturing = "{% assign a = 'aaaaaaaa' %}".to_owned()
            + &"{% capture a %}{{ a }}{{ a }}{% endcapture %}".repeat(40);
        let nested = "{% if 1 %}".repeat(400) + &"{% endif %}".repeat(400);
        let indexed = format!("{{{{ {}a{} }}}}", "a[".repeat(900), "]".repeat(900));
        let bodies: &[&str] = &[
            "{{ name",
            "{{ name | }}",
            "{% if name %}",
            "{% endif %}",
            "{% nope %}",
            "{{ name | nope }}",
            "{{ 1 | money: 'dollars' }}",
            "{{ name.constructor }}",
            "{% include '/etc/passwd' %}",
            "{% render 'x' %}",
            "{% for i in (1..100000000) %}x{% endfor %}",
            "{% for i in (1..999) %}{% for j in (1..999) %}{% endfor %}{% endfor %}",
            "{{ 9223372036854775807 | times: 9223372036854775807 | plus: 1 | money: 'X' }}",
            &doubling,
            &capturing,
            &nested,
            &indexed,
            &"x".repeat(5_001),
        ];
        for body in bodies {
            let start = std::time::Instant::now();
            let outcome = std::panic::catch_unwind(|| text(body));
            assert!(!matches!(outcome, Ok(Ok(_))), "{body}");
            assert!(start.elapsed() < DEADLINE, "{body}");
        }
        assert_eq!(
            text("{{ 1 | nope }}"),
            Err(Malformed("Unknown filter: requested filter=nope".to_owned()))
        );
    }
}

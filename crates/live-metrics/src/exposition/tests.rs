//! Pages as exporters write them, and pages that are wrong.

mod properties;

use std::fmt::Write;

use super::{Kind, Page, SAMPLES_KEPT};

fn bad(text: &str) -> Vec<(usize, String)> {
    let page = Page::parse(text.as_bytes());
    page.bad.into_iter().map(|bad| (bad.line, bad.why)).collect()
}

/// A page that holds everything which is right.
const FINE: &str = concat!(
    "# HELP http_requests_total The total, with \\\\ and \\n.\r\n",
    "# TYPE http_requests_total counter\r\n",
    "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n",
    "http_requests_total{method=\"post\",code=\"400\",}    3 1395066363000\n",
    "# Escaping in label values, a comment, and \"HELP\" in it\n",
    "msdos{path=\"C:\\\\D\\\\F.TXT\",error=\"no \\\"F\\\"\\n{x}=, # y\"} 1.458255915e9\n",
    "\n   \t\n",
    "metric_without_timestamp_and_labels 12.47\n",
    "something_weird{problem=\"division by zero\"} +Inf -3982045\n",
    "prom_client_nan Nan\n",
    "minus -Inf\n",
    "\tspaced \t { a = \"b\" , c=\"d\" , } \t 1e-3 \n",
    "empty_braces{} .5\n",
    "{\"quoted.name\", \"label.name\"=\"x\"} 1\n",
    "# TYPE \"quoted.kind\" gauge\n",
    "{\"quoted.kind\"} 2\n",
    "# HELP only_help\n",
    "# TYPE only_type gauge\n",
    "# TYPE h histogram\n",
    "h_bucket{le=\"0.1\"} 1 # {trace_id=\"KOO5S4vxi0o\"} 0.067 1520879607.789\n",
    "h_bucket{le=\"+Inf\"} 2 # {} 9.8\n",
    "h_sum 0.3\n",
    "h_count 2\n",
    "h_created 1520430000.123\n",
    "# TYPE open counter\n",
    "# UNIT open seconds\n",
    "open_total 3\n",
    "#HELPLESS comment\n",
    "# EOF",
);

#[test]
fn what_is_right_is_read() {
    let page = Page::parse(FINE.as_bytes());
    assert_eq!(page.bad, []);
    assert_eq!((page.samples(), page.end, page.goes_on), (17, Some(30), false));
    let family = |name: &str| page.family("", name).unwrap_or_else(|| panic!("{name}"));
    let requests = family("http_requests_total");
    assert_eq!(
        (requests.kind, requests.help, requests.samples.len()),
        (Some(Kind::Counter), true, 2)
    );
    assert_eq!(requests.samples[0].timestamp, Some(1_395_066_363_000.0));
    let dos = &family("msdos").samples[0];
    assert_eq!(dos.label("path"), Some("C:\\D\\F.TXT"));
    assert_eq!(dos.label("error"), Some("no \"F\"\n{x}=, # y"));
    assert!(family("prom_client_nan").samples[0].value.is_nan());
    assert!(family("something_weird").samples[0].value.is_infinite());
    assert_eq!(family("spaced").samples[0].label("c"), Some("d"));
    assert_eq!(family("quoted.name").samples[0].label("label.name"), Some("x"));
    assert_eq!(family("quoted.kind").kind, Some(Kind::Gauge));
    assert!(family("only_help").samples.is_empty());
    let parts: Vec<&str> = family("h").samples.iter().map(|sample| sample.suffix).collect();
    assert_eq!(parts, ["_bucket", "_bucket", "_sum", "_count", "_created"]);
    assert_eq!(
        family("open_total").name,
        "open",
        "a counter as OpenMetrics declares it"
    );
    assert!(page.family("", "h_total").is_none());
}

#[test]
fn the_prefix_is_optional() {
    let page = Page::parse(b"# TYPE app_a_total counter\n# TYPE app_b counter\napp_b_total 1\n");
    assert_eq!(page.bad, []);
    for name in ["a_total", "app_a_total", "b_total"] {
        assert!(page.family("app_", name).is_some(), "{name}");
    }
    assert!(page.family("", "a_total").is_none());
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (line, words) in [
        (
            "queue_depth{queue=\"events\" 3",
            "its labels are not closed with }",
        ),
        (
            "queue_depth{queue=\"events\"} undefined",
            "its value \"undefined\" is no number",
        ),
        (
            "queue_depth{queue=events} 3",
            "the value of label queue is not in quotes",
        ),
        ("queue_depth{queue=\"events} 3", "a quote is not closed"),
        ("queue_depth{queue=\"events\\", "a quote is not closed"),
        ("queue_depth{queue} 3", "label \"queue\" has no value"),
        ("queue_depth{=\"x\"} 3", "a label has no proper name"),
        ("queue_depth{1a=\"x\"} 3", "a label has no proper name"),
        ("queue_depth{a=\"x\",a=\"y\"} 3", "label a twice"),
        (
            "queue_depth{a=\"x\"b=\"y\"} 3",
            "its labels are not closed with }",
        ),
        ("queue_depth{", "its labels are not closed with }"),
        ("queue_jobs_tot", "it has no value"),
        ("queue-depth 3", "a character that no metric name may have"),
        ("1queue 3", "the name 1queue begins with a digit"),
        ("{a=\"b\"} 3", "it does not begin with a metric's name"),
        ("<!DOCTYPE html>", "it does not begin with a metric's name"),
        ("\u{feff}queue_depth 3", "it does not begin with a metric's name"),
        ("q{\"q\"} 3", "it has two names"),
        ("q 3 4 5", "\"5\" stands behind its value"),
        ("q 3 soon", "its timestamp \"soon\" is no number"),
        ("q 3,5", "its value \"3,5\" is no number"),
        ("q 3 # {a=\"b\"}", "its exemplar cannot be read"),
        ("# TYPE q", "\"\" is no type of a metric"),
        ("# TYPE q counters", "\"counters\" is no type of a metric"),
        ("# TYPE", "it does not say which metric it is about"),
        ("# HELP q{x} y", "it does not say which metric it is about"),
    ] {
        assert_eq!(
            bad(&format!("ok 1\n{line}\nok2 2\n")),
            [(2, words.to_owned())],
            "{line}"
        );
    }
    let not_text = Page::parse(b"a 1\nb{c=\"\xff\"} 2\n");
    assert_eq!(
        (not_text.bad[0].line, not_text.bad[0].why.as_str()),
        (2, "it is not UTF-8")
    );
}

#[test]
fn what_must_be_there_once_is() {
    for (text, words) in [
        (
            "# TYPE a counter\n# TYPE a counter\n",
            "a second TYPE of a, the first is in line 1",
        ),
        (
            "# HELP a x\n# HELP a y\n",
            "a second HELP of a, the first is in line 1",
        ),
        (
            "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n",
            "the same series as line 1",
        ),
        ("a 1\n# TYPE a counter\n", "TYPE of a stands behind its samples"),
        (
            "a_bucket{le=\"1\"} 1\n# TYPE a histogram\n",
            "TYPE of a stands behind its samples",
        ),
    ] {
        assert_eq!(bad(text), [(2, words.to_owned())], "{text}");
    }
    assert_eq!(bad("a 1 1\na 1 2\n"), [], "another timestamp is another sample");
    assert_eq!(bad("# HELP a x\na 1\n# TYPE b gauge\nb 1\n"), []);
}

#[test]
fn a_hostile_page_is_read_within_bounds() {
    let labels = "a=\"\",".repeat(170_000);
    assert_eq!(
        bad(&format!("x{{{labels}}} 1\n")),
        [(1, "more than 256 labels".to_owned())]
    );
    let many = Page::parse("x 1\n".repeat(SAMPLES_KEPT + 50).as_bytes());
    assert_eq!((many.samples(), many.bad_lines), (1, SAMPLES_KEPT + 49));
    let mut distinct = String::new();
    for number in 0..=SAMPLES_KEPT {
        let _ = writeln!(distinct, "x{number} 1");
    }
    assert_eq!(
        (Page::parse(distinct.as_bytes()).samples(), bad(&distinct).len()),
        (SAMPLES_KEPT, 1)
    );
    for page in [
        "\\".repeat(1 << 20),
        "{".repeat(1 << 20),
        "#".repeat(1 << 20),
        "\0\n".repeat(1 << 19),
    ] {
        Page::parse(page.as_bytes());
    }
}

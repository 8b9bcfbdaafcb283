//! What the probes expect is what the real LiquidJS from npm gives, and a backend built on it passes them.
//! Needs Node.js with npm on the PATH.

#[path = "../src/cases.rs"]
#[expect(
    dead_code,
    reason = "the test needs the tables, not what the probes say about them"
)]
mod cases;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};

use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_core::report::Report;
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use golive_core::testing::npm;
use live_templates::LiveTemplates;
use serde_json::{Value, json};

use cases::Wanted;

/// Whether a text is what the probe would accept.
type Wish = Box<dyn Fn(&str) -> bool>;

/// Templates and what became of each.
#[derive(Default)]
struct Batch {
    asked: Vec<Value>,
}

impl Batch {
    fn ask(&mut self, engine: &str, body: &str) {
        self.asked.push(json!({"engine": engine, "body": body}));
    }

    fn answers(&self) -> impl Iterator<Item = (String, Option<String>)> {
        let rendered = render(&Value::from(self.asked.clone()));
        assert_eq!(rendered.len(), self.asked.len());
        let bodies: Vec<String> = self.asked.iter().map(|asked| text(&asked["body"])).collect();
        let texts: Vec<Option<String>> = rendered
            .iter()
            .map(|answer| answer.get("text").map(text))
            .collect();
        bodies.into_iter().zip(texts)
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

// One test: the installation is shared.
#[tokio::test]
async fn the_real_liquidjs_agrees() {
    filters_render_what_is_wanted();
    strict_mode_refuses_what_is_malformed_or_unknown();
    nothing_is_reached();
    a_backend_as_recommended_passes().await;
    a_backend_with_defaults_reads_files().await;
}

async fn a_backend_as_recommended_passes() {
    let report = verify(true, Selection::default()).await;
    for probe in report.checks.iter().flat_map(|check| &check.probes) {
        let observed = probe.observed.as_deref().unwrap_or(&probe.summary);
        assert_eq!(probe.status, Status::Pass, "{}: {observed}", probe.id);
    }
}

async fn a_backend_with_defaults_reads_files() {
    let selection = Selection {
        // Its event loop would be busy for seconds.
        skip: vec!["templates.sandboxed-loops".to_owned()],
        ..Selection::default()
    };
    let report = verify(false, selection).await;
    assert_eq!(report.root_causes, ["templates.sandboxed"]);
}

/// Runs the check against the contract's routes on LiquidJS.
async fn verify(safe: bool, selection: Selection) -> Report {
    let (_backend, port) = backend(safe);
    let settings = Settings::from_map([
        ("BASE_URL", format!("http://127.0.0.1:{port}").as_str()),
        ("DEV_SHOP_DOMAIN", "golive-test.myshopify.com"),
    ]);
    let contract = Contract::default();
    let report = golive_core::testing::verify(&[&LiveTemplates], settings, contract, &selection).await;
    report.expect("a plan")
}

/// Ends the process it holds.
struct Backend(Child);

impl Drop for Backend {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn backend(safe: bool) -> (Backend, String) {
    let triggers = Contract::default().triggers;
    let argument = json!({"triggers": triggers, "safe": safe}).to_string();
    let mut backend = node(&["liquid-backend.mjs", &argument]);
    let mut port = String::new();
    let output = backend.stdout.take().expect("piped");
    let read = BufReader::new(output).read_line(&mut port);
    let backend = Backend(backend);
    assert!(read.is_ok() && !port.is_empty(), "backend.mjs did not start");
    (backend, port.trim().to_owned())
}

fn filters_render_what_is_wanted() {
    let mut batch = Batch::default();
    let mut wanted: Vec<Wish> = Vec::new();
    for filter in Contract::default().template_filters {
        batch.ask("sandboxed", &filter.body);
        wanted.push(Box::new(move |text| {
            text == filter.expected || (filter.contains && text.contains(&filter.expected))
        }));
    }
    for case in cases::FILTERS
        .iter()
        .flat_map(|(filter, _)| cases::edge_cases(filter))
    {
        batch.ask("sandboxed", case.body);
        wanted.push(Box::new(|text| Wanted::is(case.wanted, text)));
    }
    for ((body, text), wanted) in batch.answers().zip(wanted) {
        assert!(
            text.as_deref().is_some_and(wanted),
            "LiquidJS renders `{body}` to {text:?}"
        );
    }
}

fn strict_mode_refuses_what_is_malformed_or_unknown() {
    let mut batch = Batch::default();
    for (_, body) in cases::MALFORMED.iter().chain([&cases::UNKNOWN_FILTER]) {
        batch.ask("strict", body);
        batch.ask("sandboxed", body);
    }
    for body in [
        "{{ nope }}",
        "{{ nope | upcase }}",
        "{{- nope -}}",
        "{% if nope %}yes{% endif %}",
        "{{ \"\" | default: nope }}",
    ] {
        batch.ask("strict", body);
    }
    for (body, text) in batch.answers() {
        assert_eq!(text, None, "LiquidJS accepts `{body}`");
    }
}

fn nothing_is_reached() {
    let mut batch = Batch::default();
    for path in cases::PATHS.iter().chain([&cases::UNKNOWN_PATH]) {
        batch.ask(
            "sandboxed",
            &format!("{{{{ {} }}}}", path.replace("KNOWN", "customer_name")),
        );
    }
    for tag in cases::FILES {
        batch.ask("sandboxed", tag);
    }
    for rounds in [100_000_000, 10_000_000] {
        batch.ask(
            "sandboxed",
            &format!("{{% for i in (1..{rounds}) %}}{{% endfor %}}golive"),
        );
    }
    for (body, text) in batch.answers() {
        assert!(
            text.as_deref().unwrap_or_default().is_empty(),
            "LiquidJS renders `{body}` to {text:?}"
        );
    }
    // Without `templates`, LiquidJS reads its working directory: why the probe asks for package.json.
    let mut plain = Batch::default();
    plain.ask("plain", "{% render \"package.json\" %}");
    let (_, text) = plain.answers().next().expect("an answer");
    assert!(text.is_some_and(|text| text.contains("liquidjs")));
}

fn render(templates: &Value) -> Vec<Value> {
    let mut node = node(&["liquid-render.mjs"]);
    let mut input = node.stdin.take().expect("piped");
    input
        .write_all(templates.to_string().as_bytes())
        .expect("node reads it");
    drop(input);
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "liquid-render.mjs failed");
    serde_json::from_slice(&output.stdout).expect("a JSON list")
}

fn node(arguments: &[&str]) -> Child {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop");
    let (script, arguments) = arguments.split_first().expect("a script");
    npm::script(&fixture, env!("CARGO_TARGET_TMPDIR"), script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap_or_else(|error| npm::missing("node", &error))
}

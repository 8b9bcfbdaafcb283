//! The configuration for people: what won, what is wrong, what is overridden.

use std::fmt::Write;
use std::path::PathBuf;

use golive_core::contract::{Contract, ExplainedKey};
use golive_core::outcome::Status;
use golive_core::render::text::{one_line, pad, truncate, width};
use golive_core::render::{Paint, Style};
use golive_core::settings::{Explained, Problem, Requirement, Settings, Variable};
use serde_json::Value;

pub(super) fn overview(
    settings: &Settings,
    variables: &[Explained<'_>],
    keys: &[ExplainedKey],
    style: Style,
) -> String {
    let paint = Paint { color: style.color };
    let mut text = format!("{}\n", paint.bold("Variables"));
    for entry in variables {
        let (status, words) = state(entry);
        let lead = pad(entry.variable.name, 22);
        let room = style.width.saturating_sub(width(&lead) + 4);
        let mark = paint.of_status(status, golive_core::render::words::symbol(status));
        let _ = writeln!(text, "  {mark} {lead}{}", truncate(&words, room));
    }
    for notice in settings.notices() {
        let _ = writeln!(text, "  ! {}", one_line(&notice.text));
    }
    let given: Vec<&ExplainedKey> = keys.iter().filter(|key| key.source.is_some()).collect();
    let _ = writeln!(
        text,
        "\n{}",
        paint.bold(&format!(
            "Contract: {} of {} keys overridden",
            given.len(),
            keys.len()
        ))
    );
    for key in given {
        let from = key_source(key);
        let words = format!(
            "{} = {}  {from}, default {}",
            key.key,
            compact(&key.value),
            compact(&key.default)
        );
        let _ = writeln!(text, "  {}", truncate(&words, style.width.saturating_sub(2)));
    }
    let _ = writeln!(
        text,
        "\nNext: golive config explain <one of these, or a section such as thresholds>"
    );
    text
}

/// How it stands: where it comes from and what it shows, or what is wrong.
fn state(entry: &Explained<'_>) -> (Status, String) {
    let source = source(entry);
    match (&entry.state, entry.variable.required) {
        (Ok(()), _) => {
            let shown = entry.shown.as_deref().map(one_line).unwrap_or_default();
            (Status::Pass, format!("{source}  {shown}"))
        }
        (Err(Problem::Missing), Requirement::Optional) => (Status::Pass, "not set (optional)".to_owned()),
        (Err(Problem::Missing), Requirement::ForProbes(probes)) => {
            (Status::Warn, format!("not set: required for the {probes}"))
        }
        (Err(Problem::Missing), Requirement::Required) => (Status::Fail, "not set: required".to_owned()),
        (Err(problem), _) => (Status::Fail, format!("{source}: {problem}")),
    }
}

fn source(entry: &Explained<'_>) -> String {
    let alias = entry
        .alias
        .map(|alias| format!(" as {alias}"))
        .unwrap_or_default();
    entry
        .source
        .map_or_else(|| "not set".to_owned(), |source| format!("{source}{alias}"))
}

pub(super) fn key_source(key: &ExplainedKey) -> String {
    let file = |(path, line): &(PathBuf, usize)| format!("{}:{line}", path.display());
    key.source.as_ref().map_or_else(|| "default".to_owned(), file)
}

pub(super) fn required(variable: &Variable) -> String {
    match variable.required {
        Requirement::Required => "yes".to_owned(),
        Requirement::Optional => "no".to_owned(),
        Requirement::ForProbes(probes) => format!("for the {probes}"),
    }
}

pub(super) fn one_variable(entry: &Explained<'_>) -> String {
    let variable = entry.variable;
    let state = entry
        .state
        .as_ref()
        .err()
        .map_or_else(|| "usable".to_owned(), ToString::to_string);
    let mut text = format!("{}\n", variable.name);
    for (label, words) in [
        ("source", source(entry)),
        ("state", state),
        ("shows", entry.shown.as_deref().map(one_line).unwrap_or_default()),
        ("required", required(variable)),
        (
            "secret",
            if variable.secret {
                "yes: its value is never shown".to_owned()
            } else {
                "no".to_owned()
            },
        ),
        ("form", variable.form.to_owned()),
        ("used for", variable.used_for.to_owned()),
        ("obtain", variable.obtain.to_owned()),
        ("also called", variable.aliases.join(", ")),
    ] {
        if !words.is_empty() {
            let _ = writeln!(text, "  {label:<12} {words}");
        }
    }
    text
}

pub(super) fn one_key(key: &ExplainedKey, settings: &Settings) -> String {
    let mut text = format!("{}\n  value        {}\n", key.key, compact(&key.value));
    let _ = writeln!(text, "  source       {}", key_source(key));
    let _ = writeln!(text, "  default      {}", compact(&key.default));
    let described = Contract::reference()
        .into_iter()
        .find(|known| known.path == key.key);
    if let Some(known) = described.filter(|known| !known.meaning.is_empty()) {
        let _ = writeln!(text, "  meaning      {}", known.meaning);
    }
    if key.key == "queue_prefix"
        && let (Some(source), Some(prefix)) = (settings.source("QUEUE_PREFIX"), settings.queue_prefix())
    {
        let _ = writeln!(
            text,
            "  overruled    by QUEUE_PREFIX = {} ({source})",
            one_line(&prefix)
        );
    }
    text
}

/// One line of JSON; long lists are cut.
fn compact(value: &Value) -> String {
    truncate(&one_line(&value.to_string()), 200)
}

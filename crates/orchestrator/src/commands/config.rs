//! `golive config explain [KEY]`: which source won for each variable and contract key; never a secret's value.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Subcommand;
use golive_core::contract::{Contract, ExplainedKey};
use golive_core::outcome::Status;
use golive_core::render::text::{one_line, pad, truncate, width};
use golive_core::render::{Paint, Style};
use golive_core::settings::{Explained, Problem, Requirement, Settings};
use serde_json::{Value, json};

use super::{ColorArg, print, print_json, refuse};

const EXAMPLES: &str = "\
Examples:
  golive config explain                           every variable, and the contract keys that are overridden
  golive config explain DATABASE_URL              one variable: where it comes from, its form, what it is for
  golive config explain thresholds                a section of the contract
  golive config explain thresholds.queue_depth --json

Secrets show their length only. Nothing is sent.";

/// Options of `config`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Say which source won for each variable and contract key
    Explain(ExplainArgs),
}

/// Options of `config explain`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct ExplainArgs {
    /// A variable (`BASE_URL`), a contract key (`thresholds.queue_depth`) or a section of it (`thresholds`)
    #[arg(value_name = "KEY")]
    key: Option<String>,
    /// File with the target's variables [default: .env.verification where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_ENV_FILE", hide_env_values = true)]
    env_file: Option<PathBuf>,
    /// Overrides of the contract [default: golive.toml where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// For programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    color: ColorArg,
}

pub(crate) fn main(args: &Args) -> u8 {
    let ConfigCommand::Explain(args) = &args.command;
    let process = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let settings = match Settings::load(args.env_file.as_deref(), process) {
        Ok(settings) => settings,
        Err(error) => return refuse(&error.to_string()),
    };
    let keys = match Contract::explain(args.config.as_deref()) {
        Ok(keys) => keys,
        Err(error) => return refuse(&error.to_string()),
    };
    let variables = settings.explain();
    let Some(wanted) = &args.key else {
        return if args.json {
            print_json(&as_json(&variables, &keys))
        } else {
            print(&overview(&settings, &variables, &keys, args.color.style()))
        };
    };
    let (variables, keys) = pick(wanted, variables, keys);
    if variables.is_empty() && keys.is_empty() {
        return refuse(&unknown(wanted, &settings));
    }
    if args.json {
        return print_json(&as_json(&variables, &keys));
    }
    let mut text: Vec<String> = variables.iter().map(one_variable).collect();
    text.extend(keys.iter().map(|key| one_key(key, &settings)));
    print(&text.join("\n"))
}

/// What `wanted` names: a variable by any spelling or alias, a key, or the keys below it.
fn pick<'a>(
    wanted: &str,
    mut variables: Vec<Explained<'a>>,
    mut keys: Vec<ExplainedKey>,
) -> (Vec<Explained<'a>>, Vec<ExplainedKey>) {
    let same = |name: &str| name.eq_ignore_ascii_case(wanted);
    let section = format!("{wanted}.");
    keys.retain(|key| key.key == wanted || key.key.starts_with(&section));
    variables
        .retain(|entry| same(entry.variable.name) || entry.variable.aliases.iter().any(|alias| same(alias)));
    // `queue_prefix` is a key, QUEUE_PREFIX a variable.
    if !keys.is_empty() && variables.iter().all(|entry| entry.variable.name != wanted) {
        variables.clear();
    }
    (variables, keys)
}

fn unknown(wanted: &str, settings: &Settings) -> String {
    let keys = Contract::explain(None).unwrap_or_default();
    let variables = settings.explain();
    let names = variables.iter().map(|entry| entry.variable.name);
    let sections = keys.iter().filter_map(|key| key.key.split('.').next());
    let names: Vec<&str> = names
        .chain(sections)
        .chain(keys.iter().map(|key| key.key.as_str()))
        .collect();
    // The last part alone is a common slip: `queue_depth` for `thresholds.queue_depth`.
    let part = |name: &&&str| name.rsplit('.').next() == Some(wanted);
    let hint = names
        .iter()
        .find(part)
        .copied()
        .or_else(|| golive_core::nearest(wanted, names.iter().copied()));
    let hint = hint
        .map(|name| format!(" (did you mean {name:?}?)"))
        .unwrap_or_default();
    format!("no variable or contract key is called {wanted:?}{hint}; `golive config explain` shows them all")
}

fn overview(settings: &Settings, variables: &[Explained<'_>], keys: &[ExplainedKey], style: Style) -> String {
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

fn key_source(key: &ExplainedKey) -> String {
    let file = |(path, line): &(PathBuf, usize)| format!("{}:{line}", path.display());
    key.source.as_ref().map_or_else(|| "default".to_owned(), file)
}

fn one_variable(entry: &Explained<'_>) -> String {
    let variable = entry.variable;
    let required = match variable.required {
        Requirement::Required => "yes".to_owned(),
        Requirement::Optional => "no".to_owned(),
        Requirement::ForProbes(probes) => format!("for the {probes}"),
    };
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
        ("required", required),
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

fn one_key(key: &ExplainedKey, settings: &Settings) -> String {
    let mut text = format!("{}\n  value        {}\n", key.key, compact(&key.value));
    let _ = writeln!(text, "  source       {}", key_source(key));
    let _ = writeln!(text, "  default      {}", compact(&key.default));
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

fn as_json(variables: &[Explained<'_>], keys: &[ExplainedKey]) -> Value {
    let variables: Vec<Value> = variables
        .iter()
        .map(|entry| {
            json!({
                "name": entry.variable.name, "alias": entry.alias,
                "source": entry.source.map(ToString::to_string), "usable": entry.state.is_ok(),
                "problem": entry.state.as_ref().err().map(ToString::to_string),
                "secret": entry.variable.secret, "shown": entry.shown,
            })
        })
        .collect();
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "key": key.key, "value": key.value, "default": key.default, "source": key_source(key),
                "overridden": key.source.is_some(),
            })
        })
        .collect();
    json!({ "schema": "golive.config/v1", "variables": variables, "contract": keys })
}

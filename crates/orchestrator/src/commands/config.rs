//! `golive config explain [KEY]`: which source won for each variable and contract key; never a secret's value.
//! `golive config reference`: all there are.

use std::path::PathBuf;

use clap::Subcommand;
use golive_core::contract::{Contract, ExplainedKey};
use golive_core::settings::{Explained, Settings};
use serde_json::{Value, json};

use super::{ColorArg, print, print_json, refuse};

mod reference;
mod show;

use show::{key_source, one_key, one_variable, overview};

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
    /// Print every variable and contract key with type, default and meaning, as Markdown
    Reference,
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
    let ConfigCommand::Explain(args) = &args.command else {
        return print(&reference::page());
    };
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

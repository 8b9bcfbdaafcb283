//! `golive explain PROBE`: all that is known of a probe before it runs.

use std::fmt::Write;

use golive_core::check::{Check, Facts};
use golive_core::contract::Contract;

use super::{print, refuse};
use crate::registry::CHECKS;

const EXAMPLES: &str = "\
Examples:
  golive explain queues.workers      one probe: why, how it asks, what fails it, what to do
  golive explain webhooks.accepts    a family of probes
  golive explain queues              a check and its probes";

/// Options of `explain`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A probe (`queues.workers`), a family (`webhooks.accepts`) or a check (`queues`)
    #[arg(value_name = "PROBE")]
    name: String,
}

pub(crate) fn main(args: &Args) -> u8 {
    let contract = match Contract::load(None) {
        Ok((contract, _)) => contract,
        Err(error) => return refuse(&error.to_string()),
    };
    if let Some(check) = CHECKS
        .iter()
        .find(|check| check.id() == args.name || check.aliases().contains(&args.name.as_str()))
    {
        return print(&of_check(*check, &contract));
    }
    let all: Vec<Facts> = CHECKS
        .iter()
        .flat_map(|check| check.probes(&contract))
        .map(|probe| probe.facts())
        .collect();
    let family = format!("{}.", args.name);
    let found: Vec<&Facts> = all
        .iter()
        .filter(|facts| facts.id == args.name || facts.id.starts_with(&family))
        .collect();
    if found.is_empty() {
        let known = CHECKS
            .iter()
            .map(|check| check.id())
            .chain(all.iter().map(|facts| facts.id.as_ref()));
        let hint = golive_core::nearest(&args.name, known).map(|name| format!(" (did you mean {name:?}?)"));
        return refuse(&format!(
            "no probe is called {:?}{}; `golive list` shows them all",
            args.name,
            hint.unwrap_or_default()
        ));
    }
    print(
        &found
            .iter()
            .map(|facts| of_probe(facts))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

fn of_check(check: &dyn Check, contract: &Contract) -> String {
    let mut text = format!("{} ({})\n  {}\n\n", check.title(), check.id(), check.question());
    for probe in check.probes(contract) {
        let facts = probe.facts();
        let _ = writeln!(text, "  {:<44} {}", facts.id, facts.title);
    }
    let _ = writeln!(
        text,
        "\nNext: golive explain <one of these>, or golive run {}",
        check.id()
    );
    text
}

fn of_probe(facts: &Facts) -> String {
    let mut text = format!("{}\n  {}\n\n", facts.id, facts.title);
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {label:<14} {value}");
        }
    };
    line("why", &facts.why);
    line("asks", &facts.asks);
    line("fails when", &facts.fails_when);
    line("needs", &facts.needs.join(", "));
    line("variables", &facts.variables.join(", "));
    let safety = serde_json::to_value(facts.safety)
        .ok()
        .and_then(|safety| safety.as_str().map(str::to_owned));
    line("safety", &safety.unwrap_or_default());
    line(
        "optional",
        if facts.optional {
            "yes: not run where it does not exist"
        } else {
            ""
        },
    );
    line("time limit", &format!("{} s", facts.timeout.as_secs_f64()));
    line("remedy", &facts.remedy);
    line("command", facts.command.as_deref().unwrap_or_default());
    line("runbook", &format!("docs/runbook.md#{}", facts.runbook));
    line("run it", &format!("golive run {}", facts.id));
    text
}

//! `golive judge REPORT`: judges an old report again under another policy. Sends nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;

use golive_core::check::Check;
use golive_core::conduct;
use golive_core::contract::{Contract, ExplainedKey, WaiverEntry};
use golive_core::render::{self, FailOn, Format, Verbosity};
use golive_core::report::{self, CheckFacts, ProbeReport, Report, RunFacts};

use super::{ColorArg, print, read, refuse};
use crate::registry::CHECKS;

mod rules;

const EXAMPLES: &str = "\
Examples:
  golive judge reports/golive.json --config policy.toml       would it go live under that policy?
  golive judge old.json --config policy.toml --fail-on warn
  golive judge old.json --config policy.toml --format json > judged.json

Waivers are applied as in a run, as of today; those of the old run do not count. Figures are held against the
policy's thresholds. What only a new run can tell is said under the notices. Nothing is sent.

Exit codes: those of `golive run` · 2 also for a file that can't be read as a report";

/// Options of `judge`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The report to judge
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,
    /// The policy: overrides of the contract, thresholds and waivers [default: golive.toml where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// What makes the exit code differ from 0
    #[arg(
        long,
        value_name = "STATUS",
        default_value = "pending",
        env = "GOLIVE_FAIL_ON",
        hide_env_values = true
    )]
    fail_on: FailOn,
    /// What is written to standard output
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        env = "GOLIVE_FORMAT",
        hide_env_values = true
    )]
    format: Format,
    #[command(flatten)]
    color: ColorArg,
    /// Only the verdict
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Every probe with what it observed
    #[arg(short, long)]
    verbose: bool,
}

pub(crate) fn main(args: &Args) -> u8 {
    let policy = match policy(args) {
        Ok(policy) => policy,
        Err(message) => return refuse(&message),
    };
    let old = match read(&args.report) {
        Ok(old) => old,
        Err(code) => return code,
    };
    let judged = match judge(old, policy) {
        Ok(judged) => judged,
        Err(message) => return refuse(&format!("{}: {message}", args.report.display())),
    };
    let verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    print(&render::render(
        args.format,
        &judged,
        &conduct::style_of(args.color.color, verbosity),
    ));
    // The run was interrupted, this command was not: its verdict decides.
    let mut over = judged;
    over.run.interrupted = false;
    render::exit_code(&over, args.fail_on)
}

/// What a report is judged by.
struct Policy {
    contract: Contract,
    waivers: Vec<WaiverEntry>,
    /// Keys that the file gives.
    given: Vec<ExplainedKey>,
}

fn policy(args: &Args) -> Result<Policy, String> {
    let config = args.config.as_deref();
    let (contract, waivers) = Contract::load(config).map_err(|error| error.to_string())?;
    let mut given = Contract::explain(config).map_err(|error| error.to_string())?;
    given.retain(|key| key.source.is_some());
    Ok(Policy {
        contract,
        waivers,
        given,
    })
}

/// The old run's results under the policy; `Err` for results of checks that are unknown here.
fn judge(old: Report, policy: Policy) -> Result<Report, String> {
    let mut notices = vec!["judged again from a report; nothing was asked of the target".to_owned()];
    notices.extend(old.notices);
    let checks = checks_of(&old.checks, old.run.complete)?;
    let mut run = old.run;
    let mut probes: Vec<(usize, ProbeReport)> = Vec::new();
    for check in old.checks {
        let at = checks
            .iter()
            .position(|known| known.id == check.id)
            .unwrap_or_default();
        probes.extend(check.probes.into_iter().map(|probe| (at, probe)));
    }
    let mut blind = Vec::new();
    for (_, probe) in &mut probes {
        probe.waived = None;
        match rules::judge(probe, &policy.contract.thresholds) {
            rules::Judged::Same | rules::Judged::NotByFigures => {}
            rules::Judged::Changed(words) => notices.push(words),
            rules::Judged::Blind => blind.push(probe.id.clone()),
        }
    }
    if !blind.is_empty() {
        notices.push(format!(
            "not judged again, the report lacks the figures or hides other findings behind them: {}",
            blind.join(", ")
        ));
    }
    let unheeded: Vec<&str> = policy
        .given
        .iter()
        .map(|key| key.key.as_str())
        .filter(|key| !rules::HEEDED.contains(key))
        .collect();
    if !unheeded.is_empty() {
        notices.push(format!(
            "only a new run can tell what these change: {}",
            unheeded.join(", ")
        ));
    }
    let mut known: BTreeSet<&str> = probes.iter().map(|(_, probe)| probe.id.as_str()).collect();
    known.extend(old.not_run.iter().map(|not_run| not_run.id.as_str()));
    let missing = expected(&policy.contract)
        .filter(|id| !known.contains(id.as_str()))
        .count();
    if missing > 0 && run.complete {
        run.complete = false;
        notices.push(format!(
            "{missing} probes that this golive {} would ask are not in the report (written by {}): no go-live verdict",
            env!("CARGO_PKG_VERSION"),
            run.tool_version
        ));
    }
    let facts = RunFacts {
        run,
        checks,
        waivers: policy.waivers,
        today: report::today_date(),
        notices,
    };
    Ok(report::build(facts, probes, old.not_run, old.cleanup))
}

/// The checks of the report in the runbook's order; all nine for a complete run.
fn checks_of(reported: &[report::CheckReport], complete: bool) -> Result<Vec<CheckFacts>, String> {
    if let Some(unknown) = reported
        .iter()
        .find(|check| CHECKS.iter().all(|known| known.id() != check.id))
    {
        return Err(format!(
            "this golive knows no check called {:?}",
            render::text::one_line(&unknown.id)
        ));
    }
    let has = |check: &dyn Check| reported.iter().any(|reported| reported.id == check.id());
    Ok(CHECKS
        .iter()
        .filter(|check| complete || has(**check))
        .map(|check| conduct::check_facts(*check))
        .collect())
}

/// Every probe of a whole run.
fn expected(contract: &Contract) -> impl Iterator<Item = String> + '_ {
    CHECKS
        .iter()
        .flat_map(|check| check.probes(contract))
        .map(|probe| probe.facts().id.to_string())
}

#[cfg(test)]
mod tests;

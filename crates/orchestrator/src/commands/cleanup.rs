//! `golive cleanup [RUN]`: finishes the undo of runs that were interrupted or killed, from their journals.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use golive_core::cleanup::{self, Journal, UndoHandler};
use golive_core::cli::exit;
use golive_core::conduct;
use golive_core::context::RunScope;
use golive_core::contract::Contract;
use golive_core::events::Events;
use golive_core::report::{CleanupReport, CleanupStatus};
use golive_core::settings::Settings;

use super::{print, refuse};
use crate::registry::CHECKS;

const EXAMPLES: &str = "\
Examples:
  golive cleanup                     after every run that was killed
  golive cleanup RUN                 after that one
Exit codes: 0 nothing is left · 1 something is, and is listed with what removes it · 2 usage or configuration error";

/// Options of `cleanup`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The run to clean up after [default: every run with a journal]
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// File with the target's variables [default: .env.verification where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_ENV_FILE", hide_env_values = true)]
    env_file: Option<PathBuf>,
    /// Overrides of the contract [default: golive.toml where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// Where the run wrote its reports
    #[arg(
        long,
        value_name = "DIR",
        default_value = "reports",
        env = "GOLIVE_REPORTS_DIR",
        hide_env_values = true
    )]
    reports_dir: PathBuf,
}

pub(crate) fn main(args: &Args) -> u8 {
    let dir = conduct::journal_dir(Some(&args.reports_dir));
    let pending = match cleanup::pending_runs(&dir) {
        Ok(pending) => pending,
        Err(error) => return refuse(&format!("cannot read {}: {error}", dir.display())),
    };
    let runs: Vec<String> = match &args.run {
        Some(run) if !pending.contains(run) => {
            let known = if pending.is_empty() {
                "none".to_owned()
            } else {
                pending.join(", ")
            };
            return refuse(&format!(
                "no journal of run {run:?} in {} (there: {known})",
                dir.display()
            ));
        }
        Some(run) => vec![run.clone()],
        None => pending,
    };
    if runs.is_empty() {
        return print(&format!("nothing to clean up: no journal in {}\n", dir.display()));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            conduct::say(&format!("golive: cannot start: {error}"));
            return exit::INTERNAL;
        }
    };
    let mut left = 0;
    for run in runs {
        match runtime.block_on(clean(args, &dir, &run)) {
            Ok(reports) => {
                left += reports
                    .iter()
                    .filter(|report| report.status == CleanupStatus::Left)
                    .count();
                print(&shown(&run, &reports));
            }
            Err(message) => return refuse(&message),
        }
    }
    if left == 0 { exit::GO } else { exit::NO_GO }
}

async fn clean(args: &Args, dir: &std::path::Path, run: &str) -> Result<Vec<CleanupReport>, String> {
    let process = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let settings = Settings::load(args.env_file.as_deref(), process).map_err(|error| error.to_string())?;
    let (contract, _) = Contract::load(args.config.as_deref()).map_err(|error| error.to_string())?;
    let contract = contract.with_settings(&settings);
    let journal =
        Journal::open(dir, run).map_err(|error| format!("cannot open the journal of run {run}: {error}"))?;
    let scope = Arc::new(RunScope::new(settings, contract, journal, false));
    let handlers: Vec<Arc<dyn UndoHandler>> = CHECKS.iter().flat_map(|check| check.undo_handlers()).collect();
    let (events, _) = Events::channel();
    Ok(cleanup::run(&scope, &handlers, &events).await)
}

fn shown(run: &str, reports: &[CleanupReport]) -> String {
    let mut text = format!("run {run}: {} to undo\n", reports.len());
    for report in reports {
        let word = match report.status {
            CleanupStatus::Done => "done",
            CleanupStatus::Left => "LEFT",
        };
        let _ = writeln!(text, "  {word}  {}: {}", report.what, report.detail);
    }
    text
}

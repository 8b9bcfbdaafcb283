//! The fault matrix: every fault of the sandbox against all nine checks, healthy runs and healthy
//! variants beside it. `cargo xtask faults` starts the services and runs this.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use golive_sandbox::faults::{self, Fault};

mod deployments;
mod dialects;
mod matrix;
mod page;
mod variants;

/// Runs every fault against all nine checks and says which were found, by whom, and what else cried.
#[derive(Parser)]
#[command(name = "cargo xtask faults")]
struct Args {
    /// Only faults and variants whose name contains this (repeatable)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Print the catalogue and stop
    #[arg(long)]
    list: bool,
    /// Sandboxes at once
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: u8,
    /// Healthy runs in a row
    #[arg(long, value_name = "N", default_value_t = 100)]
    healthy: u32,
    /// Contacts of the variant that has many
    #[arg(long, value_name = "N", default_value_t = 2_000_000)]
    contacts: u32,
    /// Where the generated page goes
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

impl Args {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.contains(only.as_str()))
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let wanted: Vec<&'static Fault> = faults::all().filter(|fault| args.wants(fault.name)).collect();
    let variants: Vec<_> = variants::all(args.contacts)
        .into_iter()
        .filter(|variant| args.wants(variant.name))
        .collect();
    if args.list {
        for fault in wanted {
            say(&format!(
                "{:<44} {:<5} {:<44} {}",
                fault.name,
                page::expected(fault),
                fault.owner,
                fault.symptom
            ));
        }
        return ExitCode::SUCCESS;
    }
    if wanted.is_empty() && variants.is_empty() {
        say("no fault and no variant has such a name; `cargo xtask faults --list` shows them");
        return ExitCode::from(2);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let results = runtime.block_on(async {
        let faults = matrix::faults(&wanted, args.jobs).await;
        let healthy = if args.only.is_empty() {
            matrix::healthy(args.healthy, args.jobs).await
        } else {
            Vec::new()
        };
        let variants = matrix::variants(&variants, args.jobs).await;
        matrix::Results {
            faults,
            healthy,
            variants,
        }
    });
    say(&format!("\n{}", results.closing_line()));
    if let Some(path) = &args.page
        && let Err(error) = std::fs::write(path, page::render(&results))
    {
        say(&format!("cannot write {}: {error}", path.display()));
        return ExitCode::from(4);
    }
    if results.clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One line of the table.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

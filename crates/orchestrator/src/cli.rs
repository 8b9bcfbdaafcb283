//! The command line: `run` is the default; the other commands explain, list and clean up.

use clap::{Parser, Subcommand};
use golive_core::cli::{EXIT_CODES_HELP, RunArgs};
use golive_core::conduct::{self, Conduct};

use crate::commands;
use crate::registry::CHECKS;

/// May this deployed SMS Blossom backend go live? Asks nine questions of the running system and proves the answer.
#[derive(Parser)]
#[command(name = "golive", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES, after_long_help = LONG_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

const EXAMPLES: &str = "\
Examples:
  golive                                   verify everything that .env.verification names
  golive run database queues.workers       one check and one probe
  golive run --read-only                   without writing anything to the target
  golive run --format junit > junit.xml    for a CI that reads JUnit
  golive explain queues.workers            why it is asked, what fails it, what to do";

const LONG_HELP: &str = "\
Examples:
  golive                                   verify everything that .env.verification names
  golive run database queues.workers       one check and one probe
  golive run --read-only                   without writing anything to the target
  golive run --format junit > junit.xml    for a CI that reads JUnit
  golive explain queues.workers            why it is asked, what fails it, what to do

Exit codes: 0 go (warnings included) · 1 NO_GO · 2 usage or configuration error (nothing was sent) ·
3 INCOMPLETE · 4 golive itself failed · 130 interrupted";

#[derive(Subcommand)]
enum Command {
    /// Verify the deployment (the default)
    #[command(after_help = EXIT_CODES_HELP)]
    Run(RunArgs),
    /// Show every check and probe
    List(commands::list::Args),
    /// Say why a probe is asked, how, what fails it, and what to do
    Explain(commands::explain::Args),
    /// Undo what an interrupted or killed run left behind
    Cleanup(commands::cleanup::Args),
    /// Print a template for .env.verification
    Template,
    /// Print the JSON Schema of the report
    Schema,
}

pub(crate) fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return conduct::usage_error(&error),
    };
    match cli.command {
        None => run(&cli.run),
        Some(Command::Run(args)) => run(&args),
        Some(Command::List(args)) => commands::list::main(&args),
        Some(Command::Explain(args)) => commands::explain::main(&args),
        Some(Command::Cleanup(args)) => commands::cleanup::main(&args),
        Some(Command::Template) => commands::print(&golive_core::settings::template()),
        Some(Command::Schema) => commands::print(&golive_core::report::json_schema()),
    }
}

fn run(args: &RunArgs) -> u8 {
    conduct::run(
        &Conduct {
            tool: "golive",
            checks: CHECKS,
            whole: true,
            extra_files: &[],
        },
        args,
    )
}

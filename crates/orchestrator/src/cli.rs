//! The command line: `run` is the default; the other commands plan, compare, judge and explain.

use clap::{CommandFactory, Parser, Subcommand};
use golive_core::cli::{EXIT_CODES_HELP, RunArgs};
use golive_core::conduct::{self, Conduct};

use crate::commands;
use crate::html;
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
  golive plan                              what would run and be written; sends nothing
  golive run database queues.workers       one check and one probe
  golive run --read-only                   without writing anything to the target
  golive run --format junit > junit.xml    for a CI that reads JUnit
  golive explain queues.workers            why it is asked, what fails it, what to do
  golive diff OLD.json reports/golive.json what got worse since
  golive rollback-plan                     after a NO_GO: the way back, each step with its danger";

const LONG_HELP: &str = "\
Examples:
  golive                                   verify everything that .env.verification names
  golive plan                              what would run and be written; sends nothing
  golive run database queues.workers       one check and one probe
  golive run --read-only                   without writing anything to the target
  golive run --format junit > junit.xml    for a CI that reads JUnit
  golive explain queues.workers            why it is asked, what fails it, what to do
  golive diff OLD.json reports/golive.json what got worse since
  golive rollback-plan                     after a NO_GO: the way back, each step with its danger

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
    /// Show what a run would do, in which order, and what it would write; sends nothing
    Plan(commands::plan::Args),
    /// Compare two reports: what got worse, better, is new or gone
    Diff(commands::diff::Args),
    /// Show earlier runs as a table and a sparkline
    History(commands::history::Args),
    /// Judge an old report again under another policy, offline
    Judge(commands::judge::Args),
    /// Show the steps back that fit what failed, each with its danger; executes none
    RollbackPlan(commands::rollback_plan::Args),
    /// Say where the configuration comes from
    #[command(arg_required_else_help = true)]
    Config(commands::config::Args),
    /// Print completions for a shell
    Completions(commands::generate::CompletionsArgs),
    /// Print the manual page, or write all of them
    Man(commands::generate::ManArgs),
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
        None => match mistyped_command(&cli.run.only) {
            Some(message) => commands::refuse(&message),
            None => run(&cli.run),
        },
        Some(Command::Run(args)) => run(&args),
        Some(Command::List(args)) => commands::list::main(&args),
        Some(Command::Explain(args)) => commands::explain::main(&args),
        Some(Command::Cleanup(args)) => commands::cleanup::main(&args),
        Some(Command::Plan(args)) => commands::plan::main(&args),
        Some(Command::Diff(args)) => commands::diff::main(&args),
        Some(Command::History(args)) => commands::history::main(&args),
        Some(Command::Judge(args)) => commands::judge::main(&args),
        Some(Command::RollbackPlan(args)) => commands::rollback_plan::main(&args),
        Some(Command::Config(args)) => commands::config::main(&args),
        Some(Command::Completions(args)) => commands::generate::completions(&args, Cli::command()),
        Some(Command::Man(args)) => commands::generate::man(&args, Cli::command()),
        Some(Command::Template) => commands::print(&golive_core::settings::template()),
        Some(Command::Schema) => commands::print(&golive_core::report::json_schema()),
    }
}

/// `golive histroy`: what is neither a command nor a check is taken for a probe, so it is looked at first.
fn mistyped_command(only: &[String]) -> Option<String> {
    let given = only.first()?;
    let checks = || {
        CHECKS.iter().flat_map(|check| {
            check
                .aliases()
                .iter()
                .chain(check.also_owns())
                .copied()
                .chain([check.id()])
        })
    };
    if given.contains('.') || checks().any(|check| check == given) {
        return None;
    }
    let command = Cli::command();
    let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let nearest = golive_core::nearest(given, commands.iter().copied().chain(checks()))?;
    commands
        .contains(&nearest)
        .then(|| format!("no command, check or probe is called {given:?} (did you mean `golive {nearest}`?)"))
}

fn run(args: &RunArgs) -> u8 {
    conduct::run(
        &Conduct {
            tool: "golive",
            checks: CHECKS,
            whole: true,
            extra_files: &[("index.html", html::render)],
        },
        args,
    )
}

//! The one door to building, testing and showing golive: `cargo xtask <command>`.

mod child;
mod demo;
mod docs;
mod faults;
mod golive;
mod services;
mod setup;
mod talk;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Build, test and show golive.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Setup(setup::Args),
    Services(services::Args),
    Demo(demo::Args),
    Golive(golive::Args),
    Test(test::Args),
    Docs(docs::Args),
    Faults(faults::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = child::listen_for_signals().and_then(|()| match cli.command {
        Command::Setup(args) => setup::run(&args),
        Command::Services(args) => services::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Golive(args) => golive::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Docs(args) => docs::run(&args),
        Command::Faults(args) => faults::run(&args),
    });
    // Everything that was started has been dropped, and so stopped, by now.
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is::<child::Interrupted>() => ExitCode::from(child::INTERRUPTED),
        Err(error) => {
            talk::say(format!("error: {error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// The exit code when xtask itself failed; 4 as golive's own, so that it is no verdict.
const FAILED: u8 = 4;

//! `golive`: may this deployed backend go live? All nine checks, as one run.

use std::process::ExitCode;

mod cli;
mod commands;
mod registry;

fn main() -> ExitCode {
    golive_core::conduct::guarded("golive", cli::main)
}

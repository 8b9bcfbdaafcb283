//! `cargo xtask golive`: the orchestrator, built and run.

use std::process::Command;

use crate::child;
use crate::workspace::{binary, build};

/// Build golive and run it with these arguments; the exit code is golive's
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// golive's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    build(&["golive"])?;
    child::run(Command::new(binary("golive")?).args(&args.arguments))
}

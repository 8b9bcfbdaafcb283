//! `golive diff OLD NEW`: what got worse, better, is new or gone between two reports. Sends nothing.

use std::path::PathBuf;

use golive_core::cli::exit;

use super::{ColorArg, HumanOrJson, print, print_json, read};

mod compare;
mod show;

const EXAMPLES: &str = "\
Examples:
  golive diff reports/history/01.json reports/golive.json     what changed since that run
  golive diff staging.json production.json --format json
  golive diff before.json after.json || echo 'got worse'

Exit codes: 0 nothing got worse · 1 a probe or the verdict got worse, or a new probe is not PASS ·
2 a file that can't be read as a report";

/// Options of `diff`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The earlier report
    #[arg(value_name = "OLD.json")]
    old: PathBuf,
    /// The later report
    #[arg(value_name = "NEW.json")]
    new: PathBuf,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: HumanOrJson,
    #[command(flatten)]
    color: ColorArg,
}

pub(crate) fn main(args: &Args) -> u8 {
    let (old, new) = match (read(&args.old), read(&args.new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(code), _) | (_, Err(code)) => return code,
    };
    let diff = compare::compare(&old, &new);
    match args.format {
        HumanOrJson::Human => print(&show::render(&diff, args.color.style())),
        HumanOrJson::Json => print_json(&serde_json::to_value(&diff).unwrap_or_default()),
    };
    if diff.got_worse { exit::NO_GO } else { exit::GO }
}

//! `cargo xtask faults`: the fault matrix, on services of its own.

use crate::workspace::{cargo, root};
use crate::{child, services};

/// Where the generated page goes after a whole run.
const PAGE: &str = "docs/detection.md";

/// Run every fault of the sandbox against all nine checks, with healthy runs and variants beside it
///
/// Prints a table and one closing line; exits with 1 when a fault is missed, blamed on another probe, or something
/// healthy is complained about. A whole run also writes docs/detection.md.
///
///   cargo xtask faults --list
///   cargo xtask faults --only database. --only redis
///   cargo xtask faults --healthy 10
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Only faults and variants whose name contains this (repeatable)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Print the catalogue and stop
    #[arg(long)]
    list: bool,
    /// Sandboxes at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: u8,
    /// Healthy runs in a row
    #[arg(long, value_name = "N", default_value_t = 100)]
    healthy: u32,
    /// Contacts of the variant that has many
    #[arg(long, value_name = "N", default_value_t = 2_000_000)]
    contacts: u32,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let mut matrix = cargo(&[
        "run",
        "--quiet",
        "--package",
        "golive",
        "--example",
        "faults",
        "--",
    ]);
    matrix.args([
        "--jobs",
        &args.jobs.to_string(),
        "--healthy",
        &args.healthy.to_string(),
        "--contacts",
        &args.contacts.to_string(),
    ]);
    matrix.args(args.only.iter().flat_map(|only| ["--only", only]));
    if args.list {
        return child::run(matrix.arg("--list"));
    }
    if args.only.is_empty() {
        matrix.arg("--page").arg(root().join(PAGE));
    }
    let services = services::start()?;
    child::run(matrix.envs(services.env()))
}

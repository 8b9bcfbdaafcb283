//! The options of `golive run`, which the standalone binaries share word for word.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::render::{FailOn, Format};

/// Exit codes, the same whatever the format.
pub mod exit {
    /// GO, warnings included.
    pub const GO: u8 = 0;
    /// NO_GO.
    pub const NO_GO: u8 = 1;
    /// Usage or configuration error; nothing was sent.
    pub const USAGE: u8 = 2;
    /// INCOMPLETE.
    pub const INCOMPLETE: u8 = 3;
    /// golive itself failed.
    pub const INTERNAL: u8 = 4;
    /// Interrupted by Ctrl-C or SIGTERM.
    pub const INTERRUPTED: u8 = 130;
}

/// Text for the end of `--help`.
pub const EXIT_CODES_HELP: &str = "Exit codes: 0 go (warnings included) · 1 NO_GO · 2 usage or configuration error \
     (nothing was sent) · 3 INCOMPLETE · 4 golive itself failed · 130 interrupted";

/// Options of a run.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct RunArgs {
    /// Checks or probes to run: `database`, `queues.depth`, `webhooks.accepts`; all when none is named
    #[arg(value_name = "CHECK|PROBE")]
    pub only: Vec<String>,

    /// File with the target's variables; the process environment wins [default: .env.verification where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_ENV_FILE", hide_env_values = true)]
    pub env_file: Option<PathBuf>,

    /// Overrides of the contract, thresholds and waivers [default: golive.toml where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,

    /// Leave a check or probe out (repeatable, or comma separated)
    #[arg(
        long,
        value_name = "ID",
        value_delimiter = ',',
        env = "GOLIVE_SKIP",
        hide_env_values = true
    )]
    pub skip: Vec<String>,

    /// Run only probes that read: nothing is written to the target, no bursts are sent
    #[arg(long, env = "GOLIVE_READ_ONLY", hide_env_values = true)]
    pub read_only: bool,

    /// How many probes run at once
    #[arg(long, value_name = "N", default_value_t = 16, env = "GOLIVE_CONCURRENCY", hide_env_values = true,
          value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,

    /// When the whole run ends, clean-up aside
    #[arg(long, value_name = "SECONDS", default_value_t = 120, env = "GOLIVE_DEADLINE", hide_env_values = true,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub deadline: u32,

    /// What makes the exit code differ from 0
    #[arg(
        long,
        value_name = "STATUS",
        default_value = "pending",
        env = "GOLIVE_FAIL_ON",
        hide_env_values = true
    )]
    pub fail_on: FailOn,

    /// What is written to standard output
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        env = "GOLIVE_FORMAT",
        hide_env_values = true
    )]
    pub format: Format,

    /// Write a further report, e.g. `junit=out/junit.xml` (repeatable)
    #[arg(long, value_name = "FORMAT=PATH")]
    pub report: Vec<ReportFile>,

    /// Where the reports, the history and the undo journal lie
    #[arg(long, value_name = "DIR", env = "GOLIVE_REPORTS_DIR", hide_env_values = true)]
    pub reports_dir: Option<PathBuf>,

    /// Checkout of the backend's prisma/migrations, to compare names and checksums
    #[arg(
        long,
        value_name = "DIR",
        env = "GOLIVE_MIGRATIONS_DIR",
        hide_env_values = true
    )]
    pub migrations_dir: Option<PathBuf>,

    /// When to colour the output
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        env = "GOLIVE_COLOR",
        hide_env_values = true
    )]
    pub color: Color,

    /// Show no progress on standard error
    #[arg(long, env = "GOLIVE_NO_PROGRESS", hide_env_values = true)]
    pub no_progress: bool,

    /// Only the verdict
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Every probe with what it observed
    #[arg(short, long)]
    pub verbose: bool,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One `--report FORMAT=PATH`.
#[derive(Debug, Clone)]
pub struct ReportFile {
    /// The view.
    pub format: Format,
    /// Where it goes.
    pub path: PathBuf,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text
            .split_once('=')
            .ok_or("write it as FORMAT=PATH, e.g. junit=out/junit.xml")?;
        let format = Format::from_str(format, true).map_err(|_| {
            let known: Vec<String> = Format::value_variants()
                .iter()
                .filter_map(|known| Some(known.to_possible_value()?.get_name().to_owned()))
                .collect();
            format!("no format is called {format:?}; there are {}", known.join(", "))
        })?;
        if path.is_empty() {
            return Err("the path is missing after `=`".to_owned());
        }
        Ok(Self {
            format,
            path: path.into(),
        })
    }
}

//! One file a command.

use std::io::Write;
use std::path::Path;

use golive_core::cli::{Color, exit};
use golive_core::conduct;
use golive_core::render::{Style, Verbosity};
use golive_core::report::Report;

pub(crate) mod cleanup;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod history;
pub(crate) mod judge;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod rollback_plan;
mod threshold;

/// Prints to standard output; a reader that went away is no failure.
pub(crate) fn print(text: &str) -> u8 {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    exit::GO
}

/// One clear line on standard error, and the exit code for a wrong call.
pub(crate) fn refuse(message: &str) -> u8 {
    conduct::say(&format!("golive: {message}"));
    exit::USAGE
}

/// Prints a value for programs.
fn print_json(value: &serde_json::Value) -> u8 {
    print(&format!("{value:#}\n"))
}

/// A report that a command was given, or the exit code after saying why not.
fn read(path: &Path) -> Result<Report, u8> {
    Report::read(path).map_err(|error| refuse(&error.to_string()))
}

/// When to colour.
#[derive(clap::Args)]
pub(crate) struct ColorArg {
    /// When to colour the output
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        env = "GOLIVE_COLOR",
        hide_env_values = true
    )]
    color: Color,
}

impl ColorArg {
    fn style(&self) -> Style {
        conduct::style_of(self.color, Verbosity::Normal)
    }
}

/// For people or for programs.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum HumanOrJson {
    /// For people
    Human,
    /// For programs
    Json,
}

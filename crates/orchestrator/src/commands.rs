//! One file a command.

use std::io::Write;

use golive_core::cli::exit;

pub(crate) mod cleanup;
pub(crate) mod explain;
pub(crate) mod list;

/// Prints to standard output; a reader that went away is no failure.
pub(crate) fn print(text: &str) -> u8 {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    exit::GO
}

/// One clear line on standard error, and the exit code for a wrong call.
pub(crate) fn refuse(message: &str) -> u8 {
    golive_core::conduct::say(&format!("golive: {message}"));
    exit::USAGE
}

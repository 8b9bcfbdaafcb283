//! `golive`: may this deployed backend go live? All nine checks, as one run.
//!
//! A library so that the fault matrix can run the same nine checks; people use the binary.

use std::process::ExitCode;

mod cli;
mod commands;
pub mod html;
mod registry;

pub use registry::CHECKS;

/// The binary's `main`.
pub fn main() -> ExitCode {
    golive_core::conduct::guarded("golive", cli::main)
}

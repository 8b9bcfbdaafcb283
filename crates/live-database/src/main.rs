//! `live-database`: Database & migrations alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-database", &live_database::LiveDatabase)
}

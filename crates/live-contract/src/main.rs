//! `live-contract`: Environment & config alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-contract", &live_contract::LiveContract)
}

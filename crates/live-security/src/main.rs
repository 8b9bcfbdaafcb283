//! `live-security`: Security surface alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-security", &live_security::LiveSecurity)
}

//! `live-reports-cache`: Reports & cache alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-reports-cache", &live_reports_cache::LiveReportsCache)
}

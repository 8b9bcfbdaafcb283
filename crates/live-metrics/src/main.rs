//! `live-metrics`: Metrics alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-metrics", &live_metrics::LiveMetrics)
}

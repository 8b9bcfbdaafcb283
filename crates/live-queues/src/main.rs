//! `live-queues`: Redis & queues alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-queues", &live_queues::LiveQueues)
}

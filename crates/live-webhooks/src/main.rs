//! `live-webhooks`: Webhooks alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-webhooks", &live_webhooks::LiveWebhooks)
}

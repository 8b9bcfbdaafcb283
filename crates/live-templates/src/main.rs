//! `live-templates`: Templates alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main("live-templates", &live_templates::LiveTemplates)
}

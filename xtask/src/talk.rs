//! Data goes to standard output, talk to standard error; a closed pipe is nobody's error.

use std::fmt::Display;
use std::io::Write;
use std::time::Instant;

/// A line for people.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A line for programs.
pub(crate) fn data(line: impl Display) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Announces a step, runs it, and says how long it took and how it ended.
pub(crate) fn step(name: &str, run: impl FnOnce() -> anyhow::Result<u8>) -> anyhow::Result<u8> {
    say(format!("\n==> {name}"));
    let started = Instant::now();
    let code = run()?;
    let seconds = started.elapsed().as_secs_f32();
    match code {
        0 => say(format!("==> {name}: ok, {seconds:.1} s")),
        _ => say(format!(
            "==> {name}: failed with exit code {code}, {seconds:.1} s"
        )),
    }
    Ok(code)
}

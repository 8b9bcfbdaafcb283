//! `cargo xtask test`: all that a commit has to pass, in the order in which it is cheapest to fail.

use std::process::Stdio;

use crate::talk::step;
use crate::workspace::cargo;
use crate::{child, docs, services};

/// The same selection everywhere: dependencies are built once.
const ALL: [&str; 2] = ["--workspace", "--all-features"];

/// Format, lint, compare generated files, and run all tests on a real PostgreSQL and Redis
///
/// Stops at the first step that fails, with its exit code. Tests run with cargo-nextest where it is installed, else
/// with `cargo test`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Tests only: no format, lint, documentation
    #[arg(long)]
    no_lint: bool,
    /// Arguments for the test runner, such as a filter
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let nextest = cargo(&["nextest", "--version"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let nextest = nextest.is_ok_and(|output| output.status.success());
    let all = |words: &[&str], rest: &[&str]| child::run(&mut cargo(&[words, &ALL, rest].concat()));
    let mut steps = Steps::default();

    // First what may have to be installed: nothing else is worth doing without it.
    let services = services::start()?;
    if !args.no_lint {
        steps.then("format", || child::run(&mut cargo(&["fmt", "--all", "--check"])))?;
        steps.then("clippy", || {
            all(&["clippy"], &["--all-targets", "--", "-D", "warnings"])
        })?;
        steps.then("build", || all(&["build"], &["--all-targets"]))?;
        steps.then("generated files", docs::check)?;
        if nextest {
            steps.then("doctests", || all(&["test", "--doc", "--quiet"], &[]))?; // nextest has none
        }
    }
    steps.then("tests", || {
        let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
        let mut runner = cargo(&[runner, &ALL].concat());
        // One fault stands for each probe; `cargo xtask faults` runs all of them.
        runner
            .args(&args.arguments)
            .envs(services.env())
            .env("GOLIVE_FAULTS", "one-a-probe");
        child::run(&mut runner)
    })?;
    Ok(steps.code)
}

/// Runs steps until one has failed.
#[derive(Default)]
struct Steps {
    code: u8,
}

impl Steps {
    fn then(&mut self, name: &str, run: impl FnOnce() -> anyhow::Result<u8>) -> anyhow::Result<()> {
        if self.code == 0 {
            self.code = step(name, run)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_after_the_first_failure_and_its_code_stays() {
        let mut steps = Steps::default();
        steps.then("good", || Ok(0)).unwrap();
        steps.then("bad", || Ok(101)).unwrap();
        steps
            .then("never", || unreachable!("a step after a failure"))
            .unwrap();
        assert_eq!(steps.code, 101);
    }
}

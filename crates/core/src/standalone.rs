//! The `main` of a check's own binary: the same options, scheduler and reports, over one check.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::check::Check;
use crate::cli::{EXIT_CODES_HELP, RunArgs};
use crate::conduct::{self, Conduct};

#[derive(Parser)]
#[command(version, after_help = EXIT_CODES_HELP)]
struct Standalone {
    #[command(flatten)]
    run: RunArgs,
}

/// Runs `check` alone, as binary `name`.
pub fn main(name: &'static str, check: &dyn Check) -> ExitCode {
    conduct::guarded(name, || {
        let command = <Standalone as CommandFactory>::command()
            .name(name)
            .about(check.question())
            .long_about(format!(
                "{}\n\nRuns the probes of \"{}\" alone: a narrowed run, so no go-live verdict. \
             Variables come from an env file and the process environment; see runtime.env.example.",
                check.question(),
                check.title()
            ));
        let matches = match command.try_get_matches() {
            Ok(matches) => matches,
            Err(error) => return conduct::usage_error(&error),
        };
        let args = match RunArgs::from_arg_matches(&matches) {
            Ok(args) => args,
            Err(error) => return conduct::usage_error(&error),
        };
        conduct::run(
            &Conduct {
                tool: name,
                checks: &[check],
                whole: false,
                extra_files: &[],
            },
            &args,
        )
    })
}

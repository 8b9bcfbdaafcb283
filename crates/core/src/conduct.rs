//! A run from options to exit code: load, plan, run, undo, report. Binaries only call this.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::check::Check;
use crate::cleanup::{self, Journal, UndoHandler};
use crate::cli::{Color, RunArgs, exit};
use crate::context::{RunScope, new_run_id};
use crate::contract::{Contract, WaiverEntry};
use crate::events::{Event, Events};
use crate::output::{self, ExtraFile};
use crate::progress;
use crate::render::{self, Format, Style, Verbosity};
use crate::report::{self, CheckFacts, Report, Run, RunFacts, Target};
use crate::scheduler::{self, Plan, Selection};
use crate::settings::{Settings, masked_url};

/// What a binary brings along.
pub struct Conduct<'a> {
    /// Its name, for messages.
    pub tool: &'static str,
    /// Its checks, in the runbook's order.
    pub checks: &'a [&'a dyn Check],
    /// Whether these are all nine, so that a run can be a go-live verdict.
    pub whole: bool,
    /// Further files of the reports directory.
    pub extra_files: &'a [ExtraFile],
}

/// Where the last panic was: shown instead of its message, which may hold anything.
static PANICKED_AT: Mutex<Option<String>> = Mutex::new(None);

/// Runs a `main` so that no panic and no backtrace ever reaches the user.
pub fn guarded(tool: &str, main: impl FnOnce() -> u8) -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        if let Ok(mut at) = PANICKED_AT.lock() {
            *at = place;
        }
    }));
    let code = std::panic::catch_unwind(std::panic::AssertUnwindSafe(main)).unwrap_or_else(|_| {
        let place = PANICKED_AT
            .lock()
            .ok()
            .and_then(|at| at.clone())
            .unwrap_or_default();
        say(&format!("{tool}: internal error at {place}; please report it"));
        exit::INTERNAL
    });
    ExitCode::from(code)
}

/// Prints clap's message and answers the exit code: 0 for `--help` and `--version`, else 2.
pub fn usage_error(error: &clap::Error) -> u8 {
    // A closed pipe must not turn `--help | head` into a failure.
    let _ = error.print();
    if error.use_stderr() { exit::USAGE } else { exit::GO }
}

/// Settings and contract of a run; both only read files.
#[derive(Debug)]
pub struct Loaded {
    /// The variables.
    pub settings: Settings,
    /// What a healthy target does.
    pub contract: Contract,
    /// Exceptions with owner and expiry.
    pub waivers: Vec<WaiverEntry>,
}

/// Reads env file, process environment and `golive.toml`.
///
/// # Errors
/// One line that names file and line.
pub fn load(args: &RunArgs) -> Result<Loaded, String> {
    let mut process: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    if let Some(dir) = &args.migrations_dir {
        process.retain(|(name, _)| name != "PRISMA_MIGRATIONS_DIR");
        process.push(("PRISMA_MIGRATIONS_DIR".to_owned(), dir.display().to_string()));
    }
    let settings =
        Settings::load(args.env_file.as_deref(), process.into_iter()).map_err(|error| error.to_string())?;
    let (contract, waivers) = Contract::load(args.config.as_deref()).map_err(|error| error.to_string())?;
    let contract = contract.with_settings(&settings);
    Ok(Loaded {
        settings,
        contract,
        waivers,
    })
}

/// The whole run; answers the exit code.
pub fn run(conduct: &Conduct<'_>, args: &RunArgs) -> u8 {
    let loaded = match load(args) {
        Ok(loaded) => loaded,
        Err(message) => return refuse(conduct.tool, &message),
    };
    let selection = Selection {
        only: args.only.clone(),
        skip: args.skip.clone(),
        read_only: args.read_only,
    };
    let plan = match Plan::build(conduct.checks, &loaded.contract, &selection) {
        Ok(plan) => plan,
        Err(error) => return refuse(conduct.tool, &error.to_string()),
    };
    let reports_dir = reports_dir(conduct, args);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("{}: cannot start: {error}", conduct.tool));
            return exit::INTERNAL;
        }
    };
    let report = runtime.block_on(perform(conduct, args, loaded, plan, reports_dir.as_deref()));
    // A task that never yields must not hold the process up.
    runtime.shutdown_background();
    publish(conduct, args, &report, reports_dir.as_deref())
}

fn refuse(tool: &str, message: &str) -> u8 {
    say(&format!("{tool}: {message}"));
    exit::USAGE
}

/// The orchestrator writes to `reports` by itself, a standalone binary only when asked.
fn reports_dir(conduct: &Conduct<'_>, args: &RunArgs) -> Option<PathBuf> {
    args.reports_dir
        .clone()
        .or_else(|| conduct.whole.then(|| PathBuf::from("reports")))
}

/// Where undo journals lie.
pub fn journal_dir(args_reports_dir: Option<&Path>) -> PathBuf {
    args_reports_dir.unwrap_or(Path::new("reports")).join(".journal")
}

async fn perform(
    conduct: &Conduct<'_>,
    args: &RunArgs,
    loaded: Loaded,
    plan: Plan,
    reports_dir: Option<&Path>,
) -> Report {
    let journal = Journal::new(journal_dir(reports_dir), new_run_id());
    let frame = Frame {
        complete: conduct.whole && !plan.narrowed && !args.read_only,
        waivers: loaded.waivers,
        notices: loaded
            .settings
            .notices()
            .iter()
            .map(|notice| notice.text.clone())
            .collect(),
    };
    let scope = Arc::new(RunScope::new(
        loaded.settings,
        loaded.contract,
        journal,
        args.read_only,
    ));
    let (events, receiver) = Events::channel();
    let checks = conduct.checks.iter().map(|check| check_facts(*check)).collect();
    let mode = progress_mode(args);
    let follower = tokio::spawn(progress::follow(receiver, checks, mode));
    let interrupt = CancellationToken::new();
    tokio::spawn(listen_for_signals(interrupt.clone(), conduct.tool, mode));
    let options = scheduler::Options {
        concurrency: args.concurrency.into(),
        deadline: Duration::from_secs(args.deadline.into()),
        interrupt,
    };
    let report = execute(conduct.checks, scope, plan, &options, &events, frame).await;
    drop(events);
    // The follower ends with the stream; what it prints must not come after the report.
    let _ = follower.await;
    report
}

/// What a run's report says beside its results.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// Whether it can be a go-live verdict.
    pub(crate) complete: bool,
    /// Waivers of `golive.toml`.
    pub(crate) waivers: Vec<WaiverEntry>,
    /// Remarks on the configuration.
    pub(crate) notices: Vec<String>,
}

/// Runs the plan, undoes what was written, builds the report.
pub(crate) async fn execute(
    checks: &[&dyn Check],
    scope: Arc<RunScope>,
    plan: Plan,
    options: &scheduler::Options,
    events: &Events,
    frame: Frame,
) -> Report {
    let started_at = jiff::Timestamp::now();
    let finished = scheduler::run(plan, Arc::clone(&scope), options, events).await;
    let handlers: Vec<Arc<dyn UndoHandler>> = checks.iter().flat_map(|check| check.undo_handlers()).collect();
    let cleaned = cleanup::run(&scope, &handlers, events).await;
    events.emit(Event::RunFinished);
    let base_url = scope
        .settings
        .get("BASE_URL")
        .and_then(masked_url)
        .unwrap_or_default();
    let facts = RunFacts {
        run: Run {
            id: scope.run_id.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: started_at.to_string(),
            duration_ms: scope.elapsed_ms(),
            mode: if scope.read_only { "read-only" } else { "full" }.to_owned(),
            complete: frame.complete,
            target: Target {
                base_url,
                shop: scope.settings.masked_shop(),
            },
            interrupted: finished.interrupted,
        },
        checks: checks.iter().map(|check| check_facts(*check)).collect(),
        waivers: frame.waivers,
        today: report::today_date(),
        notices: frame.notices,
    };
    let report = report::build(facts, finished.probes, finished.not_run, cleaned);
    scope.redactor.clean_report(report)
}

/// What a report says of a check beside its results.
pub fn check_facts(check: &dyn Check) -> CheckFacts {
    let owns = check.also_owns().iter().copied().chain([check.id()]).collect();
    CheckFacts {
        id: check.id(),
        title: check.title(),
        owns,
    }
}

fn progress_mode(args: &RunArgs) -> progress::Mode {
    if args.no_progress || args.quiet {
        progress::Mode::Silent
    } else if std::io::stderr().is_terminal() {
        progress::Mode::Live
    } else if args.verbose {
        progress::Mode::Lines
    } else {
        progress::Mode::Silent
    }
}

/// First signal: stop starting, undo, report. Second one: leave at once.
async fn listen_for_signals(interrupt: CancellationToken, tool: &'static str, mode: progress::Mode) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut int), Ok(mut term)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    for stroke in 0.. {
        tokio::select! {
            _ = int.recv() => {}
            _ = term.recv() => {}
        }
        if stroke > 0 {
            progress::restore_terminal();
            // The live view leaves the cursor behind its last line.
            let fresh = if mode == progress::Mode::Live { "\n" } else { "" };
            say(&format!(
                "{fresh}{tool}: stopped before the clean-up was over; `golive cleanup` finishes it"
            ));
            std::process::exit(exit::INTERRUPTED.into());
        }
        // The live view says so itself.
        if mode != progress::Mode::Live {
            say(&format!(
                "{tool}: interrupted, cleaning up (once more to leave at once)"
            ));
        }
        interrupt.cancel();
    }
}

/// Writes files, prints the chosen view, answers the exit code.
fn publish(conduct: &Conduct<'_>, args: &RunArgs, report: &Report, reports_dir: Option<&Path>) -> u8 {
    let written = output::write_files(report, args, reports_dir, conduct.extra_files);
    let text = render::render(args.format, report, &style(args));
    // Nobody reading any more is no reason to fail.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    if args.format == Format::Github {
        append_step_summary(report);
    }
    match written {
        Ok(()) => render::exit_code(report, args.fail_on),
        Err(error) => {
            say(&format!("{}: {error}", conduct.tool));
            exit::INTERNAL
        }
    }
}

/// GitHub shows what is appended to this file on the job's page.
fn append_step_summary(report: &Report) {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY") else {
        return;
    };
    if let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path) {
        let _ = file.write_all(render::step_summary(report).as_bytes());
    }
}

/// How to print to standard output.
pub fn style(args: &RunArgs) -> Style {
    let verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    style_of(args.color, verbosity)
}

/// How to print to standard output, for commands without the options of a run.
pub fn style_of(color: Color, verbosity: Verbosity) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let width = width.or_else(|| {
        terminal
            .then(|| usize::from(terminal_size::terminal_size()?.0.0).into())
            .flatten()
    });
    Style {
        color,
        width: width.unwrap_or(80).clamp(40, 140),
        verbosity,
    }
}

/// One line of talk on standard error; a closed one is ignored.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

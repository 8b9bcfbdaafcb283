//! `golive-sandbox`: a reference backend as a process, until it is told to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use golive_sandbox::{Options, Sandbox, StartError, faults};
use tokio::signal::unix::{SignalKind, signal};

/// A reference SMS Blossom backend on a real PostgreSQL and a real Redis, to try golive on.
#[derive(Parser)]
#[command(version)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
struct Cli {
    /// PostgreSQL, as a role that may create databases and roles
    #[arg(
        long,
        env = "GOLIVE_SANDBOX_DATABASE_URL",
        required_unless_present = "list_faults"
    )]
    database_url: Option<String>,
    /// Redis; the database number is chosen by the sandbox
    #[arg(
        long,
        env = "GOLIVE_SANDBOX_REDIS_URL",
        required_unless_present = "list_faults"
    )]
    redis_url: Option<String>,
    /// That Redis server is this sandbox's alone: some faults change the whole server
    #[arg(long)]
    own_redis: bool,
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Write golive's environment file there once ready
    #[arg(long, value_name = "PATH")]
    env_file_out: Option<PathBuf>,
    /// Break that part of the contract (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<String>,
    /// Want a bearer token for /metrics
    #[arg(long)]
    metrics_token: bool,
    /// List the faults and exit
    #[arg(long)]
    list_faults: bool,
    /// Leave the database, the roles and the keys behind
    #[arg(long)]
    keep_data: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = if cli.list_faults {
        list_faults()
    } else {
        serve(cli)
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "golive-sandbox: {error:#}").ok();
            let usage = matches!(
                error.downcast_ref(),
                Some(StartError::Fault(_) | StartError::SharedRedis(_))
            );
            ExitCode::from(if usage { 2 } else { 4 })
        }
    }
}

fn list_faults() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for fault in faults::all() {
        writeln!(
            out,
            "{:<40} {:?} by {:<32} {}",
            fault.name, fault.expect, fault.owner, fault.symptom
        )?;
    }
    Ok(())
}

#[tokio::main]
async fn serve(cli: Cli) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let given = "required by the command line";
    let mut options = Options::new(cli.database_url.context(given)?, cli.redis_url.context(given)?);
    options.own_redis = cli.own_redis;
    options.listen = cli.listen;
    options.faults = cli.faults;
    options.metrics_token = cli.metrics_token;
    options.keep_data = cli.keep_data;
    let sandbox = Sandbox::start(options).await?;
    if let Some(path) = &cli.env_file_out {
        write_env_file(path, &sandbox).with_context(|| format!("cannot write {}", path.display()))?;
    }
    writeln!(std::io::stdout(), "ready {}", sandbox.base_url())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    sandbox.try_stop().await.context("something was left behind")
}

/// The whole file or none, readable for its owner only.
fn write_env_file(path: &Path, sandbox: &Sandbox) -> anyhow::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    writeln!(
        file,
        "# written by golive-sandbox; these secrets are worth nothing anywhere else"
    )?;
    for (name, value) in sandbox.env() {
        writeln!(file, "{name}=\"{value}\"")?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

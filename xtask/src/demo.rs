//! `cargo xtask demo`: golive against a reference backend that is broken on request.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use golive_services::Services;

use crate::child::{self, Background};
use crate::workspace::{binary, build, root};
use crate::{services, talk};

/// How long the sandbox may take to make its schema and to listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// The target's variables (CONTRACT §1). golive lets the process environment win over the file: in a demo a value
/// left over in the shell would point it at a real deployment.
const TARGET_VARIABLES: &[&str] = &[
    "BASE_URL",
    "FRONTEND_URL",
    "DEV_SHOP_DOMAIN",
    "DATABASE_URL",
    "REDIS_URL",
    "WEBHOOK_HMAC_SECRET",
    "WEBHOOK_SECRET",
    "JWT_SECRET",
    "ENCRYPTION_KEY",
    "HASH_PEPPER",
    "SHOPIFY_API_KEY",
    "SHOPIFY_API_SECRET",
    "APP_PROXY_SUBPATH",
    "MITTO_API_KEY",
    "MITTO_API_URL",
    "MITTO_CALLBACK_URL",
    "MITTO_WEBHOOK_URL",
    "MITTO_HMAC_SECRET",
    "METRICS_TOKEN",
    "QUEUE_PREFIX",
    "TEST_PHONE",
    "PRISMA_MIGRATIONS_DIR",
    "CLEANUP_DATABASE_URL",
];

/// Show golive at work: private services, the sandbox backend, one run, the dashboard
///
/// The exit code is golive's: 0 go, 1 no go, 3 incomplete.
///
///   cargo xtask demo
///   cargo xtask demo --fault NAME            one thing broken; a mistyped name lists what there is
///   cargo xtask demo --keep                  everything stays up to play with until Ctrl-C
///   cargo xtask demo -- database --read-only
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Break this in the sandbox; may be given more than once
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<String>,
    /// Leave everything running after the run, and say how to use it
    #[arg(long)]
    keep: bool,
    /// Arguments for `golive run`
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    build(&["golive", "golive-sandbox"])?;
    let services = services::start()?;
    let env_file = services.directory().join("demo.env");
    let mut sandbox = match Sandbox::start(&services, &env_file, args)? {
        Ok(sandbox) => sandbox,
        Err(code) => return Ok(code),
    };
    talk::say(format!(
        "sandbox on {}{}\n",
        sandbox.base_url,
        broken(&args.faults)
    ));

    let golive = binary("golive")?;
    let mut command = Command::new(&golive);
    command
        .args(["run", "--env-file"])
        .arg(&env_file)
        .args(&args.arguments)
        .current_dir(root());
    without_target(&mut command);
    let code = child::run(&mut command)?;
    talk::say(format!("\ngolive ended with {code}: {}", verdict(code)));
    say_reports();

    if args.keep {
        say_how_to_play(&golive, &env_file, &sandbox.base_url);
        child::wait_for_signal(|| sandbox.process.ended().is_some());
        if let Some(code) = sandbox.process.ended() {
            bail!("the sandbox has ended by itself with {code}:\n{}", sandbox.log());
        }
    }
    Ok(code)
}

/// The reference backend; ended on drop, before its services are.
struct Sandbox<'a> {
    process: Background,
    base_url: String,
    services: &'a Services,
}

impl<'a> Sandbox<'a> {
    /// Starts it and waits for its `ready` line. The inner error is its exit code: it refused and said why.
    fn start(services: &'a Services, env_file: &Path, args: &Args) -> anyhow::Result<Result<Self, u8>> {
        let log = File::create(services.directory().join("sandbox.log"))
            .context("cannot create the sandbox's log")?;
        let mut command = Command::new(binary("golive-sandbox")?);
        command
            .args([
                "--database-url",
                &services.database_url(),
                "--redis-url",
                &services.redis_url(),
            ])
            .args(["--listen", "127.0.0.1:0", "--env-file-out"])
            .arg(env_file)
            .args(args.faults.iter().flat_map(|fault| ["--fault", fault]))
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        without_target(&mut command);
        let mut process = Background::spawn(&mut command)?;
        services.adopt(process.child().id())?;
        let lines = lines_of(
            process
                .child()
                .stdout
                .take()
                .context("the sandbox has no standard output")?,
        );
        let mut sandbox = Self {
            process,
            base_url: String::new(),
            services,
        };

        let deadline = Instant::now() + PATIENCE;
        loop {
            child::check()?;
            match lines.recv_timeout(Duration::from_millis(50)) {
                Ok(line) => {
                    if let Some(url) = line.strip_prefix("ready ") {
                        url.trim().clone_into(&mut sandbox.base_url);
                        return Ok(Ok(sandbox));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(Duration::from_millis(50)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(code) = sandbox.process.ended() {
                talk::say(sandbox.log());
                talk::say(format!("the sandbox ended with {code} before it was ready"));
                return Ok(Err(code.max(1)));
            }
            if Instant::now() > deadline {
                bail!(
                    "the sandbox is not ready after {} s:\n{}",
                    PATIENCE.as_secs(),
                    sandbox.log()
                );
            }
        }
    }

    /// What it has said on standard error.
    fn log(&self) -> String {
        let text = fs::read(self.services.directory().join("sandbox.log")).unwrap_or_default();
        String::from_utf8_lossy(&text).trim_end().to_owned()
    }
}

impl Drop for Sandbox<'_> {
    fn drop(&mut self) {
        self.process.end();
        self.services.release(self.process.child().id());
    }
}

/// Its lines as they come; read to the end, so that the pipe never fills.
fn lines_of(output: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

/// In the environment that is left only what we give names a target.
fn without_target(command: &mut Command) {
    for name in TARGET_VARIABLES {
        command.env_remove(name);
    }
}

fn broken(faults: &[String]) -> String {
    if faults.is_empty() {
        String::new()
    } else {
        format!(", broken: {}", faults.join(", "))
    }
}

/// golive's exit codes in words (DESIGN §5).
fn verdict(code: u8) -> &'static str {
    match code {
        0 => "go",
        1 => "NO_GO, or what --fail-on asks for",
        2 => "usage or configuration error",
        3 => "INCOMPLETE",
        130 => "interrupted",
        _ => "golive itself failed",
    }
}

fn say_reports() {
    for name in ["GO_LIVE_DASHBOARD.md", "index.html"] {
        let path = root().join("reports").join(name);
        if path.is_file() {
            talk::say(format!("dashboard: {}", path.display()));
        }
    }
}

fn say_how_to_play(golive: &Path, env_file: &Path, base_url: &str) {
    let directory = golive.parent().unwrap_or(golive).display();
    let (golive, file) = (golive.display(), env_file.display());
    talk::say(format!(
        "\nThe backend stays up on {base_url}, its variables are in\n  {file}\n
  {golive} run --env-file {file}
  {golive} run --env-file {file} webhooks
  {directory}/live-database --env-file {file}     (cargo build --workspace makes the standalone ones)
  set -a; . {file}; set +a; psql \"$DATABASE_URL\"\n
Ctrl-C ends everything."
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_has_its_words() {
        assert_eq!(
            (verdict(0), verdict(3), verdict(4)),
            ("go", "INCOMPLETE", "golive itself failed")
        );
        assert_eq!(broken(&["a".to_owned(), "b".to_owned()]), ", broken: a, b");
        assert_eq!(broken(&[]), "");
    }

    #[test]
    fn lines_arrive_as_they_come() {
        let lines: Vec<String> = lines_of("ready http://127.0.0.1:1\nmore\n".as_bytes())
            .iter()
            .collect();
        assert_eq!(lines, ["ready http://127.0.0.1:1", "more"]);
    }
}

//! A child process that cannot outlive us: watched before it starts, stopped on drop.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::account;
use crate::error::{Doing, Error};
use crate::home::Home;

/// How long a server may take to stop when asked politely.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often another port is tried when somebody else took ours first.
const TRIES: usize = 5;

/// Waits for the word, then becomes the program: the watchdog knows the process before there is anything to stop.
const GATE: &str = r#"read -r go && exec "$@" </dev/null"#;

/// How a program wants to be told to stop at once but orderly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// SIGINT: PostgreSQL's "fast" shutdown.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// A running child; [`Guarded::stop`] or drop ends it.
pub(crate) struct Guarded {
    child: Child,
    stop: Stop,
    name: String,
    log: PathBuf,
    home: Arc<Home>,
    ended: bool,
}

impl Guarded {
    /// Starts `program` as the unprivileged user, in `directory`, writing to `directory/log`.
    pub(crate) fn spawn<A: AsRef<OsStr>>(
        home: &Arc<Home>,
        directory: &Path,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        stop: Stop,
    ) -> Result<Self, Error> {
        let name = program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned();
        let log = directory.join("log");
        let file = File::create(&log).doing(|| format!("cannot create {}", log.display()))?;
        let errors = file
            .try_clone()
            .doing(|| format!("cannot open {}", log.display()))?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", GATE, "golive-gate"])
            .arg(program)
            .args(arguments);
        account::unprivileged(&mut command)
            .env("HOME", home.path())
            .current_dir(directory)
            .process_group(0) // Ctrl-C is for us to handle
            .stdin(Stdio::piped())
            .stdout(file)
            .stderr(errors);
        let mut child = command
            .spawn()
            .doing(|| format!("cannot start {}", program.display()))?;
        let gate = child.stdin.take();
        let guarded = Self {
            child,
            stop,
            name,
            log,
            home: Arc::clone(home),
            ended: false,
        };
        home.watch(guarded.pid(), guarded.stop.name())?;
        gate.ok_or_else(|| io::Error::other("no pipe"))
            .and_then(|mut pipe| pipe.write_all(b"go\n"))
            .doing(|| format!("cannot start {}", program.display()))?;
        Ok(guarded)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The exit status once it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten()?;
        if !self.ended {
            self.ended = true;
            self.home.gone(self.pid());
        }
        Some(status)
    }

    /// Waits for it to end by itself, at most that long.
    pub(crate) fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks it to stop, waits, and kills it when it does not.
    pub(crate) fn stop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        self.signal(self.stop.signal());
        if self.wait(PATIENCE).is_none() {
            self.kill();
        }
    }

    /// Kills it at once (SIGKILL) and waits for its end.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.ended();
    }

    /// Sends a signal to it, if it still runs.
    pub(crate) fn signal(&mut self, signal: Signal) {
        if self.ended().is_none()
            && let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw)
        {
            let _ = kill_process(pid, signal);
        }
    }

    /// An error that quotes the end of its log.
    pub(crate) fn failure(&self, what: &str) -> Error {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = lines[lines.len().saturating_sub(12)..].join("\n  ");
        Error::Failed {
            what: self.name.clone(),
            detail: format!("{what}\n  {tail}"),
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Stop {
    fn signal(self) -> Signal {
        match self {
            Self::Interrupt => Signal::INT,
            Self::Terminate => Signal::TERM,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "INT",
            Self::Terminate => "TERM",
        }
    }
}

/// Starts something on a port that is free at this moment, and on another when it is not any more.
pub(crate) fn on_a_free_port<T>(start: impl Fn(u16) -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..TRIES {
        match start(free_port()?) {
            Err(error) if error.to_string().contains("Address already in use") => {}
            done => return done,
        }
    }
    start(free_port()?)
}

fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .doing(|| "no free port on 127.0.0.1".to_owned())
}

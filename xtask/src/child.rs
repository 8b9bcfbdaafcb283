//! Runs other programs so that Ctrl-C and SIGTERM end them first and us, orderly, after.

use std::io::{self, IsTerminal};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The exit code after Ctrl-C or SIGTERM.
pub(crate) const INTERRUPTED: u8 = 130;

/// How often children and signals are looked at.
const BEAT: Duration = Duration::from_millis(20);
/// How long a child may clean up after it was told to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// The last signal that came; 0 for none.
static SIGNAL: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// Somebody wants us to end.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// From now on a signal does not kill us: whoever waits sees it.
pub(crate) fn listen_for_signals() -> anyhow::Result<()> {
    for (signal, number) in [(SIGINT, 2), (SIGTERM, 15), (SIGHUP, 1)] {
        signal_hook::flag::register_usize(signal, Arc::clone(&SIGNAL), number)
            .context("cannot listen for signals")?;
    }
    Ok(())
}

/// The error that unwinds everything, once a signal has come.
pub(crate) fn check() -> anyhow::Result<()> {
    if SIGNAL.load(Ordering::SeqCst) == 0 {
        Ok(())
    } else {
        Err(Interrupted.into())
    }
}

/// Runs a program to its end; its exit code.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<u8> {
    check()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
    loop {
        if let Some(status) = child
            .try_wait()
            .with_context(|| format!("cannot wait for {name}"))?
        {
            check()?;
            return Ok(exit_code(status));
        }
        if check().is_err() {
            end_foreground(&mut child);
            return Err(Interrupted.into());
        }
        std::thread::sleep(BEAT);
    }
}

/// Waits for a signal, or until `over` says otherwise.
pub(crate) fn wait_for_signal(mut over: impl FnMut() -> bool) {
    while check().is_ok() && !over() {
        std::thread::sleep(BEAT);
    }
}

/// What a shell would call the exit code.
pub(crate) fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or(status.signal().map(|signal| 128 + signal))
        .unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

/// Passes the signal on, lets the child clean up, and kills it when a second signal comes or its time is over.
fn end_foreground(child: &mut Child) {
    let signal = SIGNAL.load(Ordering::SeqCst);
    // A terminal sends Ctrl-C to the whole foreground group: the child has it already, and twice means "at once".
    let terminal = io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    match signal {
        2 if terminal => {}
        2 => send(child, Signal::INT),
        _ => send(child, Signal::TERM),
    }
    SIGNAL.store(0, Ordering::SeqCst);
    let again = || SIGNAL.load(Ordering::SeqCst) != 0;
    if !ends_within(child, PATIENCE, again) {
        let _ = child.kill();
        let _ = child.wait();
    }
    SIGNAL.store(signal, Ordering::SeqCst);
}

/// A child in the background, with a process group of its own: it ends when we say so, at the latest on drop.
pub(crate) struct Background {
    child: Child,
}

impl Background {
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot run {name}"))?;
        Ok(Self { child })
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Its exit code, once it has ended by itself.
    pub(crate) fn ended(&mut self) -> Option<u8> {
        self.child.try_wait().ok().flatten().map(exit_code)
    }

    /// Asks it to end, waits, and kills it when it does not.
    pub(crate) fn end(&mut self) {
        if self.ended().is_some() {
            return;
        }
        send(&self.child, Signal::TERM);
        if !ends_within(&mut self.child, Duration::from_secs(10), || false) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.end();
    }
}

fn ends_within(child: &mut Child, patience: Duration, stop: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline && !stop() {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(BEAT);
    }
    false
}

/// Only to a child that has not been waited for: its number is still its own.
fn send(child: &Child, signal: Signal) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn exit_codes_are_passed_on() {
        assert_eq!(run(&mut sh("exit 3")).unwrap(), 3);
        assert_eq!(run(&mut sh("kill -KILL $$")).unwrap(), 137);
        assert!(
            run(&mut Command::new("/no/such/program"))
                .unwrap_err()
                .to_string()
                .contains("/no/such/program")
        );
    }

    #[test]
    fn a_background_child_ends_on_drop() {
        let mut polite = Background::spawn(&mut sh("exec sleep 600")).unwrap();
        assert_eq!(polite.ended(), None);
        let pid = polite.child().id();
        drop(polite);
        let alive = sh(&format!("kill -0 {pid} 2>/dev/null"))
            .status()
            .unwrap()
            .success();
        assert!(!alive);
    }
}

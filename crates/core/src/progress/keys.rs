//! Key `t` on a terminal: the question of SIGUSR1 without a second terminal (nextest has it too).

use std::io::{IsTerminal, Read, Stdin};
use std::sync::Mutex;

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};
use tokio::sync::mpsc;

/// The terminal as it was, while keys are read one by one.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Keys that were pressed, until dropped.
pub(super) struct Keys(mpsc::UnboundedReceiver<()>);

impl Keys {
    /// Listens, where standard input is this process's terminal; a background job must leave it alone.
    pub(super) fn listen() -> Option<Self> {
        let stdin = std::io::stdin();
        if !stdin.is_terminal() || tcgetpgrp(&stdin).ok()? != getpgrp() {
            return None;
        }
        let before = tcgetattr(&stdin).ok()?;
        let mut keys = before.clone();
        // Signals stay on: Ctrl-C must interrupt, Ctrl-Z suspend.
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Now, &keys).ok()?;
        if let Ok(mut kept) = BEFORE.lock() {
            *kept = Some(before);
        }
        let (pressed, receiver) = mpsc::unbounded_channel();
        // Ends with the process, or at the first key after nobody listens.
        std::thread::spawn(move || read(&stdin, &pressed));
        Some(Self(receiver))
    }

    /// The next time somebody asks.
    pub(super) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        restore_terminal();
    }
}

/// Gives the terminal back as it was found; needed before an exit that drops nothing.
pub(crate) fn restore_terminal() {
    if let Ok(mut kept) = BEFORE.lock()
        && let Some(before) = kept.take()
    {
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
    }
}

fn read(stdin: &Stdin, pressed: &mpsc::UnboundedSender<()>) {
    for key in stdin.lock().bytes() {
        match key {
            Ok(b't' | b'T') if pressed.send(()).is_err() => break,
            Ok(_) => {}
            Err(_) => break,
        }
    }
}

//! What happens in a run, as one ordered stream. Terminal, reports and history fold it; nothing else
//! leaves the scheduler, and everything in it has passed the redactor.

use tokio::sync::mpsc;

use crate::report::{CleanupReport, NotRun, ProbeReport};

/// One thing that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// The plan is made: what will run.
    RunStarted {
        /// The run's id.
        run_id: String,
        /// Ids of the probes that will run, in plan order.
        probes: Vec<String>,
        /// What will not, and why.
        not_run: Vec<NotRun>,
    },
    /// A probe was started.
    ProbeStarted {
        /// Its id.
        id: String,
    },
    /// A probe is past half of its timeout.
    ProbeSlow {
        /// Its id.
        id: String,
        /// What it waits for.
        waiting_for: Option<String>,
    },
    /// A probe has its result.
    ProbeFinished(Box<ProbeReport>),
    /// A probe turned out not to exist here by configuration.
    ProbeNotRun(NotRun),
    /// The user or a signal asked to stop.
    Interrupted,
    /// Undoing begins.
    CleanupStarted {
        /// How many entries there are.
        entries: usize,
    },
    /// One entry was undone or is left.
    CleanupFinished(CleanupReport),
    /// All is done.
    RunFinished,
}

/// Sends events; never blocks, and ignores that nobody listens.
#[derive(Debug, Clone)]
pub struct Events(mpsc::UnboundedSender<Event>);

impl Events {
    /// A stream and its sender.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Event>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Emits one event.
    pub fn emit(&self, event: Event) {
        // A reader that went away (closed pipe) must not stop probes or clean-up.
        let _ = self.0.send(event);
    }
}

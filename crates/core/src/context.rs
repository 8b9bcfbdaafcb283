//! What a probe may use: settings, contract, the target's HTTP client, what probes share, the undo
//! journal. Each probe gets its own context, which records evidence and what is waited for.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::cleanup::{Journal, Undo, UndoTicket};
use crate::contract::Contract;
use crate::error::Error;
use crate::http::{Http, HttpClient};
use crate::outcome::Evidence;
use crate::pause::{Held, Pause};
use crate::redact::Redactor;
use crate::settings::Settings;

/// At most this many records of evidence are kept a probe (the first and the last ones).
const EVIDENCE_KEPT: usize = 24;

/// What all probes of one run have in common.
#[derive(Debug)]
pub struct RunScope {
    /// Sortable id of the run; part of all smoke data.
    pub run_id: String,
    /// The variables.
    pub settings: Settings,
    /// What a healthy target does.
    pub contract: Contract,
    /// The only way out.
    pub redactor: Arc<Redactor>,
    /// Undo journal of this run.
    pub journal: Journal,
    /// Whether nothing may be written.
    pub read_only: bool,
    http: HttpClient,
    pause: Pause,
    shared: Mutex<HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>>,
    zero: Instant,
}

impl RunScope {
    /// Begins a run: makes its id, its redactor and its HTTP client. Sends nothing.
    pub fn new(settings: Settings, contract: Contract, journal: Journal, read_only: bool) -> Self {
        let redactor = Arc::new(Redactor::new(&settings));
        let http = HttpClient::new(&settings, &contract);
        let run_id = journal.run_id().to_owned();
        Self {
            run_id,
            settings,
            contract,
            redactor,
            journal,
            read_only,
            http,
            pause: Pause::default(),
            shared: Mutex::default(),
            zero: Instant::now(),
        }
    }

    /// Milliseconds since the run began.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.zero.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A fresh run id: sortable by time, 16 hexadecimal digits.
pub fn new_run_id() -> String {
    let hex = uuid::Uuid::now_v7().simple().to_string();
    format!("{}{}", &hex[..12], &hex[28..])
}

/// What one probe may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    run: Arc<RunScope>,
    probe: Arc<ProbeScope>,
}

#[derive(Debug)]
struct ProbeScope {
    id: String,
    timer: Timer,
    evidence: Mutex<Vec<Evidence>>,
    waiting: Mutex<Vec<Waiting>>,
}

/// A probe's time: it does not pass while the target's rate limit makes any probe of the run wait, for others may
/// wait behind that one.
#[derive(Debug, Clone, Copy)]
struct Timer {
    started: Instant,
    paused_before: Duration,
    timeout: Duration,
}

/// What a probe waits for right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// In words: `GET /health`, `job golive-… on housekeeping`.
    pub what: String,
    /// Whether it waits for an HTTP answer: then a timeout is the target's silence.
    pub for_target: bool,
}

/// Ends the statement of what is waited for when dropped.
#[derive(Debug)]
pub struct WaitingGuard {
    probe: Arc<ProbeScope>,
    waiting: Waiting,
}

impl Drop for WaitingGuard {
    fn drop(&mut self) {
        let mut waiting = lock(&self.probe.waiting);
        if let Some(at) = waiting.iter().position(|entry| *entry == self.waiting) {
            waiting.remove(at);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A probe that panicked while holding the lock leaves plain data behind, still worth reading.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Context {
    /// The context of probe `id`, which is ended after `timeout`.
    pub fn new(run: Arc<RunScope>, id: impl Into<String>, timeout: Duration) -> Self {
        let probe = ProbeScope {
            id: id.into(),
            timer: Timer {
                started: Instant::now(),
                paused_before: run.pause.total(),
                timeout,
            },
            evidence: Mutex::default(),
            waiting: Mutex::default(),
        };
        Self {
            run,
            probe: Arc::new(probe),
        }
    }

    /// The variables.
    pub fn settings(&self) -> &Settings {
        &self.run.settings
    }

    /// What a healthy target does.
    pub fn contract(&self) -> &Contract {
        &self.run.contract
    }

    /// The run's id, part of all smoke data.
    pub fn run_id(&self) -> &str {
        &self.run.run_id
    }

    /// Name for smoke data: `golive-<run>-<what>`.
    pub fn smoke_name(&self, what: &str) -> String {
        format!("golive-{}-{what}", self.run.run_id)
    }

    /// A shop that cannot exist: `golive-<run>.myshopify.com`.
    pub fn impossible_shop(&self) -> String {
        format!("golive-{}.myshopify.com", self.run.run_id)
    }

    /// Whether the run may not write.
    pub fn read_only(&self) -> bool {
        self.run.read_only
    }

    /// The id of the probe this context belongs to.
    pub fn probe_id(&self) -> &str {
        &self.probe.id
    }

    /// The target's HTTP client; what is sent is recorded as this probe's evidence.
    pub fn http(&self) -> Http {
        Http::new(self.clone())
    }

    pub(crate) fn http_client(&self) -> &HttpClient {
        &self.run.http
    }

    /// The redactor, for text that leaves by another way than the outcome.
    pub fn redactor(&self) -> &Redactor {
        &self.run.redactor
    }

    /// Time left until the scheduler ends this probe, as far as is known now.
    pub fn remaining(&self) -> Duration {
        self.ends_at().saturating_duration_since(Instant::now())
    }

    /// When the scheduler ends this probe; moves on while the target's rate limit makes the run wait.
    pub(crate) fn ends_at(&self) -> Instant {
        let timer = self.probe.timer;
        timer.started + timer.timeout + self.run.pause.total().saturating_sub(timer.paused_before)
    }

    /// Stops the probes' time until the guard is dropped.
    pub(crate) fn hold_time(&self) -> Held {
        self.run.pause.hold()
    }

    /// Records evidence; past the cap the middle is dropped, first and last stay.
    pub fn record(&self, evidence: Evidence) {
        let mut kept = lock(&self.probe.evidence);
        if kept.len() >= EVIDENCE_KEPT {
            kept.remove(EVIDENCE_KEPT / 2);
        }
        kept.push(evidence);
    }

    /// Records a note.
    pub fn note(&self, text: impl Into<String>) {
        self.record(Evidence::Note { text: text.into() });
    }

    /// What was recorded so far.
    pub fn evidence(&self) -> Vec<Evidence> {
        lock(&self.probe.evidence).clone()
    }

    /// Says what is waited for, until the guard is dropped (shown live and when the time is up).
    pub fn waiting_for(&self, what: impl Into<String>) -> WaitingGuard {
        self.wait(Waiting {
            what: what.into(),
            for_target: false,
        })
    }

    pub(crate) fn waiting_for_target(&self, what: impl Into<String>) -> WaitingGuard {
        self.wait(Waiting {
            what: what.into(),
            for_target: true,
        })
    }

    fn wait(&self, waiting: Waiting) -> WaitingGuard {
        lock(&self.probe.waiting).push(waiting.clone());
        WaitingGuard {
            probe: Arc::clone(&self.probe),
            waiting,
        }
    }

    /// What this probe waits for right now.
    pub fn waiting(&self) -> Option<Waiting> {
        lock(&self.probe.waiting).last().cloned()
    }

    /// Made once a run by whoever asks first; everybody gets the same value, or the same error.
    ///
    /// # Errors
    /// What `init` answered.
    pub async fn shared<T, F, Fut>(&self, key: &str, init: F) -> Result<Arc<T>, Error>
    where
        T: Any + Send + Sync,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        type Cell<T> = OnceCell<Result<Arc<T>, Error>>;
        let cell = {
            let mut shared = lock(&self.run.shared);
            let entry = shared
                .entry((TypeId::of::<T>(), key.to_owned()))
                .or_insert_with(|| Arc::new(Cell::<T>::new()) as Arc<dyn Any + Send + Sync>);
            Arc::clone(entry)
        };
        let cell = cell
            .downcast::<Cell<T>>()
            .expect("the entry was made for this type");
        cell.get_or_init(|| async { init().await.map(Arc::new) })
            .await
            .clone()
    }

    /// Asks `attempt` again, every `every`, until it answers `Some` or `within` is over (`None`).
    ///
    /// # Errors
    /// The first error of `attempt`.
    pub async fn poll<T, F, Fut>(
        &self,
        every: Duration,
        within: Duration,
        mut attempt: F,
    ) -> Result<Option<T>, Error>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Option<T>, Error>>,
    {
        let end = Instant::now() + within;
        loop {
            if let Some(found) = attempt().await? {
                return Ok(Some(found));
            }
            if Instant::now() + every > end {
                return Ok(None);
            }
            tokio::time::sleep(every).await;
        }
    }

    /// Registers an undo, in the journal first. Call it **before** the write is sent.
    ///
    /// # Errors
    /// [`Error::Internal`] when the journal cannot be written: then nothing may be sent.
    pub fn undo_later(&self, undo: Undo) -> Result<UndoTicket, Error> {
        self.run.journal.register(undo)
    }
}

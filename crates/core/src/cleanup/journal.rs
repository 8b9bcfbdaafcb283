//! The journal: one JSON line for each undo registered, changed or done; synced before the write it
//! belongs to is sent; locked while its run lives; gone when nothing is left to undo.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Undo;
use crate::error::Error;

/// The undo journal of one run. Creates its file with the first entry.
#[derive(Debug, Clone)]
pub struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    run_id: String,
    dir: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    /// The directory above the journal's, if this run made it.
    made: Option<PathBuf>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    undo: Undo,
    done: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "lowercase")]
enum Line {
    Registered { seq: usize, undo: Undo },
    Updated { seq: usize, data: Value },
    Done { seq: usize },
}

/// Stands for one registered undo.
#[derive(Debug, Clone)]
pub struct UndoTicket {
    journal: Journal,
    seq: usize,
}

impl UndoTicket {
    /// Replaces what the handler needs, e.g. once the id of what was created is known.
    ///
    /// # Errors
    /// [`Error::Internal`] when the journal cannot be written.
    pub fn update(&self, data: Value) -> Result<(), Error> {
        self.journal.update(self.seq, data)
    }

    /// Says that the write is already taken back (or was refused).
    pub fn done(&self) {
        self.journal.mark_done(self.seq);
    }
}

impl Journal {
    /// A journal in directory `dir` (`reports/.journal`); nothing is created yet.
    pub fn new(dir: impl Into<PathBuf>, run_id: impl Into<String>) -> Self {
        Self::with(Some(dir.into()), run_id.into())
    }

    /// A journal that is not written anywhere, for tests and for runs that cannot write.
    pub fn in_memory(run_id: impl Into<String>) -> Self {
        Self::with(None, run_id.into())
    }

    fn with(dir: Option<PathBuf>, run_id: String) -> Self {
        Self(Arc::new(Inner {
            run_id,
            dir,
            state: Mutex::default(),
        }))
    }

    /// Reads the journal of a run that was killed, and locks it.
    ///
    /// # Errors
    /// `WouldBlock` while that run still lives; otherwise what reading the file answered.
    pub fn open(dir: &Path, run_id: &str) -> io::Result<Self> {
        let path = path_of(dir, run_id);
        let file = OpenOptions::new().read(true).append(true).open(&path)?;
        file.try_lock()
            .map_err(|_| io::Error::new(io::ErrorKind::WouldBlock, "that run is still going on"))?;
        let journal = Self::new(dir, run_id);
        {
            let mut state = journal.state();
            // A line cut short by the kill is the write that was never sent: skipped.
            for line in fs::read_to_string(&path)?
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
            {
                state.replay(line);
            }
            state.file = Some(file);
        }
        Ok(journal)
    }

    /// The id of the run it belongs to.
    pub fn run_id(&self) -> &str {
        &self.0.run_id
    }

    /// Registers an undo; when this returns, it is on disk.
    ///
    /// # Errors
    /// [`Error::Internal`] when the journal cannot be written: then nothing may be sent.
    pub fn register(&self, undo: Undo) -> Result<UndoTicket, Error> {
        let mut state = self.state();
        let seq = state.entries.len();
        self.write(
            &mut state,
            &Line::Registered {
                seq,
                undo: undo.clone(),
            },
        )?;
        state.entries.push(Entry { undo, done: false });
        drop(state);
        Ok(UndoTicket {
            journal: self.clone(),
            seq,
        })
    }

    fn update(&self, seq: usize, data: Value) -> Result<(), Error> {
        let mut state = self.state();
        self.write(
            &mut state,
            &Line::Updated {
                seq,
                data: data.clone(),
            },
        )?;
        if let Some(entry) = state.entries.get_mut(seq) {
            entry.undo.data = data;
        }
        Ok(())
    }

    pub(super) fn mark_done(&self, seq: usize) {
        let mut state = self.state();
        if let Some(entry) = state.entries.get_mut(seq) {
            entry.done = true;
        }
        // Not written: the undo would be asked once more, and undos are idempotent.
        let _ = self.write(&mut state, &Line::Done { seq });
    }

    /// What is still to be undone, in the order of registration.
    pub fn open_entries(&self) -> Vec<(usize, Undo)> {
        let state = self.state();
        let open = state.entries.iter().enumerate().filter(|(_, entry)| !entry.done);
        open.map(|(seq, entry)| (seq, entry.undo.clone())).collect()
    }

    /// Removes the file when nothing is left to undo.
    pub(super) fn finish(&self) {
        let mut state = self.state();
        let Some(dir) = &self.0.dir else { return };
        if state.file.is_some() && state.entries.iter().all(|entry| entry.done) {
            state.file = None;
            // Both fail harmlessly: a journal without open entries is ignored, a shared directory stays.
            let _ = fs::remove_file(path_of(dir, &self.0.run_id));
            let _ = fs::remove_dir(dir);
            if let Some(made) = state.made.take() {
                let _ = fs::remove_dir(made);
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, state: &mut State, line: &Line) -> Result<(), Error> {
        let Some(dir) = &self.0.dir else { return Ok(()) };
        let path = path_of(dir, &self.0.run_id);
        let mut append = || -> io::Result<()> {
            let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
            text.push('\n');
            if state.file.is_none() {
                state.made = dir
                    .parent()
                    .filter(|above| !above.exists())
                    .map(Path::to_path_buf);
                fs::create_dir_all(dir)?;
                let file = OpenOptions::new()
                    .create(true)
                    .append(true)
                    .read(true)
                    .open(&path)?;
                file.try_lock().map_err(io::Error::other)?;
                state.file = Some(file);
            }
            let file = state.file.as_mut().ok_or_else(|| io::Error::other("no file"))?;
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        append().map_err(|error| {
            Error::Internal(format!(
                "cannot write the undo journal {}: {error}",
                path.display()
            ))
        })
    }
}

impl State {
    fn replay(&mut self, line: Line) {
        match line {
            Line::Registered { undo, .. } => self.entries.push(Entry { undo, done: false }),
            Line::Updated { seq, data } => {
                if let Some(entry) = self.entries.get_mut(seq) {
                    entry.undo.data = data;
                }
            }
            Line::Done { seq } => {
                if let Some(entry) = self.entries.get_mut(seq) {
                    entry.done = true;
                }
            }
        }
    }
}

fn path_of(dir: &Path, run_id: &str) -> PathBuf {
    dir.join(format!("{run_id}.jsonl"))
}

/// Ids of runs whose journal still lies in `dir`, oldest first.
///
/// # Errors
/// What reading the directory answered; a missing one is an empty list.
pub fn pending_runs(dir: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut runs: Vec<String> = entries
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_suffix(".jsonl")
                .map(str::to_owned)
        })
        .collect();
    runs.sort();
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn undo(what: &str) -> Undo {
        Undo {
            kind: "test".into(),
            what: what.into(),
            data: json!({ "id": what }),
        }
    }

    #[test]
    fn a_killed_run_leaves_what_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join(".journal");
        let journal = Journal::new(&at, "r1");
        assert!(!at.exists(), "nothing written, nothing created");
        let first = journal.register(undo("first")).unwrap();
        let second = journal.register(undo("second")).unwrap();
        second.update(json!({ "id": 7 })).unwrap();
        first.done();
        assert_eq!(
            Journal::open(&at, "r1").unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
        drop((journal, first, second));

        let reopened = Journal::open(&at, "r1").unwrap();
        let open = reopened.open_entries();
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].1.what.as_str(), &open[0].1.data),
            ("second", &json!({ "id": 7 }))
        );
        assert_eq!(pending_runs(&at).unwrap(), ["r1"]);
        reopened.mark_done(1);
        reopened.finish();
        assert!(!at.exists(), "nothing left, nothing kept");
    }

    #[test]
    fn a_half_written_line_is_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::new(dir.path(), "r2");
        journal.register(undo("whole")).unwrap();
        drop(journal);
        let mut file = OpenOptions::new()
            .append(true)
            .open(dir.path().join("r2.jsonl"))
            .unwrap();
        file.write_all(b"{\"line\":\"regis").unwrap();
        drop(file);
        assert_eq!(Journal::open(dir.path(), "r2").unwrap().open_entries().len(), 1);
    }

    #[test]
    fn an_unwritable_journal_refuses_the_write() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let refused = Journal::new(file.join("journal"), "r3")
            .register(undo("x"))
            .unwrap_err();
        assert!(refused.to_string().contains("cannot write the undo journal"));
    }
}

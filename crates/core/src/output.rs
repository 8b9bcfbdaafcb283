//! Writes reports: whole or not at all (temporary file, then rename).

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::RunArgs;
use crate::render::{self, Format, Style};
use crate::report::Report;

/// Runs kept in `history/`.
const HISTORY_KEPT: usize = 200;

/// A file of the reports directory that only the orchestrator can render, from the report and what lies in that
/// directory from earlier runs.
pub type ExtraFile = (&'static str, fn(&Report, &Path) -> String);

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", .path.display())]
pub struct OutputError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Writes `--report` files, and the reports directory where there is one.
///
/// # Errors
/// The first file that could not be written; the others are written all the same.
pub fn write_files(
    report: &Report,
    args: &RunArgs,
    reports_dir: Option<&Path>,
    extra: &[ExtraFile],
) -> Result<(), OutputError> {
    let render = |format: Format| render::render(format, report, &Style::plain());
    let mut first_error = None;
    // One at a time: together they are several times the report.
    let mut write = |path: PathBuf, text: &str| {
        if let Err(source) = write_atomically(&path, text) {
            first_error.get_or_insert(OutputError { path, source });
        }
    };
    for file in &args.report {
        write(file.path.clone(), &render(file.format));
    }
    if let Some(dir) = reports_dir {
        // These look at what earlier runs left, so they come before this run's own.
        for (name, render) in extra {
            write(dir.join(name), &render(report, dir));
        }
        write(dir.join("GO_LIVE_DASHBOARD.md"), &render(Format::Markdown));
        write(dir.join("junit.xml"), &render(Format::Junit));
        let json = render(Format::Json);
        write(dir.join("history").join(format!("{}.json", report.run.id)), &json);
        write(dir.join("golive.json"), &json);
        prune(&dir.join("history"));
    }
    first_error.map_or(Ok(()), Err)
}

/// Writes a whole file or leaves the old one as it was.
///
/// # Errors
/// What the file system answered.
pub fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    let dir = path
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

/// Keeps the newest runs; ids sort by time.
fn prune(history: &Path) {
    let Ok(entries) = fs::read_dir(history) else {
        return;
    };
    let mut runs: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    runs.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    runs.sort();
    let surplus = runs.len().saturating_sub(HISTORY_KEPT);
    for old in runs.drain(..surplus) {
        // An old run that cannot be removed is no reason to fail this one.
        let _ = fs::remove_file(old);
    }
}

//! A directory with reports in it, and the binary run there.

use std::path::Path;
use std::process::Command;

use golive_core::outcome::Status;
use golive_core::report::{ProbeReport, Report};
use serde_json::Value;

pub(crate) struct Dir(tempfile::TempDir);

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("written");
    }

    pub(crate) fn report(&self, name: &str, report: &Report) {
        self.file(name, serde_json::to_vec(report).expect("json"));
    }

    /// Runs it with an environment that holds nothing else.
    pub(crate) fn golive_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_golive"))
            .current_dir(self.path())
            .args(args)
            .env_clear()
            .envs(env.iter().copied())
            .output()
            .expect("it starts");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    pub(crate) fn golive(&self, args: &[&str]) -> Ran {
        self.golive_with(args, &[])
    }

    /// What it prints as JSON, with its exit code.
    pub(crate) fn json(&self, args: &[&str]) -> (i32, Value) {
        let ran = self.golive(args);
        let value = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{args:?}: {error}\n{}{}", ran.stdout, ran.stderr));
        (ran.code, value)
    }
}

impl Ran {
    /// A wrong call: exit 2, one line that holds `words`, nothing on standard output.
    pub(crate) fn refused(&self, words: &str) {
        assert_eq!(self.code, 2, "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.contains(words), "{words}: {}", self.stderr);
        assert!(self.stderr.len() < 1_000, "{}", self.stderr.len());
    }
}

pub(crate) fn probe<'a>(report: &'a mut Report, id: &str) -> &'a mut ProbeReport {
    report
        .checks
        .iter_mut()
        .flat_map(|check| &mut check.probes)
        .find(|probe| probe.id == id)
        .unwrap_or_else(|| panic!("{id}"))
}

pub(crate) fn set(report: &mut Report, id: &str, status: Status) {
    probe(report, id).status = status;
}

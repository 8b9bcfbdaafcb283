//! Runs the built `golive` as a user would: in a directory of its own, with an env file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// The environment of a sandbox or of a test.
pub(crate) type Env = BTreeMap<String, String>;

/// A directory to run in.
pub(crate) struct Place(tempfile::TempDir);

/// What a run ended with.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes `.env.verification`, quoted as the parser wants it.
    pub(crate) fn with_env(self, env: &Env) -> Self {
        let lines: Vec<String> = env
            .iter()
            .map(|(name, value)| {
                format!(
                    "{name}='{value}'
"
                )
            })
            .collect();
        let text = lines.concat();
        self.with_file(".env.verification", &text)
    }

    pub(crate) fn with_file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path().join(name), text).expect("written");
        self
    }

    /// The command, with nothing of this process's environment that golive would read.
    pub(crate) fn command(&self, binary: &str, args: &[&str]) -> Command {
        let mut command = Command::new(bin(binary));
        command
            .current_dir(self.path())
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    pub(crate) fn run(&self, binary: &str, args: &[&str]) -> Ran {
        ran(&self.command(binary, args).output().expect("it starts"))
    }

    pub(crate) fn golive(&self, args: &[&str]) -> Ran {
        self.run("golive", args)
    }

    /// `golive run ARGS --format json`: exit code and report.
    pub(crate) fn report(&self, args: &[&str]) -> (i32, Value) {
        let mut all = vec!["run", "--format", "json"];
        all.extend(args);
        let ran = self.golive(&all);
        let report = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("no report: {error}\n{}{}", ran.stdout, ran.stderr));
        assert_valid(&report);
        (ran.code, report)
    }
}

/// Every report that any test asks for is what `docs/report.schema.json` says.
fn assert_valid(report: &Value) {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let text = include_str!("../../../../docs/report.schema.json");
        jsonschema::validator_for(&serde_json::from_str(text).expect("JSON")).expect("a schema")
    });
    let wrong: Vec<String> = schema
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(crate) fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A binary of this workspace, beside `golive`.
pub(crate) fn bin(name: &str) -> PathBuf {
    let golive = PathBuf::from(env!("CARGO_BIN_EXE_golive"));
    let path = golive.with_file_name(name);
    assert!(
        path.exists(),
        "{} is not built; run the tests of the whole workspace",
        path.display()
    );
    path
}

/// Everything below a directory, as one text.
pub(crate) fn all_files(dir: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            text.push_str(&all_files(&path));
        } else {
            text.push_str(&path.display().to_string());
            text.push_str(&String::from_utf8_lossy(
                &std::fs::read(&path).unwrap_or_default(),
            ));
        }
    }
    text
}

pub(crate) fn roots(report: &Value) -> Vec<&str> {
    report["root_causes"]
        .as_array()
        .expect("root causes")
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

pub(crate) fn probes(report: &Value) -> impl Iterator<Item = &Value> {
    report["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .flat_map(|check| check["probes"].as_array().expect("probes"))
}

pub(crate) fn probe<'a>(report: &'a Value, id: &str) -> &'a Value {
    probes(report)
        .find(|probe| probe["id"] == id)
        .unwrap_or_else(|| panic!("{id} is not in the report"))
}

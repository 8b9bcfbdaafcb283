//! Reads a report back: whole, of a schema that is known, each probe once; or says in one line why not.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::{Report, SCHEMA};
use crate::render::text::{one_line, truncate};

/// No report of ours is longer, in bytes; what is, is not read to its end.
pub const LONGEST: u64 = 32 << 20;

/// A file that can't be read as a report.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is missing or unreadable.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is longer than any report.
    #[error("{}: longer than {} MiB: no report of golive", path.display(), LONGEST >> 20)]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It is no JSON, or none with a `schema` of golive.
    #[error("{}: no report of golive: {why}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        why: String,
    },
    /// It is a report of a version that is not known here.
    #[error("{}: its schema is {schema}, this golive {} reads {SCHEMA}: update golive", path.display(), env!("CARGO_PKG_VERSION"))]
    OtherSchema {
        /// The file.
        path: PathBuf,
        /// What it says to be.
        schema: String,
    },
    /// It says to be a report and breaks the schema.
    #[error("{}: breaks {SCHEMA}: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and how.
        why: String,
    },
}

impl Report {
    /// Reads `path`; `-` is standard input.
    ///
    /// # Errors
    /// [`ReadError`], by reason.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let bytes = bytes(path).map_err(|source| ReadError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        if bytes.len() as u64 > LONGEST {
            return Err(ReadError::TooLong {
                path: path.to_owned(),
            });
        }
        Self::parse(path, &bytes)
    }

    /// Reads the bytes of a file that was called `path`.
    ///
    /// # Errors
    /// [`ReadError`], by reason.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            schema: Value,
        }
        let path = path.to_owned();
        let head: Head = match serde_json::from_slice(bytes) {
            Ok(head) => head,
            Err(error) => {
                let why = clean(&error.to_string());
                return Err(ReadError::Foreign { path, why });
            }
        };
        match head.schema {
            Value::String(schema) if schema == SCHEMA => {}
            Value::String(schema) if schema.starts_with("golive.report/") => {
                let schema = clean(&schema);
                return Err(ReadError::OtherSchema { path, schema });
            }
            _ => {
                let why = format!("it has no \"schema\": \"{SCHEMA}\"");
                return Err(ReadError::Foreign { path, why });
            }
        }
        let report: Self = match serde_json::from_slice(bytes) {
            Ok(report) => report,
            Err(error) => {
                let why = clean(&error.to_string());
                return Err(ReadError::Malformed { path, why });
            }
        };
        let mut seen = HashSet::new();
        for probe in report.checks.iter().flat_map(|check| &check.probes) {
            if !seen.insert(probe.id.as_str()) {
                let why = format!("{} is reported twice", clean(&probe.id));
                return Err(ReadError::Malformed { path, why });
            }
        }
        Ok(report)
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// serde's messages quote the file: one short line that steers nothing.
fn clean(message: &str) -> String {
    truncate(&one_line(message), 200)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::canned;

    fn error(text: &str) -> String {
        Report::parse(Path::new("r.json"), text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let report = canned::report();
        let text = serde_json::to_vec(&report).unwrap();
        assert_eq!(Report::parse(Path::new("r.json"), &text).unwrap(), report);
    }

    #[test]
    fn hostile_files_are_refused_in_one_short_line() {
        let deep = format!("{{\"schema\":\"{SCHEMA}\",\"x\":{}", "[".repeat(100_000));
        let bottomless = format!("{{\"schema\":{}", "[".repeat(100_000));
        let twice = {
            let mut report = canned::healthy();
            let again = report.checks[0].probes[0].clone();
            report.checks[0].probes.push(again);
            serde_json::to_string(&report).unwrap()
        };
        let long = format!(
            "{{\"schema\":\"{SCHEMA}\",\"verdict\":\"{}\\u001b[31m\"}}",
            "x".repeat(100_000)
        );
        for (text, words) in [
            ("", "no report of golive"),
            ("[1]", "no report of golive"),
            ("{\"schema\":7}", "no report of golive"),
            ("{\"schema\":\"other/v1\"}", "no report of golive"),
            ("{\"schema\":\"golive.report/v2\"}", "golive.report/v2"),
            (deep.as_str(), "no report of golive"),
            (bottomless.as_str(), "recursion limit"),
            (twice.as_str(), "contract.reachable is reported twice"),
            (long.as_str(), "unknown variant"),
        ] {
            let message = error(text);
            assert!(message.contains(words), "{words}: {message}");
            assert!(
                message.len() < 400 && !message.contains(char::is_control),
                "{message}"
            );
        }
    }
}

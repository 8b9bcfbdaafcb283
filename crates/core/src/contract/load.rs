//! Reading `golive.toml`: what it gives replaces the default field by field, anything else in it is an error.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::toml_error::{self, Lines};
use super::{Contract, WaiverEntry};

/// Read from the working directory when no other file is named.
pub const DEFAULT_CONTRACT_FILE: &str = "golive.toml";

/// More than any contract holds.
const MAX_BYTES: u64 = 1 << 20;

/// `golive.toml` can't be used: a configuration error (exit code 2).
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The file is missing or unreadable.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is wrong: syntax, an unknown key, a type, a value out of range, an incomplete waiver.
    #[error("{}:{line}: {message}", path.display())]
    Malformed {
        /// The file as it was named.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong, in one line.
        message: String,
    },
}

impl Contract {
    /// Reads `path`, else `golive.toml` where present, onto the defaults; the waivers come apart from the contract.
    pub fn load(path: Option<&Path>) -> Result<(Self, Vec<WaiverEntry>), ContractError> {
        let default = Path::new(DEFAULT_CONTRACT_FILE);
        let Some(path) = path.or_else(|| default.exists().then_some(default)) else {
            return Ok((Self::default(), Vec::new()));
        };
        let unreadable = |source| ContractError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mut text = String::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(MAX_BYTES)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        Self::parse(path, &text)
    }

    /// Reads the text of a file that was called `path`.
    pub fn parse(path: impl AsRef<Path>, text: &str) -> Result<(Self, Vec<WaiverEntry>), ContractError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = Lines::new(text);
        let malformed = |(line, message)| {
            let path = path.as_ref().to_owned();
            ContractError::Malformed { path, line, message }
        };
        let mut contract: Self = toml::from_str(text).map_err(|error| {
            malformed((
                lines.at(error.span().map_or(0, |span| span.start)),
                toml_error::message(&error),
            ))
        })?;
        let waivers = std::mem::take(&mut contract.waiver)
            .into_iter()
            .enumerate()
            .map(|(index, raw)| raw.complete(|byte| lines.at(byte), lines.of_entry("waiver", index)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(malformed)?;
        contract
            .validate()
            .map_err(|(key, message)| malformed((lines.of_key(&key), format!("{key}: {message}"))))?;
        Ok((contract, waivers))
    }
}

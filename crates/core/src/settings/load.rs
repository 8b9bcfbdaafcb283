//! Reading: the process environment wins over the env file, and what looks like a slip becomes a notice.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::envfile::{self, EnvFile, Fault};
use super::explain::{Notice, NoticeKind};
use super::variables::{VARIABLES, Variable};
use super::{Settings, Source, Value, address, is_blank, is_secret_name};

/// Read from the working directory when no other file is named.
pub const DEFAULT_ENV_FILE: &str = ".env.verification";

/// More than any env file holds, less than a mistyped path to a dump.
const MAX_BYTES: u64 = 1 << 20;

/// The env file can't be used: a configuration error (exit code 2).
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is missing or unreadable.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is larger than 1 MiB.
    #[error("{}: larger than 1 MiB; is it the env file?", path.display())]
    TooLarge {
        /// The file as it was named.
        path: PathBuf,
    },
    /// A line can't be understood.
    #[error("{}:{fault}", path.display())]
    Malformed {
        /// The file as it was named.
        path: PathBuf,
        /// The line and what is wrong with it.
        #[source]
        fault: Fault,
    },
}

impl Settings {
    /// Reads the env file (`env_file`, else `.env.verification` where present) under the process environment.
    pub fn load(
        env_file: Option<&Path>,
        process: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let default = Path::new(DEFAULT_ENV_FILE);
        match env_file.or_else(|| default.exists().then_some(default)) {
            Some(path) => Self::from_bytes(path, &read(path)?, process),
            None => Ok(Self::assemble(None, process)),
        }
    }

    /// Reads the bytes of an env file that was called `path`.
    pub fn from_bytes(
        path: impl AsRef<Path>,
        bytes: &[u8],
        process: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let path = path.as_ref();
        let file = envfile::parse(bytes).map_err(|fault| SettingsError::Malformed {
            path: path.to_owned(),
            fault,
        })?;
        Ok(Self::assemble(Some((path, file)), process))
    }

    pub(super) fn assemble(
        file: Option<(&Path, EnvFile)>,
        process: impl Iterator<Item = (String, String)>,
    ) -> Self {
        let mut settings = Self::default();
        if let Some((path, file)) = file {
            settings.take_file(path, file);
        }
        for (name, value) in process.filter(|(name, _)| Variable::find(name).is_some()) {
            let text = SecretString::from(value);
            let value = Value {
                text,
                source: Source::Process,
            };
            let hides = is_blank(&value.text)
                && settings
                    .values
                    .get(&name)
                    .is_some_and(|old| old.source != Source::Process && !is_blank(&old.text));
            if hides {
                let old = &settings.values[&name].source;
                let text =
                    format!("{name} is empty in the process environment, which hides the value at {old}");
                settings.notices.push(Notice {
                    kind: NoticeKind::Hidden,
                    text,
                });
            }
            settings.values.insert(name, value);
        }
        settings.derived = derived(&settings);
        settings
    }

    fn take_file(&mut self, path: &Path, file: EnvFile) {
        let shown = path.display();
        for twice in file.duplicates {
            let (name, first, second) = (twice.name, twice.first, twice.second);
            let text =
                format!("{shown}:{second}: {name} replaces the value on line {first}; remove one of them");
            self.notices.push(Notice {
                kind: NoticeKind::Duplicate,
                text,
            });
        }
        for entry in file.entries {
            if let Some(meant) = meant(&entry.name) {
                let text = format!("{shown}:{}: {}: did you mean {meant}?", entry.line, entry.name);
                self.notices.push(Notice {
                    kind: NoticeKind::Misspelt,
                    text,
                });
            }
            if entry.cut {
                let text = format!(
                    "{shown}:{}: {}: the value ends at '#'; quote it if the # belongs to it",
                    entry.line, entry.name
                );
                self.notices.push(Notice {
                    kind: NoticeKind::Cut,
                    text,
                });
            }
            let source = Source::File {
                path: path.to_owned(),
                line: entry.line,
            };
            self.values.insert(
                entry.name,
                Value {
                    text: entry.value,
                    source,
                },
            );
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, SettingsError> {
    let unreadable = |source| SettingsError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(SettingsError::TooLarge {
            path: path.to_owned(),
        });
    }
    Ok(bytes)
}

/// The known name that an unknown one is probably meant to be.
fn meant(name: &str) -> Option<&'static str> {
    if Variable::find(name).is_some() {
        return None;
    }
    let upper = name.to_ascii_uppercase().replace(['-', '.'], "_");
    VARIABLES
        .iter()
        .flat_map(|variable| std::iter::once(&variable.name).chain(variable.aliases))
        .map(|known| (strsim::osa_distance(&upper, known), *known))
        .filter(|(distance, known)| *distance <= (known.len() / 5).clamp(1, 3))
        .min()
        .map(|(_, known)| known)
}

/// Passwords inside URLs (as written and decoded) and the bare digits of the phone.
fn derived(settings: &Settings) -> Vec<(String, SecretString)> {
    let mut found = Vec::new();
    for (name, value) in &settings.values {
        for part in hidden_parts(name, value.text.expose_secret().trim()) {
            let decoded = address::decode(&part);
            if decoded != part {
                found.push((name.clone(), SecretString::from(decoded)));
            }
            if !part.is_empty() {
                found.push((name.clone(), SecretString::from(part)));
            }
        }
    }
    found
}

fn hidden_parts(name: &str, text: &str) -> Vec<String> {
    if name == "TEST_PHONE" {
        return vec![text.trim_start_matches('+').to_owned()];
    }
    let Some((_, after_scheme)) = text.split_once("://") else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let url = Url::parse(text).ok();
    if url.is_none() || is_secret_name(name) {
        // By hand: a URL that is misread because of its password must not show it either.
        let userinfo = after_scheme.rsplit_once('@').map_or("", |(userinfo, _)| userinfo);
        parts.extend(userinfo.split_once(':').map(|(_, password)| password.to_owned()));
    }
    if let Some(url) = url {
        parts.extend(url.password().map(ToOwned::to_owned));
        let passwords = url.query_pairs().filter(|(key, _)| key.contains("password"));
        parts.extend(passwords.map(|(_, password)| password.into_owned()));
    }
    parts
}

//! Settings come from the process environment and one env file, keep their source, and never show a secret.

mod address;
pub mod envfile;
mod explain;
mod forms;
mod load;
pub mod targets;
mod typed;
mod variable_table;
pub mod variables;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

pub use address::{is_loopback, masked_url};
pub use explain::{Explained, Notice, NoticeKind};
pub use load::{DEFAULT_ENV_FILE, SettingsError};
pub use targets::{DatabaseTarget, RedisTarget};
pub use typed::ShopDomain;
pub use variables::{Example, Requirement, VARIABLES, Variable, template};

/// The values of one run. `Debug` shows names and sources only.
#[derive(Clone, Default)]
pub struct Settings {
    values: BTreeMap<String, Value>,
    notices: Vec<Notice>,
    /// Passwords inside URLs and other spellings of secrets, each under the variable that holds it.
    derived: Vec<(String, SecretString)>,
}

#[derive(Clone)]
struct Value {
    text: SecretString,
    source: Source,
}

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The process environment.
    Process,
    /// A line of the env file.
    File {
        /// The file as it was named.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("process environment"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
        }
    }
}

/// Why a variable can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not set, empty, or only spaces.
    #[error("is not set")]
    Missing,
    /// Set, but of the wrong form.
    #[error("{why}")]
    Malformed {
        /// A clause that follows the name; it echoes no value.
        why: String,
    },
    /// The template's placeholder was left in place.
    #[error("still holds the placeholder of the template")]
    Placeholder,
}

/// A variable that something needs can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct SettingError {
    /// The variable.
    pub name: &'static str,
    /// Why.
    #[source]
    pub problem: Problem,
}

impl Settings {
    /// Settings for tests, as if each pair stood in the process environment.
    pub fn from_map<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::assemble(None, pairs)
    }

    /// The value of a variable that is no secret; `None` when unset, empty, or secret (see [`Settings::secret`]).
    pub fn get(&self, name: &str) -> Option<&str> {
        if is_secret_name(name) {
            None
        } else {
            self.raw(name)
        }
    }

    /// The value of any variable, kept wrapped; `None` when unset or empty.
    pub fn secret(&self, name: &str) -> Option<&SecretString> {
        self.found(name).map(|(_, value)| &value.text)
    }

    /// Where the value in use was found; `None` when unset or empty.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.found(name).map(|(_, value)| &value.source)
    }

    /// Whether the variable can be used: set, no placeholder, of the form CONTRACT §1 gives it.
    pub fn check(&self, name: &str) -> Result<(), Problem> {
        let value = self.raw(name).ok_or(Problem::Missing)?;
        let Some(variable) = Variable::find(name) else {
            return Ok(());
        };
        if variable.is_placeholder(value) {
            return Err(Problem::Placeholder);
        }
        (variable.validate)(value).map_err(|why| Problem::Malformed { why })
    }

    /// What the user should know about the way the settings were read.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Everything that must not leave the process, under the name of the variable that holds it: secret variables,
    /// passwords inside URLs, and values of unknown names that sound secret.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        let whole = self
            .values
            .iter()
            .filter(|(name, value)| is_secret_name(name) && !is_blank(&value.text))
            .map(|(name, value)| (name.as_str(), &value.text));
        whole.chain(self.derived.iter().map(|(name, text)| (name.as_str(), text)))
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.secret(name).map(ExposeSecret::expose_secret)
    }

    /// The name the value was found under and the value: the name itself first, then its aliases.
    fn found(&self, name: &str) -> Option<(&str, &Value)> {
        let aliases = Variable::find(name)
            .filter(|variable| variable.name == name)
            .map_or(&[][..], |v| v.aliases);
        std::iter::once(name)
            .chain(aliases.iter().copied())
            .filter_map(|name| self.values.get_key_value(name))
            .find(|(_, value)| !is_blank(&value.text))
            .map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.values.iter().map(|(name, value)| (name, &value.source)))
            .finish()
    }
}

fn is_blank(text: &SecretString) -> bool {
    text.expose_secret().trim().is_empty()
}

/// Declared secret, or unknown and named like one.
fn is_secret_name(name: &str) -> bool {
    const SOUNDS_SECRET: [&str; 8] = [
        "SECRET", "TOKEN", "PASSWORD", "PASSWD", "PEPPER", "KEY", "DSN", "_URL",
    ];
    match Variable::find(name) {
        Some(variable) => variable.secret,
        None => SOUNDS_SECRET
            .iter()
            .any(|word| name.to_ascii_uppercase().contains(word)),
    }
}

#[cfg(test)]
mod tests;

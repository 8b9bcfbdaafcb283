//! Why there are no services.

use std::io;

/// Why a service could not be found, installed or started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A variable such as `GOLIVE_PG_BINDIR` names something that cannot be used.
    #[error("{variable}={value}: {reason}")]
    Configured {
        /// The variable's name.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A program is neither here nor could it be installed; the text holds the commands that would do it.
    #[error("{0}")]
    Missing(String),
    /// A server, `initdb` or an installer ended or did not answer in time.
    #[error("{what} failed: {detail}")]
    Failed {
        /// The program.
        what: String,
        /// Its own last words.
        detail: String,
    },
    /// The operating system refused something.
    #[error("{doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// The refusal.
        source: io::Error,
    },
}

/// Says what was being done when an I/O error came.
pub(crate) trait Doing<T> {
    /// Wraps the error; `doing` reads like "cannot create /tmp/x".
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|source| Error::Io {
            doing: format!("{}: {source}", doing()),
            source,
        })
    }
}

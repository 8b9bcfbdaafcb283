//! Where systems keep the programs.

use std::fs;
use std::path::{Path, PathBuf};

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

/// Every directory in which PostgreSQL might be; none when the system is not to be looked at.
pub(crate) fn postgres_directories(system: bool) -> Vec<PathBuf> {
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

/// Every file that might be a Redis server, likewise.
pub(crate) fn redis_files(system: bool) -> Vec<PathBuf> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_part_of_one_name() {
        assert!(matching("/b*n/sh").contains(&PathBuf::from("/bin/sh")));
        assert!(matching("/no/such/*/thing").is_empty());
    }
}

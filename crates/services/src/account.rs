//! Who runs the servers: ourselves, or `nobody` when we are root (PostgreSQL refuses root).

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::{Doing, Error};

#[cfg(target_os = "macos")]
const NOBODY: u32 = 4_294_967_294;
#[cfg(not(target_os = "macos"))]
const NOBODY: u32 = 65534;

/// True when this process runs as root, so that servers have to be started as somebody else.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Lets the command run unprivileged, in an environment in which nothing of the caller's (`PGPORT`, `LANG`) matters.
pub(crate) fn unprivileged(command: &mut Command) -> &mut Command {
    command.env_clear().env("LC_ALL", "C").env("TZ", "UTC");
    for name in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    if is_root() {
        command.uid(NOBODY).gid(NOBODY); // std clears the supplementary groups, too
    }
    command
}

/// Gives a path to the user that runs the servers.
pub(crate) fn give(path: &Path) -> Result<(), Error> {
    if !is_root() {
        return Ok(());
    }
    std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY))
        .doing(|| format!("cannot give {} to the unprivileged user", path.display()))
}

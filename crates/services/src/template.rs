//! A cluster that `initdb` made once, kept in the cache and copied: a tenth of the time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::account;
use crate::error::{Doing, Error};
use crate::find::Program;
use crate::home::{Home, random_hex};
use crate::process::{Guarded, Stop};
use crate::wheels;

/// Small WAL segments make the copy small; trust is replaced by our own pg_hba.conf before the first start.
const INITDB: &[&str] = &[
    "--no-sync",
    "--auth=trust",
    "--no-locale",
    "--encoding=UTF8",
    "--username=postgres",
    "--wal-segsize=1",
];

/// Puts a fresh cluster at `home/pg/data`: a copy of the template, or `initdb` and then a template for the next time.
pub(crate) fn cluster(home: &Arc<Home>, directory: &Path, postgres: &Program) -> Result<PathBuf, Error> {
    let data = directory.join("data");
    let template = wheels::cache().map(|cache| cache.join("templates").join(key(postgres)));
    if let Some(template) = &template
        && template.is_dir()
    {
        if copy(template, &data).is_ok() {
            give_all(&data)?;
            return Ok(data);
        }
        let _ = fs::remove_dir_all(&data); // a template that cannot be copied is no template
    }
    initdb(home, directory, &data, postgres)?;
    if let Some(template) = template {
        let _ = keep(&data, &template); // only saves time
    }
    Ok(data)
}

fn initdb(home: &Arc<Home>, directory: &Path, data: &Path, postgres: &Program) -> Result<(), Error> {
    let mut arguments = vec!["-D".into(), data.as_os_str().to_owned()];
    arguments.extend(INITDB.iter().map(Into::into));
    let program = postgres.path.join("initdb");
    let mut initdb = Guarded::spawn(home, directory, &program, arguments, Stop::Interrupt)?;
    match initdb.wait(Duration::from_mins(3)) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(initdb.failure(&status.to_string())),
        None => Err(initdb.failure("not done after three minutes")),
    }
}

/// Copies beside the template's place, then renames: whoever comes second throws its own away.
fn keep(data: &Path, template: &Path) -> Result<(), Error> {
    let fresh = template.with_extension(random_hex(4)?);
    let kept = fs::create_dir_all(template.parent().unwrap_or(template))
        .and_then(|()| copy(data, &fresh))
        .and_then(|()| fs::rename(&fresh, template));
    if kept.is_err() {
        let _ = fs::remove_dir_all(&fresh);
    }
    kept.doing(|| format!("cannot keep {}", template.display()))
}

/// What makes clusters differ: the version, the build (by its place) and initdb's options.
fn key(postgres: &Program) -> String {
    let text = format!(
        "{}\n{}\n{}",
        postgres.full_version,
        postgres.path.display(),
        INITDB.join(" ")
    );
    // FNV-1a: the same in every build of this program, which std's hashers do not promise.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("pg{}-{hash:016x}", postgres.version)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

fn give_all(path: &Path) -> Result<(), Error> {
    if !account::is_root() {
        return Ok(());
    }
    account::give(path)?;
    for entry in fs::read_dir(path)
        .doing(|| format!("cannot read {}", path.display()))?
        .flatten()
    {
        if entry.file_type().is_ok_and(|it| it.is_dir()) {
            give_all(&entry.path())?;
        } else {
            account::give(&entry.path())?;
        }
    }
    Ok(())
}

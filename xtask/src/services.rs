//! `cargo xtask services`: a private PostgreSQL and Redis for as long as one works with them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use golive_services::{Options, Services};

use crate::{child, setup, talk};

/// Run a private PostgreSQL and Redis: for one command, or until Ctrl-C
///
/// Free ports, random passwords, one temporary directory; everything is gone afterwards. The URLs are in
/// GOLIVE_TEST_DATABASE_URL and GOLIVE_TEST_REDIS_URL: of the command's environment, or as `export` lines on
/// standard output.
///
///   cargo xtask services -- cargo nextest run -p live-database
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Also write the variables to this file (mode 0600); it is removed at the end
    #[arg(long, value_name = "PATH")]
    env_file: Option<PathBuf>,
    /// The command to run with them; its exit code is ours
    #[arg(last = true, value_name = "CMD")]
    command: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let services = start()?;
    let _file = args
        .env_file
        .as_deref()
        .map(|path| EnvFile::write(path, &services.env()))
        .transpose()?;
    if let Some((program, arguments)) = args.command.split_first() {
        return child::run(Command::new(program).args(arguments).envs(services.env()));
    }
    for (name, value) in services.env() {
        talk::data(format!("export {name}='{value}'"));
    }
    talk::say("running until Ctrl-C");
    child::wait_for_signal(|| false);
    Ok(0) // Ctrl-C is how this ends
}

/// Sets up, starts, and says so.
pub(crate) fn start() -> anyhow::Result<Services> {
    let binaries = setup::binaries()?;
    let services = Services::start(&binaries, &Options::default())?;
    child::check()?;
    let (postgres, redis) = (&binaries.postgres, &binaries.redis);
    talk::say(format!(
        "PostgreSQL {} on 127.0.0.1:{}, Redis {} on 127.0.0.1:{}, in {}",
        postgres.version,
        services.postgres.port(),
        redis.version,
        services.redis.port(),
        services.directory().display(),
    ));
    Ok(services)
}

/// A file with passwords that goes when they have become useless.
struct EnvFile<'a>(&'a Path);

impl<'a> EnvFile<'a> {
    fn write(path: &'a Path, variables: &[(&str, String)]) -> anyhow::Result<Self> {
        let lines: Vec<String> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        let _ = fs::remove_file(path); // its mode might be another's
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(lines.concat().as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for EnvFile<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_env_file_is_private_whatever_was_there_and_goes() {
        let path = std::env::temp_dir().join(format!("golive-env-{}", std::process::id()));
        fs::write(&path, "old").unwrap();
        let file = EnvFile::write(&path, &[("A", "1".to_owned()), ("B", "2".to_owned())]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "A=1\nB=2\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(file);
        assert!(!path.exists());
    }
}

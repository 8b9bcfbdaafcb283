//! Where things are, and how cargo is called.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::child;

/// The checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a directory of the workspace")
}

/// cargo, in the checkout.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(root());
    cargo
}

/// A built binary: xtask itself lies in the same directory, whatever `CARGO_TARGET_DIR` says.
pub(crate) fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where xtask is")?;
    let path = own.with_file_name(name);
    ensure!(path.is_file(), "{} is not there: build it first", path.display());
    Ok(path)
}

/// Builds packages as developers do (dev profile), in one cargo call.
pub(crate) fn build(packages: &[&str]) -> anyhow::Result<()> {
    let mut cargo = cargo(&["build"]);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    let code = child::run(&mut cargo)?;
    ensure!(code == 0, "cargo build failed");
    Ok(())
}

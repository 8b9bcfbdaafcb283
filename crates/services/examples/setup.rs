//! Finds or installs both programs, starts them and says how long that took.

use std::io::Write;
use std::time::Instant;

use golive_services::{Error, Options, Services, setup};

fn main() -> Result<(), Error> {
    let mut out = std::io::stderr();
    let clock = Instant::now();
    let binaries = setup(&mut |line| drop(writeln!(out, "{line}")))?;
    let found = clock.elapsed();
    let clock = Instant::now();
    let services = Services::start(&binaries, &Options::default())?;
    let up = clock.elapsed();
    let directory = services.directory().to_owned();
    let clock = Instant::now();
    drop(services);
    let down = clock.elapsed();
    let gone = !directory.exists();
    drop(writeln!(
        out,
        "{binaries}\nset up {found:.2?}, started {up:.2?}, stopped {down:.2?}, gone: {gone}"
    ));
    Ok(())
}

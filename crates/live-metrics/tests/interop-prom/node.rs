//! Node with the real prom-client.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use golive_core::testing::npm;

/// The page that `prom-page.cjs` prints.
pub(crate) fn page(mode: &str) -> String {
    let output = script()
        .arg(mode)
        .output()
        .unwrap_or_else(|error| npm::missing("node", &error));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "prom-page.cjs {mode}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// `prom-page.cjs` as a server; it is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    process: Child,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut process = script()
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| npm::missing("node", &error));
        let mut line = String::new();
        let output = process.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("node's output");
        let port = line.trim().parse().expect("a port");
        Self { port, process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn script() -> Command {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop");
    let mut command = npm::script(&fixture, env!("CARGO_TARGET_TMPDIR"), "prom-page.cjs");
    command.stdin(Stdio::null());
    command
}

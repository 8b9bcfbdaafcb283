//! Node with the real prom-client, installed once into `target/interop-prom`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The page that `page.cjs` prints.
pub(crate) fn page(mode: &str) -> String {
    let output = script()
        .arg(mode)
        .output()
        .unwrap_or_else(|error| missing("node", &error));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "page.cjs {mode}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// `page.cjs` as a server; it is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    process: Child,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut process = script()
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| missing("node", &error));
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
    let mut command = Command::new("node");
    command
        .arg(fixture().join("page.cjs"))
        .env("NODE_PATH", installed())
        .stdin(Stdio::null());
    command
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop-prom")
}

/// The `node_modules` of the fixture; `npm ci` runs when its lock file is not the one that is installed.
fn installed() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../interop-prom");
    fs::create_dir_all(&home).expect("a directory below target");
    // Tests are processes of their own: one installs, the others wait.
    let guard = File::create(home.join(".lock")).expect("a lock file");
    guard.lock().expect("the lock");
    let wanted = fs::read_to_string(fixture().join("package-lock.json")).expect("the lock file of npm");
    let stamp = home.join(".installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return home.join("node_modules");
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(fixture().join(file), home.join(file)).expect("a copy");
    }
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&home)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| missing("npm", &error));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "npm ci in {}: {errors}", home.display());
    fs::write(stamp, wanted).expect("a stamp");
    home.join("node_modules")
}

fn missing(program: &str, error: &std::io::Error) -> ! {
    panic!(
        "{program} cannot be started ({error}): this test holds golive against the real prom-client from npm. Install \
         Node 18 or newer with npm (Debian: apt-get install nodejs npm), or leave these tests out with \
         `cargo nextest run -E 'not binary(interop-prom)'`"
    )
}

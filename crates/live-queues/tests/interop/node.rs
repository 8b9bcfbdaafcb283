//! A Node process with the real BullMQ, its packages installed once into `target/interop`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// An answer takes a second on a busy machine, the start of Node two.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Node {
    process: Child,
    requests: ChildStdin,
    lines: Receiver<Value>,
    /// What workers met so far.
    events: Vec<Value>,
}

impl Node {
    /// Starts `tests/interop/bullmq.cjs`; it is killed when this is dropped.
    pub(crate) fn start(major: u32, url: &str, prefix: &str) -> Self {
        let modules = installed();
        let mut process = Command::new("node")
            .arg(fixture().join("bullmq.cjs"))
            .args([&major.to_string(), url, prefix])
            .env("NODE_PATH", modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| missing("node", &error));
        let requests = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Libraries may print too; only our own lines are JSON.
                if let Ok(message) = serde_json::from_str(&line) {
                    sender.send(message).ok();
                }
            }
        });
        let mut node = Self {
            process,
            requests,
            lines,
            events: Vec::new(),
        };
        let ready = node.next();
        assert_eq!(ready["event"], "ready");
        node
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").unwrap();
        loop {
            let mut message = self.next();
            if let Some(answer) = message.get_mut("answer") {
                return answer.take();
            }
            assert!(
                message.get("error").is_none(),
                "{request}: {}",
                message["error"].as_str().unwrap_or_default()
            );
            self.events.push(message);
        }
    }

    /// What workers met so far, of one kind.
    pub(crate) fn events(&mut self, kind: &str) -> Vec<Value> {
        self.events.extend(self.lines.try_iter());
        let of_kind = self.events.iter().filter(|event| event["event"] == kind);
        of_kind.cloned().collect()
    }

    fn next(&mut self) -> Value {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| {
            panic!(
                "node says nothing ({error}); it has ended with {:?}",
                self.process.try_wait()
            )
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop")
}

/// The `node_modules` of the fixture; `npm ci` runs when its lock file is not the one that is installed.
fn installed() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../interop");
    fs::create_dir_all(&home).unwrap();
    // Tests are processes of their own: one installs, the others wait.
    let guard = File::create(home.join(".lock")).unwrap();
    guard.lock().unwrap();
    let wanted = fs::read_to_string(fixture().join("package-lock.json")).unwrap();
    let stamp = home.join(".installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return home.join("node_modules");
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(fixture().join(file), home.join(file)).unwrap();
    }
    let output = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--omit=optional",
            "--no-audit",
            "--no-fund",
        ])
        .current_dir(&home)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| missing("npm", &error));
    assert!(
        output.status.success(),
        "npm ci in {}: {}",
        home.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    fs::write(stamp, wanted).unwrap();
    home.join("node_modules")
}

fn missing(program: &str, error: &std::io::Error) -> ! {
    panic!(
        "{program} cannot be started ({error}): this test holds golive against the real BullMQ from npm. Install \
         Node 18 or newer with npm (Debian: apt-get install nodejs npm), or leave these tests out with \
         `cargo nextest run -E 'not binary(interop)'`"
    )
}

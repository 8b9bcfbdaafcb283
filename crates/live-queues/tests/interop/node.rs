//! A Node process with the real BullMQ.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use golive_core::testing::npm;
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
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop");
        let mut process = npm::script(&fixture, env!("CARGO_TARGET_TMPDIR"), "bullmq.cjs")
            .args([&major.to_string(), url, prefix])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| npm::missing("node", &error));
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

//! What was asked of a sandbox, for tests that count requests and writes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEPT: usize = 10_000;

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Upper-case method.
    pub method: String,
    /// Path, without the query.
    pub path: String,
    /// Raw query, or an empty string.
    pub query: String,
    /// Status answered.
    pub status: u16,
    /// Time until the answer's head.
    pub took: Duration,
    /// Why a 500 was answered; never sent to the client.
    pub cause: Option<String>,
}

/// The last 10,000 requests, and counts of all of them.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    ring: VecDeque<Recorded>,
    writes: BTreeMap<(String, String), usize>,
    total: usize,
}

impl Requests {
    pub(crate) fn record(&self, request: Recorded) {
        let mut inner = self.inner.lock().expect("no holder panics");
        inner.total += 1;
        if !matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            *inner
                .writes
                .entry((request.method.clone(), request.path.clone()))
                .or_default() += 1;
        }
        if inner.ring.len() == KEPT {
            inner.ring.pop_front();
        }
        inner.ring.push_back(request);
    }

    /// The last requests, oldest first.
    pub fn all(&self) -> Vec<Recorded> {
        self.inner
            .lock()
            .expect("no holder panics")
            .ring
            .iter()
            .cloned()
            .collect()
    }

    /// How many requests came so far.
    pub fn total(&self) -> usize {
        self.inner.lock().expect("no holder panics").total
    }

    /// How often each path was asked to write, by method and path.
    pub fn writes(&self) -> BTreeMap<(String, String), usize> {
        self.inner.lock().expect("no holder panics").writes.clone()
    }
}

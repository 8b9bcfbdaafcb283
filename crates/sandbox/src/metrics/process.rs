//! What prom-client's default metrics say about a Node process, said about this one.

use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use prometheus::core::Collector;
use prometheus::{Counter, Gauge, GaugeVec, Opts, Registry};

/// Kernel clock ticks a second, on every Linux that matters here.
const TICKS: f64 = 100.0;

pub(super) struct Process {
    cpu: Counter,
    cpu_seen: Mutex<f64>,
    memory: Gauge,
    files: Gauge,
    lag: Gauge,
}

impl Process {
    pub(super) fn register(registry: &Registry) -> Self {
        let gauge = |name: &str, help: &str| {
            let gauge = Gauge::new(name, help).expect("the name is valid");
            add(registry, gauge.clone());
            gauge
        };
        let started = gauge("process_start_time_seconds", "Start of the process since 1970");
        started.set(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0.0, |time| time.as_secs_f64()),
        );
        let version = GaugeVec::new(Opts::new("nodejs_version_info", "Node.js version"), &["version"])
            .expect("the name is valid");
        version.with_label_values(&["v20.18.1"]).set(1.0);
        add(registry, version);
        let cpu = Counter::new("process_cpu_seconds_total", "CPU time spent").expect("the name is valid");
        add(registry, cpu.clone());
        Self {
            cpu,
            cpu_seen: Mutex::new(0.0),
            memory: gauge("process_resident_memory_bytes", "Resident memory"),
            files: gauge("process_open_fds", "Open file descriptors"),
            lag: gauge("nodejs_eventloop_lag_seconds", "How late the event loop is"),
        }
    }

    /// Looks at the process; what the system does not tell stays as it was.
    pub(super) async fn observe(&self) {
        let asked = Instant::now();
        tokio::task::yield_now().await;
        self.lag.set(asked.elapsed().as_secs_f64());
        if let Some(seconds) = cpu_seconds() {
            let mut seen = self.cpu_seen.lock().expect("no holder panics");
            self.cpu.inc_by((seconds - *seen).max(0.0));
            *seen = seconds.max(*seen);
        }
        if let Some(pages) = field("/proc/self/statm", 1) {
            self.memory.set(pages * 4096.0);
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            self.files.set(files.count() as f64);
        }
    }
}

fn add(registry: &Registry, collector: impl Collector + 'static) {
    registry.register(Box::new(collector)).expect("names are unique");
}

fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // the command in parentheses may hold spaces
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<f64>().ok());
    Some((ticks.next()?? + ticks.next()??) / TICKS)
}

fn field(path: &str, index: usize) -> Option<f64> {
    std::fs::read_to_string(path)
        .ok()?
        .split_whitespace()
        .nth(index)?
        .parse()
        .ok()
}

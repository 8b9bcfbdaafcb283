//! A target that floods, bombs or sends elsewhere changes the result: one root cause, little memory, no token lost.

use std::io::Read as _;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{Env, Place, probe, probes, roots};
use golive_sandbox::{Options, Sandbox};
use serde_json::Value;

/// What a run may hold at its peak, in the debug build.
const MOST_KIB: u64 = 64 * 1024;

/// Runs everything against a sandbox with one fault; what is blamed must be `root` alone, for that reason.
async fn blamed(fault: &str, root: &str, reason: &str) -> (Sandbox, Value, u64) {
    let sandbox = Sandbox::start(Options::from_test_env().fault(fault))
        .await
        .expect("a sandbox");
    let env: Env = sandbox.env();
    let (code, peak, report) = tokio::task::spawn_blocking(move || measured(&Place::new().with_env(&env)))
        .await
        .expect("ran");
    assert_eq!((code, roots(&report)), (1, vec![root]), "{}", report["headline"]);
    assert_eq!(
        probe(&report, root)["reason"],
        reason,
        "{}",
        probe(&report, root)["summary"]
    );
    for probe in probes(&report).filter(|probe| probe["status"] != "PASS" && probe["id"] != root) {
        assert!(
            probe["status"] == "PENDING" && probe["blocked_by"] == root,
            "{} stands there by itself: {}",
            probe["id"],
            probe["summary"]
        );
    }
    (sandbox, report, peak)
}

/// `golive run --format json`: exit code, peak memory in KiB, report.
fn measured(place: &Place) -> (i32, u64, Value) {
    let mut golive = place
        .command("golive", &["run", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stdout = golive.stdout.take().expect("piped");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let status = format!("/proc/{}/status", golive.id());
    let mut peak = 0;
    let ended = loop {
        peak = high_water_mark(&status).unwrap_or(peak);
        if let Some(ended) = golive.try_wait().expect("its state") {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = reader.join().expect("no panic").expect("text");
    let report = serde_json::from_str(&text).unwrap_or_else(|error| panic!("no report: {error}\n{text}"));
    (ended.code().unwrap_or(-1), peak, report)
}

/// `VmHWM` of proc(5): it never falls, so the last value read is the peak but for the last moment.
fn high_water_mark(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_never_end_or_grow_are_given_up() {
    for fault in [
        "contract.hostile-endless-body",
        "contract.hostile-large-body",
        "contract.hostile-gzip-bomb",
    ] {
        let (sandbox, _, peak) = blamed(fault, "contract.reachable", "body_mismatch").await;
        sandbox.stop().await;
        println!("{fault}: {peak} KiB at the peak");
        assert!((1..MOST_KIB).contains(&peak), "{fault}: {peak} KiB at the peak");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_behind_a_healthy_backend_is_its_probes_alone() {
    let (sandbox, ..) = blamed("metrics.endpoint-gzip-bomb", "metrics.endpoint", "body_mismatch").await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_origin_gets_no_request_and_so_no_token() {
    for (fault, root) in [
        ("contract.hostile-redirects", "contract.reachable"),
        ("reports.automations-redirects", "reports.automations"),
    ] {
        let (sandbox, report, _) = blamed(fault, root, "status_unexpected").await;
        let saw = sandbox.stranger_saw();
        sandbox.stop().await;
        assert!(
            saw.is_empty(),
            "{fault}: another origin was asked {} times",
            saw.len()
        );
        assert!(
            probe(&report, root)["evidence"].to_string().contains("/taken"),
            "the evidence shows where it was sent"
        );
    }
}

//! Runs checks against sandboxes: healthy ones must pass without a warning, and each fault must be
//! found by the probe that owns it, as the only root cause.

use std::fmt::Write;

use futures::StreamExt;
use golive_core::check::Check;
use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_core::report::{ProbeReport, Report};
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use golive_services::RedisServer;

use crate::faults::{self, Expect, Fault};
use crate::{Options, Sandbox};

/// Sandboxes at once in one test; the runner has a test for each core already, and a busy machine is a slow target.
const AT_ONCE: usize = 1;

/// Verifies a sandbox with some checks.
///
/// # Panics
/// When the plan cannot be made.
pub async fn verify(checks: &[&dyn Check], sandbox: &Sandbox) -> Report {
    verify_with(checks, sandbox, Contract::default()).await
}

/// Verifies a sandbox with some checks, narrowed.
///
/// # Panics
/// When the selection names something unknown.
pub async fn verify_selected(checks: &[&dyn Check], sandbox: &Sandbox, selection: &Selection) -> Report {
    let settings = Settings::from_map(sandbox.env());
    golive_core::testing::verify(checks, settings, Contract::default(), selection)
        .await
        .expect("a plan")
}

/// A healthy sandbox: every probe passes or does not apply, and nothing is left behind.
///
/// # Panics
/// When a probe does not pass, or rows, keys or messages differ afterwards.
pub async fn assert_healthy(check: &dyn Check) -> Report {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("a sandbox");
    let before = sandbox.snapshot().await.expect("a snapshot");
    let report = verify(&[check], &sandbox).await;
    let after = sandbox.snapshot().await.expect("a snapshot");
    sandbox.stop().await;
    let unhealthy: Vec<&ProbeReport> = probes(&report)
        .filter(|probe| probe.status != Status::Pass)
        .collect();
    assert!(
        unhealthy.is_empty(),
        "a healthy sandbox, yet:\n{}",
        shown(&unhealthy)
    );
    assert!(report.summary.pass > 0, "no probe ran");
    let left: Vec<_> = report
        .cleanup
        .iter()
        .filter(|entry| entry.status != golive_core::report::CleanupStatus::Done)
        .collect();
    assert!(left.is_empty(), "left behind: {left:#?}");
    assert_eq!(before, after, "the run changed the target");
    report
}

/// Verifies a sandbox with some checks under another contract.
///
/// # Panics
/// When the plan cannot be made.
pub async fn verify_with(checks: &[&dyn Check], sandbox: &Sandbox, contract: Contract) -> Report {
    let settings = Settings::from_map(sandbox.env());
    golive_core::testing::verify(checks, settings, contract, &Selection::default())
        .await
        .expect("a plan")
}

/// Every fault of the table `owner` is found by the probe that owns it, and by no other. With
/// `GOLIVE_FAULTS=one-a-probe` (set by `cargo xtask test`) the first fault of each probe stands for the rest;
/// `cargo xtask faults` runs them all.
///
/// # Panics
/// With a line for each fault that was missed, or blamed on another probe.
pub async fn assert_every_fault_is_found(check: &dyn Check, owner: &str) {
    let table = chosen(faults::owned_by(owner));
    assert!(!table.is_empty(), "no faults for {owner}");
    let results: Vec<Result<(), String>> = futures::stream::iter(table.iter().copied())
        .map(|fault| find(check, fault))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let missed: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    assert!(
        missed.is_empty(),
        "{} of {} faults:\n{}",
        missed.len(),
        table.len(),
        missed.join("\n")
    );
}

fn chosen(table: &'static [Fault]) -> Vec<&'static Fault> {
    let one_a_probe = std::env::var("GOLIVE_FAULTS").is_ok_and(|value| value == "one-a-probe");
    let first = |at: usize| !table[..at].iter().any(|earlier| earlier.owner == table[at].owner);
    table
        .iter()
        .enumerate()
        .filter(|(at, _)| !one_a_probe || first(*at))
        .map(|(_, fault)| fault)
        .collect()
}

/// Every probe of the check fails on at least one fault of its table (a family member, or the whole
/// probe), except those named in `exempt`, each with its reason.
///
/// # Panics
/// When a probe cannot be seen failing, or an exemption is not needed.
pub fn assert_every_probe_has_a_fault(check: &dyn Check, owner: &str, exempt: &[(&str, &str)]) {
    let table = faults::owned_by(owner);
    let seen = |id: &str| table.iter().any(|fault| covers(fault.owner, id));
    let excused = |id: &str| exempt.iter().any(|(exempt, _)| *exempt == id);
    let unseen: Vec<String> = check
        .probes(&Contract::default())
        .iter()
        .map(|probe| probe.facts().id.to_string())
        .filter(|id| !seen(id) && !excused(id))
        .collect();
    assert!(unseen.is_empty(), "never seen failing: {}", unseen.join(", "));
    let needless: Vec<&str> = exempt.iter().map(|(id, _)| *id).filter(|id| seen(id)).collect();
    assert!(
        needless.is_empty(),
        "exempt, yet covered: {}",
        needless.join(", ")
    );
}

/// A fault owned by one member of a family proves the family: `webhooks.accepts.orders-paid` shows
/// that `webhooks.accepts.*` can fail.
fn covers(owner: &str, id: &str) -> bool {
    let family = |id: &str| id.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    owner == id || (id.matches('.').count() > 1 && family(owner) == family(id))
}

/// One fault, one sandbox, one run: `Err` says what was reported instead.
///
/// # Errors
/// One line: the fault, its owner, what happened.
pub async fn find(check: &dyn Check, fault: &'static Fault) -> Result<(), String> {
    blame(&with_fault(&[check], fault).await?, fault)
}

/// Verifies a sandbox that has one fault.
///
/// # Errors
/// One line: the fault, and why its sandbox did not start.
pub async fn with_fault(checks: &[&dyn Check], fault: &'static Fault) -> Result<Report, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", fault.name);
    let mut options = Options::from_test_env().fault(fault.name);
    // A fault of the whole server needs a server of its own; it ends when this is dropped.
    let server = fault
        .own_redis
        .then(own_redis)
        .transpose()
        .map_err(|error| failed(&error))?;
    if let Some(server) = &server {
        options = options.own_redis(server.url());
    }
    let sandbox = Sandbox::start(options).await.map_err(|error| failed(&error))?;
    let report = verify(checks, &sandbox).await;
    sandbox.stop().await;
    Ok(report)
}

/// A Redis server that nobody else uses; it ends when this is dropped.
///
/// # Errors
/// When there is no Redis, or it does not start.
pub fn own_redis() -> Result<RedisServer, golive_services::Error> {
    RedisServer::start(&golive_services::find()?, &[])
}

/// The rights of the Redis user that the runbook makes, word for word.
///
/// # Panics
/// When the runbook has no such line any more.
pub fn documented_redis_rights() -> &'static str {
    const RUNBOOK: &str = include_str!("../../../docs/runbook.md");
    let line = RUNBOOK.split_once("ACL SETUSER golive on >PASSWORD");
    let rights = line.and_then(|(_, rest)| rest.split_once("```"));
    rights.expect("the runbook makes a Redis user").0.trim()
}

/// Whether the report blames exactly the fault's owner.
///
/// # Errors
/// One line: the fault, its owner, what happened.
pub fn blame(report: &Report, fault: &Fault) -> Result<(), String> {
    let wanted = match fault.expect {
        Expect::Fail => Status::Fail,
        Expect::Warn => Status::Warn,
    };
    let own: Vec<&ProbeReport> = probes(report)
        .filter(|probe| probe.status != Status::Pass && probe.blocked_by.is_none())
        .collect();
    let owner_ok = own
        .iter()
        .any(|probe| probe.id == fault.owner && probe.status == wanted);
    if owner_ok && own.len() == 1 {
        return Ok(());
    }
    let verdict = if owner_ok { "collateral" } else { "missed" };
    Err(format!(
        "{}: {verdict}, want only {} {wanted}, got:\n{}",
        fault.name,
        fault.owner,
        shown(&own)
    ))
}

fn probes(report: &Report) -> impl Iterator<Item = &ProbeReport> {
    report.checks.iter().flat_map(|check| &check.probes)
}

fn shown(probes: &[&ProbeReport]) -> String {
    let mut text = String::new();
    for probe in probes {
        let _ = writeln!(
            text,
            "    {} {} {:?}: {}",
            probe.status, probe.id, probe.reason, probe.summary
        );
        if let (Some(expected), Some(observed)) = (&probe.expected, &probe.observed) {
            let _ = writeln!(text, "        expected {expected}\n        observed {observed}");
        }
    }
    if text.is_empty() {
        "    nothing\n".to_owned()
    } else {
        text
    }
}

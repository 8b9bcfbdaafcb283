//! Runs the matrix: one sandbox a cell, all nine checks against it.

use std::time::Instant;

use futures::StreamExt;
use golive_core::outcome::Status;
use golive_core::report::{ProbeReport, Report};
use golive_sandbox::Sandbox;
use golive_sandbox::faults::{Expect, Fault};
use golive_sandbox::harness;

use crate::say;
use crate::variants::Variant;

/// What a fault led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its owner, with the expected status, and nobody else.
    ByItsOwner,
    /// Its owner, and these others by themselves.
    WithCollateral(Vec<String>),
    /// Not its owner, but these.
    ByOthers(Vec<String>),
    /// Everything passed.
    Missed,
    /// The sandbox did not start.
    NotRun(String),
}

/// One fault and what it led to.
pub(crate) struct FaultResult {
    pub(crate) fault: &'static Fault,
    pub(crate) found: Found,
}

/// One healthy run and what cried wolf in it.
pub(crate) struct HealthyResult {
    pub(crate) name: String,
    pub(crate) alarms: Vec<String>,
    /// Why it was not run.
    pub(crate) skipped: Option<&'static str>,
}

/// The whole matrix.
pub(crate) struct Results {
    pub(crate) faults: Vec<FaultResult>,
    pub(crate) healthy: Vec<HealthyResult>,
    pub(crate) variants: Vec<HealthyResult>,
}

impl Results {
    pub(crate) fn count(&self, is: fn(&Found) -> bool) -> usize {
        self.faults.iter().filter(|result| is(&result.found)).count()
    }

    pub(crate) fn detected(&self) -> usize {
        self.count(|found| matches!(found, Found::ByItsOwner | Found::WithCollateral(_)))
    }

    pub(crate) fn false_alarms(&self) -> usize {
        self.healthy
            .iter()
            .chain(&self.variants)
            .filter(|result| !result.alarms.is_empty())
            .count()
    }

    pub(crate) fn closing_line(&self) -> String {
        format!(
            "detected {}/{}, wrong owner {}, collateral {}, false alarms {} (over {} healthy runs and {} healthy variants)",
            self.detected(),
            self.faults.len(),
            self.count(|found| matches!(found, Found::ByOthers(_))),
            self.count(|found| matches!(found, Found::WithCollateral(_))),
            self.false_alarms(),
            self.healthy.len(),
            self.variants
                .iter()
                .filter(|variant| variant.skipped.is_none())
                .count()
        )
    }

    /// Whether every fault was found by its owner alone and nothing healthy cried.
    pub(crate) fn clean(&self) -> bool {
        self.faults.iter().all(|result| result.found == Found::ByItsOwner) && self.false_alarms() == 0
    }
}

/// Every fault, each in a sandbox of its own.
pub(crate) async fn faults(faults: &[&'static Fault], jobs: u8) -> Vec<FaultResult> {
    let runs = faults.iter().enumerate().map(|(at, fault)| async move {
        let found = find(fault).await;
        let (word, detail) = match &found {
            Found::ByItsOwner => ("found     ", String::new()),
            Found::WithCollateral(others) => ("COLLATERAL", format!("  also {}", others.join(", "))),
            Found::ByOthers(others) => ("WRONG     ", format!("  by {}", others.join(", "))),
            Found::Missed => ("MISSED    ", String::new()),
            Found::NotRun(why) => ("NOT RUN   ", format!("  {why}")),
        };
        say(&format!("{word} {:<44} {}{detail}", fault.name, fault.owner));
        (at, FaultResult { fault, found })
    });
    ordered(runs, jobs).await
}

async fn find(fault: &'static Fault) -> Found {
    let report = match harness::with_fault(golive::CHECKS, fault).await {
        Ok(report) => report,
        Err(why) => return Found::NotRun(why),
    };
    let wanted = match fault.expect {
        Expect::Fail => Status::Fail,
        Expect::Warn => Status::Warn,
    };
    let (own, others): (Vec<&ProbeReport>, Vec<&ProbeReport>) = by_themselves(&report)
        .into_iter()
        .partition(|probe| probe.id == fault.owner && probe.status == wanted);
    let names = others
        .iter()
        .map(|probe| format!("{} {} ({})", probe.status, probe.id, probe.summary))
        .collect::<Vec<_>>();
    match (own.is_empty(), names.is_empty()) {
        (false, true) => Found::ByItsOwner,
        (false, false) => Found::WithCollateral(names),
        (true, false) => Found::ByOthers(names),
        (true, true) => Found::Missed,
    }
}

/// Probes that do not pass and do not wait behind another.
fn by_themselves(report: &Report) -> Vec<&ProbeReport> {
    let probes = report.checks.iter().flat_map(|check| &check.probes);
    probes
        .filter(|probe| probe.status != Status::Pass && probe.blocked_by.is_none())
        .collect()
}

/// Healthy runs, one after the other in each lane.
pub(crate) async fn healthy(times: u32, jobs: u8) -> Vec<HealthyResult> {
    let runs = (1..=times).map(|number| async move {
        let name = format!("healthy run {number}");
        (
            usize::try_from(number).unwrap_or(usize::MAX),
            verify(&Variant::plain(&name), name).await,
        )
    });
    ordered(runs, jobs).await
}

/// Healthy variants, each in a sandbox of its own.
pub(crate) async fn variants(variants: &[Variant], jobs: u8) -> Vec<HealthyResult> {
    let runs = variants.iter().enumerate().map(|(at, variant)| async move {
        (
            at,
            verify(variant, format!("{}: {}", variant.name, variant.title)).await,
        )
    });
    ordered(runs, jobs).await
}

async fn verify(variant: &Variant, name: String) -> HealthyResult {
    if let Some(why) = (variant.missing)() {
        say(&format!("skipped    {name}: {why}"));
        return HealthyResult {
            name,
            alarms: Vec::new(),
            skipped: Some(why),
        };
    }
    let began = Instant::now();
    let (alarms, asked) = match report_of(variant).await {
        Err(why) => (vec![format!("it did not start: {why}")], String::new()),
        Ok(report) => (
            by_themselves(&report)
                .iter()
                .map(|probe| format!("{} {}: {}", probe.status, probe.id, probe.summary))
                .collect(),
            format!(
                "  ({} passed, {} not run, {:.0} s)",
                report.summary.pass,
                report.not_run.len(),
                began.elapsed().as_secs_f64()
            ),
        ),
    };
    let word = if alarms.is_empty() {
        "quiet     "
    } else {
        "FALSE     "
    };
    say(&format!("{word} {name}{asked}"));
    for alarm in &alarms {
        say(&format!("             {alarm}"));
    }
    HealthyResult {
        name,
        alarms,
        skipped: None,
    }
}

async fn report_of(variant: &Variant) -> Result<Report, String> {
    let mut options = variant.options();
    // It ends when this is dropped.
    let server = variant
        .own_redis
        .then(harness::own_redis)
        .transpose()
        .map_err(|error| error.to_string())?;
    if let Some(server) = &server {
        options = options.own_redis(server.url());
    }
    let sandbox = Sandbox::start(options).await.map_err(|error| error.to_string())?;
    let report = harness::verify_with(golive::CHECKS, &sandbox, variant.contract()).await;
    sandbox.stop().await;
    Ok(report)
}

/// Runs some at once, answers them in their own order.
async fn ordered<T, F: Future<Output = (usize, T)>>(runs: impl Iterator<Item = F>, jobs: u8) -> Vec<T> {
    let mut done: Vec<(usize, T)> = futures::stream::iter(runs)
        .buffer_unordered(jobs.into())
        .collect()
        .await;
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

//! `golive rollback-plan [REPORT]`: the steps of the runbook that fit what failed. It never executes one.

use std::path::PathBuf;

use golive_core::outcome::Status;
use golive_core::report::{ProbeReport, Report};
use serde_json::{Value, json};

use super::{ColorArg, HumanOrJson, print, print_json, read};

mod show;
mod steps;

use steps::{STEPS, Step};

const EXAMPLES: &str = "\
Examples:
  golive rollback-plan                                  from reports/golive.json
  golive rollback-plan reports/history/RUN.json
  golive rollback-plan --format json | jq -r '.steps[].title'

Nothing is executed and nothing is sent: read each step's danger, then type it yourself.

Exit codes: 0 the plan was printed, or there is nothing to roll back · 2 a file that can't be read as a report";

/// Options of `rollback-plan`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The report of the run that failed
    #[arg(value_name = "REPORT.json", default_value = "reports/golive.json")]
    report: PathBuf,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: HumanOrJson,
    #[command(flatten)]
    color: ColorArg,
}

pub(crate) fn main(args: &Args) -> u8 {
    let report = match read(&args.report) {
        Ok(report) => report,
        Err(code) => return code,
    };
    let plan = Plan::of(&report);
    match args.format {
        HumanOrJson::Human => print(&show::render(&plan, &report, args.color.style())),
        HumanOrJson::Json => print_json(&plan.json(&report)),
    }
}

/// The steps that fit, in the order to take them.
struct Plan<'a> {
    steps: Vec<(&'static Step, Vec<&'a ProbeReport>)>,
    /// What failed by itself, or behind something else.
    failed: Vec<&'a ProbeReport>,
    /// What is unknown: no reason to roll back, and none not to.
    unknown: usize,
}

impl<'a> Plan<'a> {
    fn of(report: &'a Report) -> Self {
        let probes = || report.checks.iter().flat_map(|check| &check.probes);
        let stands = |status: Status| probes().filter(move |probe| probe.effective_status() == status);
        let failed: Vec<&ProbeReport> = stands(Status::Fail).collect();
        let mut steps = Vec::new();
        for step in STEPS {
            let fitting: Vec<&ProbeReport> = failed
                .iter()
                .copied()
                .filter(|probe| (step.fits)(probe))
                .collect();
            if !fitting.is_empty() {
                steps.push((step, fitting));
            }
        }
        Self {
            steps,
            failed,
            unknown: stands(Status::Pending).count(),
        }
    }

    fn json(&self, report: &Report) -> Value {
        let steps: Vec<Value> = self
            .steps
            .iter()
            .map(|(step, because)| {
                let because: Vec<Value> = because
                    .iter()
                    .map(|probe| {
                        let runbook = probe.remedy.as_ref().map(|remedy| &remedy.runbook);
                        json!({ "id": probe.id, "summary": probe.summary, "runbook": runbook })
                    })
                    .collect();
                json!({
                    "title": step.title, "how": step.how, "danger": step.danger,
                    "runbook": step.link(), "because": because,
                })
            })
            .collect();
        json!({
            "schema": "golive.rollback-plan/v1",
            "run": report.run.id, "started_at": report.run.started_at, "verdict": report.verdict,
            "executed": false, "failed": self.failed.len(), "unknown": self.unknown,
            "steps": steps, "never": steps::NEVER.iter().map(|(what, why)| json!({ "command": what, "why": why })).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests;

//! Folds a run's results into the report: waivers, statuses, root causes, verdict, headline.

use jiff::civil::Date;

use super::{
    CheckReport, CleanupReport, NotRun, ProbeReport, Report, Run, SCHEMA, Summary, Verdict, Waived,
    WaiverReport, WaiverState,
};
use crate::contract::WaiverEntry;
use crate::outcome::Status;

/// What is known of a check beside its results.
#[derive(Debug, Clone)]
pub struct CheckFacts {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The prefixes of its probes' ids.
    pub owns: Vec<&'static str>,
}

/// What is known of the run beside its results.
#[derive(Debug, Clone)]
pub struct RunFacts {
    /// The run; its `complete` says whether all checks were given and nothing was narrowed.
    pub run: Run,
    /// The checks, in the runbook's order.
    pub checks: Vec<CheckFacts>,
    /// Waivers of `golive.toml`.
    pub waivers: Vec<WaiverEntry>,
    /// The day waivers are judged on.
    pub today: Date,
    /// Remarks on the configuration.
    pub notices: Vec<String>,
}

/// Builds the report. `probes` carry the index of their check.
pub fn build(
    facts: RunFacts,
    mut probes: Vec<(usize, ProbeReport)>,
    not_run: Vec<NotRun>,
    cleanup: Vec<CleanupReport>,
) -> Report {
    let waivers = apply_waivers(&facts.waivers, facts.today, &mut probes);
    let root_causes = root_causes(&probes);
    let mut summary = Summary {
        not_run: count(not_run.len()),
        ..Summary::default()
    };
    for (_, probe) in &probes {
        match probe.effective_status() {
            Status::Pass => summary.pass += 1,
            Status::Warn => summary.warn += 1,
            Status::Pending => summary.pending += 1,
            Status::Fail => summary.fail += 1,
        }
    }
    let mut checks: Vec<CheckReport> = Vec::new();
    for (index, check) in facts.checks.iter().enumerate() {
        let own: Vec<ProbeReport> = probes
            .iter()
            .filter(|(at, _)| *at == index)
            .map(|(_, probe)| probe.clone())
            .collect();
        let start = own.iter().map(|probe| probe.started_ms).min().unwrap_or(0);
        let end = own
            .iter()
            .map(|probe| probe.started_ms.saturating_add(probe.duration_ms))
            .max()
            .unwrap_or(0);
        // A check of which nothing ran is left out when the user left it out, and unknown otherwise.
        let switched_off = own.is_empty()
            && not_run
                .iter()
                .any(|entry| entry.by_user && belongs(&entry.id, check));
        if switched_off {
            continue;
        }
        checks.push(CheckReport {
            id: check.id.to_owned(),
            title: check.title.to_owned(),
            status: own
                .iter()
                .map(ProbeReport::effective_status)
                .max()
                .unwrap_or(Status::Pending),
            duration_ms: end.saturating_sub(start),
            probes: own,
        });
    }
    let silent = checks.iter().any(|check| check.probes.is_empty());
    let verdict = verdict(summary, silent);
    let active = waivers
        .iter()
        .filter(|waiver| waiver.state == WaiverState::Active)
        .count();
    let headline = headline(verdict, active, &facts.run, checks.len());
    Report {
        schema: SCHEMA.to_owned(),
        verdict,
        headline,
        root_causes,
        run: facts.run,
        summary,
        checks,
        not_run,
        cleanup,
        waivers,
        notices: facts.notices,
    }
}

fn belongs(probe: &str, check: &CheckFacts) -> bool {
    check.owns.contains(&probe.split('.').next().unwrap_or_default())
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Any FAIL, else any PENDING, else any WARN, else GO; a run without a PASS, or with a check of which
/// nothing ran (`silent`), proves nothing.
fn verdict(summary: Summary, silent: bool) -> Verdict {
    if summary.fail > 0 {
        Verdict::NoGo
    } else if summary.pending > 0 || silent || summary.pass + summary.warn == 0 {
        Verdict::Incomplete
    } else if summary.warn > 0 {
        Verdict::GoWithWarnings
    } else {
        Verdict::Go
    }
}

/// `GO with 2 waivers`, `NO_GO (narrowed run: no go-live verdict)`.
fn headline(verdict: Verdict, waivers: usize, run: &Run, checks: usize) -> String {
    let mut words = verdict.to_string();
    if waivers > 0 {
        let base = if verdict == Verdict::GoWithWarnings {
            "GO"
        } else {
            verdict.as_str()
        };
        words = format!(
            "{base} with {waivers} waiver{}",
            if waivers == 1 { "" } else { "s" }
        );
    }
    if run.interrupted {
        words.push_str(" (interrupted)");
    } else if !run.complete {
        let part = if run.mode == "read-only" {
            "read-only run"
        } else {
            "narrowed run"
        };
        let plural = if checks == 1 { "" } else { "s" };
        words = format!("{words} ({part} of {checks} check{plural}: no go-live verdict)");
    }
    words
}

/// What failed by itself; then what stayed unknown by itself, when nothing failed.
fn root_causes(probes: &[(usize, ProbeReport)]) -> Vec<String> {
    let own = |status: Status| -> Vec<String> {
        let own = probes
            .iter()
            .filter(|(_, probe)| probe.effective_status() == status && probe.blocked_by.is_none());
        own.map(|(_, probe)| probe.id.clone()).collect()
    };
    let failed = own(Status::Fail);
    if failed.is_empty() {
        own(Status::Pending)
    } else {
        failed
    }
}

fn apply_waivers(
    waivers: &[WaiverEntry],
    today: Date,
    probes: &mut [(usize, ProbeReport)],
) -> Vec<WaiverReport> {
    let mut reports = Vec::new();
    for waiver in waivers {
        let probe = probes
            .iter_mut()
            .map(|(_, probe)| probe)
            .find(|probe| probe.id == waiver.probe);
        let state = match probe {
            None => WaiverState::Unmatched,
            Some(probe) if probe.status == Status::Pass => WaiverState::Unused,
            Some(probe) if probe.fingerprint != waiver.fingerprint => WaiverState::Unmatched,
            Some(_) if waiver.expires < today => WaiverState::Expired,
            Some(probe) => {
                probe.waived = Some(Waived {
                    owner: waiver.owner.clone(),
                    reason: waiver.reason.clone(),
                    until: waiver.expires.to_string(),
                });
                WaiverState::Active
            }
        };
        reports.push(WaiverReport {
            probe: waiver.probe.clone(),
            fingerprint: waiver.fingerprint.clone(),
            owner: waiver.owner.clone(),
            reason: waiver.reason.clone(),
            expires: waiver.expires.to_string(),
            state,
        });
    }
    reports
}

#[cfg(test)]
mod tests;

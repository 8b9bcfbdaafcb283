//! What is left to do after going live (`docs/runbook.md`, "After go-live"), ticked off as far as this run saw it.

use golive_core::outcome::Status;
use golive_core::report::{CleanupStatus, ProbeReport, Report, Verdict, WaiverState};

/// First hour, first day, first week.
pub(super) struct Phase {
    pub(super) title: &'static str,
    pub(super) items: Vec<Item>,
}

/// One thing to do.
pub(super) struct Item {
    pub(super) text: &'static str,
    pub(super) state: State,
    /// What golive saw of it.
    pub(super) note: String,
}

/// Who may tick it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// This run saw it.
    Done,
    /// This run saw that it is not so.
    Open,
    /// A person has to.
    ByHand,
}

/// How this run can tell.
enum Proof {
    /// Not at all.
    Hand,
    /// A go-live verdict.
    Verdict,
    /// All these probes passed. An id that ends with a dot stands for a family.
    Probes(&'static [&'static str]),
    /// These probes show a part of it.
    Hint(&'static [&'static str]),
    /// No waiver is left that nobody looks after.
    Waivers,
    /// Nothing was left behind.
    Cleanup,
}

const PHASES: [(&str, &[(&str, Proof)]); 3] = [
    (
        "First hour",
        &[
            (
                "golive run against production's address says GO, and you keep reports/golive.json with the release notes",
                Proof::Verdict,
            ),
            (
                "/health all ok; every queue has a worker; dead letters 0; waiting near 0",
                Proof::Probes(&[
                    "contract.ready",
                    "queues.workers",
                    "queues.dead-letters",
                    "queues.depth",
                ]),
            ),
            (
                "a real order in the test shop: Event row → job → message → delivery receipt",
                Proof::Hint(&["webhooks.persisted.", "webhooks.enqueued.", "webhooks.processed"]),
            ),
            (
                "STOP from a real phone opts it out",
                Proof::Hint(&["webhooks.mitto-inbound"]),
            ),
            ("error rate and p95 in the proxy's metrics as before", Proof::Hand),
            ("logs free of new errors, and free of phone numbers", Proof::Hand),
            (
                "the former image's name is at hand, and somebody knows how to go back",
                Proof::Hand,
            ),
        ],
    ),
    (
        "First day",
        &[
            (
                "golive run again; compare its warnings with yesterday's",
                Proof::Hand,
            ),
            (
                "webhook deliveries in Shopify's dashboard: failures 0, answer times well below 5 s",
                Proof::Hint(&["webhooks.accepts."]),
            ),
            (
                "PII coverage not falling: new rows have ciphertexts (recent rows)",
                Proof::Probes(&[
                    "database.pii-recent-plaintext",
                    "database.pii-phone-coverage",
                    "database.pii-email-coverage",
                ]),
            ),
            (
                "delivery success by provider and country as expected; costs as estimated",
                Proof::Hand,
            ),
            ("a backup was taken, and one was restored somewhere", Proof::Hand),
            (
                "alerts reach the person on duty: fire one on purpose",
                Proof::Hand,
            ),
        ],
    ),
    (
        "First week",
        &[
            ("alert thresholds set by what you saw", Proof::Hand),
            (
                "connections, Redis memory and disk: extrapolate to the expected load",
                Proof::Hint(&["database.headroom", "redis.memory"]),
            ),
            (
                "cache hit rate above 80 %, p95 below 800 ms at the busiest hour",
                Proof::Hint(&["reports.cache-hit-rate", "reports.latency"]),
            ),
            (
                "every waiver has an owner who knows about it; none ends unnoticed",
                Proof::Waivers,
            ),
            (
                "certificate: more than 14 days left, and automatic renewal seen to work",
                Proof::Hint(&["contract.tls"]),
            ),
            (
                "verification secrets: who has them; the role and user of golive are read-only",
                Proof::Hint(&["database.role-read-only"]),
            ),
            (
                "left-overs of verification runs removed (left-overs)",
                Proof::Cleanup,
            ),
        ],
    ),
];

pub(super) fn of(report: &Report) -> Vec<Phase> {
    let item = |(text, proof): &(&'static str, Proof)| {
        let (state, note) = judge(proof, report);
        Item { text, state, note }
    };
    let phase = |(title, items): &(&'static str, &[(&'static str, Proof)])| Phase {
        title,
        items: items.iter().map(item).collect(),
    };
    PHASES.iter().map(phase).collect()
}

fn judge(proof: &Proof, report: &Report) -> (State, String) {
    match proof {
        Proof::Hand => (State::ByHand, String::new()),
        Proof::Verdict => verdict(report),
        Proof::Probes(ids) => probes(ids, report),
        Proof::Hint(ids) => match probes(ids, report) {
            (State::Done, note) => (State::ByHand, note),
            other => other,
        },
        Proof::Waivers => waivers(report),
        Proof::Cleanup => cleanup(report),
    }
}

fn verdict(report: &Report) -> (State, String) {
    let state = match report.verdict {
        _ if !report.run.complete => State::ByHand,
        Verdict::Go | Verdict::GoWithWarnings => State::Done,
        Verdict::Incomplete | Verdict::NoGo => State::Open,
    };
    let seen = format!("{} for {}", report.headline, report.run.target.base_url);
    (state, seen)
}

fn probes(ids: &[&str], report: &Report) -> (State, String) {
    let all = || report.checks.iter().flat_map(|check| &check.probes);
    let mut found: Vec<&ProbeReport> = Vec::new();
    let mut absent = false;
    for wanted in ids {
        let before = found.len();
        found.extend(all().filter(|probe| is(&probe.id, wanted)));
        absent |= found.len() == before;
    }
    let bad = found.iter().filter(|probe| probe.status != Status::Pass);
    let bad: Vec<String> = bad
        .map(|probe| format!("{} {}", probe.id, probe.status))
        .collect();
    if !bad.is_empty() {
        return (State::Open, bad.join(", "));
    }
    if absent {
        return (State::ByHand, String::new());
    }
    let words = if found.len() == 1 {
        format!("{}: {}", found[0].id, found[0].summary)
    } else {
        format!("{} probes passed", found.len())
    };
    (State::Done, words)
}

fn is(id: &str, wanted: &str) -> bool {
    id == wanted || (wanted.ends_with('.') && id.starts_with(wanted))
}

fn waivers(report: &Report) -> (State, String) {
    let stale = report
        .waivers
        .iter()
        .filter(|waiver| waiver.state != WaiverState::Active);
    match (report.waivers.len(), stale.count()) {
        (0, _) => (State::Done, "there is no waiver".to_owned()),
        (all, 0) => (State::ByHand, format!("{all} in force")),
        (all, stale) => (
            State::Open,
            format!("{stale} of {all} no longer in force: remove or renew"),
        ),
    }
}

fn cleanup(report: &Report) -> (State, String) {
    let left = report
        .cleanup
        .iter()
        .filter(|entry| entry.status == CleanupStatus::Left);
    match left.count() {
        0 => (State::Done, "this run left nothing behind".to_owned()),
        left => (State::Open, format!("this run left {left} behind")),
    }
}

#[cfg(test)]
mod tests;

//! One probe: what was observed, why it matters, what to do, how to see it for oneself.

use super::page::Page;
use crate::outcome::{Evidence, HttpEvidence, Reason, Remedy, Status};
use crate::render::Verbosity;
use crate::render::curl;
use crate::render::findings::remedy_of;
use crate::render::text::one_line;
use crate::render::words::{duration, measurement, number, plural};
use crate::report::ProbeReport;

/// The whole block of a probe that is not PASS.
pub(super) fn write(page: &mut Page, probe: &ProbeReport) {
    page.blank_between();
    let reason = probe.reason.map(Reason::code).unwrap_or_default();
    let id = page.bold(&one_line(&probe.id));
    page.line(&format!(
        "{} {id}  {}",
        page.status(probe.effective_status()),
        page.dim(&reason)
    ));
    page.field("Healthy", &probe.title);
    page.field("Found", &probe.summary);
    if let Some(observed) = probe
        .observed
        .as_deref()
        .filter(|observed| !probe.summary.contains(observed))
    {
        page.field("Observed", &few(page, observed));
    }
    page.field(
        "Expected",
        &few(page, probe.expected.as_deref().unwrap_or_default()),
    );
    page.field("Measured", &figures(probe));
    page.field("Why", &probe.why);
    if let Some(waived) = &probe.waived {
        let words = format!(
            "{} until {} by {}: {}",
            probe.status, waived.until, waived.owner, waived.reason
        );
        page.field("Waived", &words);
    }
    if let Some(given) = remedy_of(probe) {
        remedy(page, &given);
    }
    evidence(page, probe);
}

/// The first lines of a long list; all of them when asked to be verbose.
fn few(page: &Page, text: &str) -> String {
    const SHOWN: usize = 3;
    let more = text.lines().count().saturating_sub(SHOWN);
    if more < 2 || page.verbosity() == Verbosity::Verbose {
        return text.to_owned();
    }
    let first: Vec<&str> = text.lines().take(SHOWN).collect();
    format!("{}\n… and {more} more (-v shows all)", first.join("\n"))
}

/// What to do, the command, the runbook's section.
pub(super) fn remedy(page: &mut Page, remedy: &Remedy) {
    page.field("Remedy", &remedy.text);
    if let Some(command) = &remedy.command {
        page.verbatim("Run", command);
    }
    page.verbatim("Runbook", &remedy.runbook);
}

/// One line a probe, and its figures: the verbose list.
pub(super) fn one_liner(page: &mut Page, probe: &ProbeReport) {
    let took = format!(
        "{}, {}",
        plural(probe.assertions as usize, "assertion"),
        duration(probe.duration_ms)
    );
    page.marked(
        probe.effective_status(),
        &format!("{}: {} ({took})", probe.id, probe.summary),
    );
    if probe.status == Status::Pass {
        page.field("Measured", &figures(probe));
    }
}

fn figures(probe: &ProbeReport) -> String {
    probe
        .measurements
        .iter()
        .map(measurement)
        .collect::<Vec<_>>()
        .join("\n")
}

fn evidence(page: &mut Page, probe: &ProbeReport) {
    if let Some(line) = curl::curl(probe) {
        page.verbatim("Repeat", &line);
    }
    if let Some(http) = curl::exchange(probe) {
        // Words that already stand under "Found" are not said twice.
        let told = http
            .error
            .as_ref()
            .is_some_and(|error| probe.summary.contains(error.as_str()));
        let unanswered = HttpEvidence {
            error: None,
            status: None,
            ..http.clone()
        };
        page.field("Answer", &answer(if told { &unanswered } else { http }));
    }
    if page.verbosity() == Verbosity::Verbose {
        for entry in &probe.evidence {
            page.field("Evidence", &in_words(entry));
        }
        page.field("Waive by", &format!("fingerprint {}", probe.fingerprint));
    }
}

fn answer(http: &HttpEvidence) -> String {
    let outcome = match (http.status, &http.error) {
        (_, Some(error)) => error.clone(),
        (Some(status), None) => format!("HTTP {status}"),
        (None, None) => "none".to_owned(),
    };
    let id = if http.request_id.is_empty() {
        String::new()
    } else {
        format!(", x-request-id {}", http.request_id)
    };
    one_line(&format!("{outcome} after {} ms{id}", number(http.total_ms)))
}

fn in_words(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Http(http) => {
            let body = http.response_body.as_deref().unwrap_or_default();
            format!("{} {}: {}\n{body}", http.method, http.url, answer(http))
        }
        Evidence::Sql {
            statement,
            rows,
            duration_ms,
        } => {
            format!(
                "SQL: {statement} ({}, {} ms)",
                plural(usize::try_from(*rows).unwrap_or(usize::MAX), "row"),
                number(*duration_ms)
            )
        }
        Evidence::Redis {
            command,
            reply,
            duration_ms,
        } => {
            format!("Redis: {command} -> {reply} ({} ms)", number(*duration_ms))
        }
        Evidence::Env { name, detail } => format!("variable {name}: {detail}"),
        Evidence::Note { text } => text.clone(),
    }
}

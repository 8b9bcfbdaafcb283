//! What holds only for a while: the certificate and the waivers, with the days left when the run began.

use golive_core::report::{Report, WaiverState};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::words;

/// Fewer days are a warning: CONTRACT asks the same of certificates.
const SOON: i64 = 14;

/// One thing that ends.
pub(super) struct Expiry {
    pub(super) what: String,
    /// The probe it is about.
    pub(super) probe: String,
    /// `31 days left`, `ended 3 days ago`.
    pub(super) left: String,
    /// Colours it.
    pub(super) class: &'static str,
    /// State, owner, reason, fingerprint.
    pub(super) detail: String,
}

pub(super) fn of(report: &Report) -> Vec<Expiry> {
    let today = report.run.started_at.parse::<Timestamp>().ok();
    let today = today.map(|start| start.to_zoned(TimeZone::UTC).date());
    let mut found: Vec<Expiry> = certificate(report).into_iter().collect();
    found.extend(report.waivers.iter().map(|waiver| {
        let expires = waiver.expires.parse::<Date>().ok();
        let days = today
            .zip(expires)
            .and_then(|(today, expires)| Some(i64::from(today.until(expires).ok()?.get_days())));
        let state = match waiver.state {
            WaiverState::Active => "in force",
            WaiverState::Expired => "expired, no longer counts",
            WaiverState::Unmatched => "unmatched: no such failure in this run",
            WaiverState::Unused => "unused: its probe did not fail",
        };
        let dead = waiver.state == WaiverState::Expired;
        Expiry {
            what: format!("Waiver until {}", waiver.expires),
            probe: waiver.probe.clone(),
            left: days.map_or_else(String::new, left),
            class: if dead {
                "fail"
            } else {
                days.map_or("pending", class)
            },
            detail: format!(
                "{state}; {}: {} ({})",
                waiver.owner, waiver.reason, waiver.fingerprint
            ),
        }
    }));
    found
}

fn certificate(report: &Report) -> Option<Expiry> {
    let mut probes = report.checks.iter().flat_map(|check| &check.probes);
    let probe = probes.find(|probe| probe.id == "contract.tls")?;
    let figure = probe.measurements.iter().find(|figure| figure.unit == "days")?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "days of a certificate are few; `as` saturates"
    )]
    let days = figure.value as i64;
    Some(Expiry {
        what: "TLS certificate".to_owned(),
        probe: probe.id.clone(),
        left: left(days),
        class: class(days),
        detail: probe.summary.clone(),
    })
}

fn left(days: i64) -> String {
    let count = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
    let counted = words::plural(count, "day");
    match days {
        ..0 => format!("ended {counted} ago"),
        0 => "last day".to_owned(),
        _ => format!("{counted} left"),
    }
}

fn class(days: i64) -> &'static str {
    match days {
        ..0 => "fail",
        0..=SOON => "warn",
        _ => "pass",
    }
}

#[cfg(test)]
mod tests {
    use golive_core::outcome::Measurement;
    use golive_core::render::canned;

    use super::*;

    #[test]
    fn days_left() {
        let mut report = canned::report();
        let mut tls = canned::probe("contract.tls", "the certificate is valid");
        tls.measurements = vec![Measurement::new("certificate", 9.0, "days").threshold("> 14")];
        report.checks[0].probes.push(tls);
        let found: Vec<(String, &str)> = of(&report).into_iter().map(|end| (end.left, end.class)).collect();
        let wanted = [
            ("9 days left", "warn"),
            ("32 days left", "pass"),
            ("ended 21 days ago", "fail"),
        ];
        assert_eq!(found, wanted.map(|(left, class)| (left.to_owned(), class)));
    }

    #[test]
    fn what_is_no_date_has_no_days() {
        let mut report = canned::report();
        report.waivers[0].expires = "<b>".to_owned();
        report.run.started_at = "now".to_owned();
        assert!(of(&report).iter().all(|end| end.left.is_empty()));
    }
}

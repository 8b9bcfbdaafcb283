//! Statuses, figures, counts and dates in words, the same in every view.

use super::text::one_line;
use crate::outcome::{Measurement, Status};

/// `12 ms`, `1.2 s`, `2 min 5 s`.
pub fn duration(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// `2026-11-22 10:00:00 UTC`; what is no timestamp stays as it is.
pub fn date(rfc3339: &str) -> String {
    match rfc3339.parse::<jiff::Timestamp>() {
        Ok(timestamp) => timestamp.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => one_line(rfc3339),
    }
}

/// At most three decimals, no trailing zeros.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// `1 probe`, `3 probes`.
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `p95 912 ms (healthy: < 800)`.
pub fn measurement(measurement: &Measurement) -> String {
    let unit = if measurement.unit == "%" {
        "%".to_owned()
    } else {
        format!(" {}", measurement.unit)
    };
    let figure = format!("{} {}{unit}", measurement.name, number(measurement.value));
    match &measurement.threshold {
        Some(threshold) => one_line(&format!("{figure} (healthy: {threshold})")),
        None => one_line(&figure),
    }
}

/// Told apart without colour, and by their shape without the word.
pub fn symbol(status: Status) -> &'static str {
    match status {
        Status::Pass => "✔",
        Status::Warn => "!",
        Status::Pending => "?",
        Status::Fail => "✘",
    }
}

/// `1 fail, 3 pending, 12 pass`, worst first.
pub fn counts(statuses: impl Iterator<Item = Status>) -> String {
    let mut found = [0_usize; 4];
    for status in statuses {
        found[status as usize] += 1;
    }
    let words = [Status::Fail, Status::Pending, Status::Warn, Status::Pass].into_iter();
    let parts: Vec<String> = words
        .filter(|status| found[*status as usize] > 0)
        .map(|status| format!("{} {}", found[status as usize], status.as_str().to_lowercase()))
        .collect();
    if parts.is_empty() {
        "no probe ran".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The first `keep` ids, then how many more there are.
pub(crate) fn id_list(ids: &[&str], keep: usize) -> String {
    if ids.len() <= keep {
        return ids.join(", ");
    }
    format!("{} and {} more", ids[..keep].join(", "), ids.len() - keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(duration(999), "999 ms");
        assert_eq!(duration(1250), "1.2 s");
        assert_eq!(duration(125_000), "2 min 5 s");
        assert_eq!(date("2026-11-22T10:00:00.123456789Z"), "2026-11-22 10:00:00 UTC");
        assert_eq!(number(912.0), "912");
        assert_eq!(number(0.1236), "0.124");
        assert_eq!(
            measurement(&Measurement::new("coverage", 94.5, "%").threshold(">= 95")),
            "coverage 94.5% (healthy: >= 95)"
        );
    }

    #[test]
    fn counts_are_worst_first() {
        assert_eq!(
            counts([Status::Pass, Status::Fail, Status::Pass].into_iter()),
            "1 fail, 2 pass"
        );
        assert_eq!(counts(std::iter::empty()), "no probe ran");
    }
}

//! Ranges of days that nobody has asked a report for, so that no cache has them.

use jiff::ToSpan;
use jiff::civil::Date;

/// The range that a run has for `purpose` alone, both ends included and before `today`: some two hundred thousand are
/// to be had, so that nobody else's entry is met within the minutes that entries live.
pub fn fresh(today: Date, run_id: &str, purpose: &str) -> (Date, Date) {
    // FNV-1a: spreads, and is the same on every machine.
    let spread = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = run_id
        .bytes()
        .chain(purpose.bytes())
        .fold(0xcbf2_9ce4_8422_2325, spread);
    let days_back = i64::try_from(hash % 600).unwrap_or(0) + 40;
    let length = i64::try_from(hash / 600 % 300).unwrap_or(0) + 1;
    let to = today.saturating_sub(days_back.days());
    (to.saturating_sub(length.days()), to)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ranges_are_in_the_past_in_order_and_differ() {
        let today = Date::constant(2026, 11, 22);
        let all: HashSet<_> = (0..200).map(|n| fresh(today, "run", &n.to_string())).collect();
        assert!(all.len() > 195, "{} of 200 differ", all.len());
        assert!(all.iter().all(|(from, to)| from < to && *to < today));
        assert_ne!(fresh(today, "run", "x"), fresh(today, "other", "x"));
    }
}

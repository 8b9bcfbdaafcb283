//! The five figures that the target states of a queue, as it says them and as Redis has them.

use std::collections::BTreeMap;

use golive_stores::bullmq::Counts;
use serde_json::Value;

/// In the order of CONTRACT §5.
pub(crate) const NAMES: [&str; 5] = ["waiting", "active", "completed", "failed", "delayed"];

/// One figure for each name.
pub(crate) type Figures = [u64; 5];

/// What one route of the target says of the queues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Queue to its figures.
    pub(crate) queues: BTreeMap<String, Figures>,
    /// Queue to the figure in `dlq`; empty where the route has no such part.
    pub(crate) dead: BTreeMap<String, u64>,
}

/// The figures of an entry; `Err` names each that is missing or no count.
pub(crate) fn read(entry: &Value) -> Result<Figures, Vec<String>> {
    let (mut figures, mut wrong) = (Figures::default(), Vec::new());
    for (at, name) in NAMES.iter().enumerate() {
        match entry.get(name) {
            Some(value) => match value.as_u64() {
                Some(figure) => figures[at] = figure,
                None => wrong.push(format!("{name} is {}", shown(value))),
            },
            None => wrong.push(format!("{name} is missing")),
        }
    }
    if wrong.is_empty() { Ok(figures) } else { Err(wrong) }
}

/// What a healthy target may state for the figure at that index. BullMQ 5 counts a paused queue's jobs as waiting.
pub(crate) fn in_redis(counts: &Counts, at: usize) -> Vec<u64> {
    match at {
        0 => vec![counts.waiting, counts.waiting + counts.paused, counts.backlog()],
        1 => vec![counts.active],
        2 => vec![counts.completed],
        3 => vec![counts.failed],
        _ => vec![counts.delayed],
    }
}

/// `1 job`, `2 jobs`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A value in a few words.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_are_whole_numbers() {
        let entry =
            json!({"waiting": 1, "active": 2, "completed": 3, "failed": 4, "delayed": 5, "paused": 0});
        assert_eq!(read(&entry), Ok([1, 2, 3, 4, 5]));
        let wrong = json!({"waiting": "1", "active": -2, "completed": null, "failed": 4});
        let words = [
            "waiting is \"1\"",
            "active is -2",
            "completed is null",
            "delayed is missing",
        ];
        assert_eq!(read(&wrong), Err(words.map(str::to_owned).to_vec()));
    }

    #[test]
    fn waiting_may_hold_the_paused_ones() {
        let counts = Counts {
            waiting: 3,
            paused: 2,
            prioritized: 1,
            delayed: 9,
            ..Counts::default()
        };
        assert_eq!(
            (in_redis(&counts, 0), in_redis(&counts, 4)),
            (vec![3, 5, 6], vec![9])
        );
    }
}

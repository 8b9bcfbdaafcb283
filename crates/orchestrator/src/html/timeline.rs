//! What ran beside what: a bar a probe from its start to its end, a block of lanes a component.

use golive_core::outcome::{Reason, Status};
use golive_core::report::{CheckReport, ProbeReport, Report};

use super::probe::Anchors;
use super::words::{self, Mark};

const LANE: u32 = 11;
const BAR: u32 = 8;
const LABEL: u32 = 22;
const AXIS: u32 = 22;
/// A shorter bar could not be seen or pointed at, in percent of the width.
const NARROWEST: f64 = 0.5;

/// The drawing. Lengths across are percent of the width, lengths down are pixels.
pub(super) struct Timeline {
    pub(super) blocks: Vec<Block>,
    pub(super) ticks: Vec<Tick>,
    pub(super) height: u32,
    /// Where the axis begins.
    pub(super) bottom: u32,
    /// The same in words, for those who do not see it.
    pub(super) words: String,
}

/// A component.
pub(super) struct Block {
    pub(super) title: String,
    pub(super) baseline: u32,
    pub(super) bars: Vec<Bar>,
}

/// A probe.
pub(super) struct Bar {
    pub(super) anchor: String,
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) x: String,
    pub(super) y: u32,
    pub(super) width: String,
}

/// A mark on the axis.
pub(super) struct Tick {
    pub(super) x: String,
    pub(super) label: String,
    pub(super) anchor: &'static str,
}

impl Timeline {
    pub(super) const BAR: u32 = BAR;

    pub(super) fn of(report: &Report, anchors: &Anchors<'_>) -> Self {
        let ran: Vec<&ProbeReport> = report
            .checks
            .iter()
            .flat_map(|check| &check.probes)
            .filter(|probe| ran(probe))
            .collect();
        let end = ran.iter().map(|probe| end(probe)).max().unwrap_or_default();
        let whole = end.max(report.run.duration_ms).max(1);
        let mut below = 0;
        let mut blocks = Vec::new();
        for check in &report.checks {
            let (bars, lanes) = bars(check, anchors, whole as f64, below + LABEL);
            if bars.is_empty() {
                continue;
            }
            blocks.push(Block {
                title: check.title.clone(),
                baseline: below + LABEL - 7,
                bars,
            });
            below += LABEL + lanes * LANE;
        }
        let bottom = below + 6;
        Self {
            blocks,
            ticks: ticks(whole),
            height: bottom + AXIS,
            bottom,
            words: in_words(&ran, whole),
        }
    }
}

/// What was blocked or never started took no time.
fn ran(probe: &ProbeReport) -> bool {
    let never = [Reason::Blocked, Reason::Interrupted, Reason::DeadlinePassed];
    let waited = probe.blocked_by.is_some() || probe.reason.is_some_and(|reason| never.contains(&reason));
    probe.duration_ms > 0 || !(waited && probe.status == Status::Pending)
}

fn end(probe: &ProbeReport) -> u64 {
    probe.started_ms.saturating_add(probe.duration_ms)
}

/// Each bar in the first lane that is free, as a scheduler with that many hands would have run them.
fn bars(check: &CheckReport, anchors: &Anchors<'_>, whole: f64, top: u32) -> (Vec<Bar>, u32) {
    let mut probes: Vec<&ProbeReport> = check.probes.iter().filter(|probe| ran(probe)).collect();
    probes.sort_by_key(|probe| probe.started_ms);
    let mut lanes: Vec<f64> = Vec::new();
    let mut bars = Vec::new();
    for probe in probes {
        let width = (100.0 * probe.duration_ms as f64 / whole).max(NARROWEST);
        let x = (100.0 * probe.started_ms as f64 / whole).min(100.0 - NARROWEST);
        let free = lanes.iter().position(|until| *until <= x);
        let lane = free.unwrap_or(lanes.len());
        if free.is_none() {
            lanes.push(0.0);
        }
        lanes[lane] = x + width + 0.1;
        let mark = Mark::of(probe.effective_status());
        bars.push(Bar {
            anchor: anchors.anchor(&probe.id).unwrap_or_default(),
            class: mark.class,
            title: format!(
                "{} {}: {}, {} after the start",
                mark.word,
                probe.id,
                words::duration(probe.duration_ms),
                words::duration(probe.started_ms)
            ),
            x: words::number(x),
            y: top + u32::try_from(lane).unwrap_or_default() * LANE,
            width: words::number(width),
        });
    }
    (bars, u32::try_from(lanes.len()).unwrap_or_default())
}

/// Round marks, six at most.
fn ticks(whole: u64) -> Vec<Tick> {
    let steps = (0..16).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
    let step = steps.into_iter().find(|step| whole / step < 6).unwrap_or(whole);
    let tick = |at: u64| {
        let x = 100.0 * at as f64 / whole as f64;
        Tick {
            x: words::number(x),
            label: if at == 0 {
                "0".to_owned()
            } else {
                words::duration(at)
            },
            anchor: match x {
                ..5.0 => "start",
                95.0.. => "end",
                _ => "middle",
            },
        }
    };
    (0..=whole / step).map(|count| tick(count * step)).collect()
}

fn in_words(ran: &[&ProbeReport], whole: u64) -> String {
    let slowest = ran.iter().max_by_key(|probe| probe.duration_ms);
    let most = ran.iter().map(|probe| {
        let beside = |other: &&&ProbeReport| {
            other.started_ms <= probe.started_ms
                && probe.started_ms < end(other).max(other.started_ms.saturating_add(1))
        };
        ran.iter().filter(beside).count()
    });
    let words = format!(
        "{} in {}, at most {} at once",
        words::plural(ran.len(), "probe"),
        words::duration(whole),
        most.max().unwrap_or_default()
    );
    match slowest {
        None => words,
        Some(probe) => format!(
            "{words}; the longest was {} with {}",
            probe.id,
            words::duration(probe.duration_ms)
        ),
    }
}

#[cfg(test)]
mod tests {
    use golive_core::render::canned;

    use super::*;

    fn of(report: &Report) -> Timeline {
        Timeline::of(report, &Anchors::of(report))
    }

    #[test]
    fn probes_that_ran_at_once_lie_in_lanes_of_their_own() {
        let mut report = canned::healthy();
        let contract = &mut report.checks[0].probes;
        (contract[0].started_ms, contract[0].duration_ms) = (0, 2000);
        (contract[1].started_ms, contract[1].duration_ms) = (1000, 500);
        let line = of(&report);
        let bars = &line.blocks[0].bars;
        assert_eq!(bars[1].y - bars[0].y, LANE);
        assert_eq!((bars[1].x.as_str(), bars[1].width.as_str()), ("23.143", "11.571"));
        assert!(line.words.contains("at most 9 at once"), "{}", line.words);
    }

    #[test]
    fn what_waited_is_not_drawn() {
        let drawn: usize = of(&canned::report())
            .blocks
            .iter()
            .map(|block| block.bars.len())
            .sum();
        assert_eq!(drawn, 14); // of 17; three wait behind redis.connect
    }

    #[test]
    fn the_axis_has_round_marks_at_any_length() {
        for (whole, last) in [(1, "1 ms"), (4321, "4.0 s"), (120_000, "1 min 40 s"), (7, "6 ms")] {
            let ticks = ticks(whole);
            assert!(ticks.len() <= 7);
            assert_eq!(ticks.last().map(|tick| tick.label.as_str()), Some(last));
        }
    }

    #[test]
    fn absurd_times_do_not_end_it() {
        let mut report = canned::healthy();
        report.checks[0].probes[0].started_ms = u64::MAX;
        report.checks[0].probes[0].duration_ms = u64::MAX;
        assert!(of(&report).height > 0);
    }
}

//! The figures that probes measured, as bars beside their limit; what was not measured is not drawn.

use golive_core::outcome::{Measurement, Status};
use golive_core::report::{ProbeReport, Report};

use super::words;

/// Bars of one kind on one scale.
pub(super) struct Panel {
    pub(super) title: &'static str,
    /// What is shown, and what is healthy.
    pub(super) note: &'static str,
    pub(super) bars: Vec<Bar>,
}

/// One figure. Places are percent of the width.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) figure: String,
    /// The healthy range in words.
    pub(super) threshold: Option<String>,
    /// Colours it: whether the figure is healthy, and how bad it is where it isn't.
    pub(super) class: &'static str,
    pub(super) width: String,
    /// Where the limit is drawn.
    pub(super) limit: Option<String>,
}

/// Where a panel's figures come from.
struct Source {
    title: &'static str,
    note: &'static str,
    /// Ids of probes: whole, or up to and including a last dot.
    probes: &'static [&'static str],
    unit: &'static str,
    /// Whether bars are named by the end of the probe's id rather than by the measurement.
    by_probe: bool,
}

const SOURCES: [Source; 6] = [
    Source {
        title: "Report latency",
        note: "Half, 95 % and 99 % of the requests are as fast as this or faster. The line is the limit.",
        probes: &["reports.latency"],
        unit: "ms",
        by_probe: false,
    },
    Source {
        title: "Jobs waiting",
        note: "How deep each queue is. The line is the depth from which it cannot keep up.",
        probes: &["queues.depth"],
        unit: "jobs",
        by_probe: false,
    },
    Source {
        title: "Dead letters",
        note: "Jobs that were given up: a webhook or a message that nobody will see to.",
        probes: &["queues.dead-letters"],
        unit: "jobs",
        by_probe: false,
    },
    Source {
        title: "Personal data encrypted",
        note: "Share of the contacts whose phone number or address is stored encrypted.",
        probes: &["database.pii-phone-coverage", "database.pii-email-coverage"],
        unit: "%",
        by_probe: false,
    },
    Source {
        title: "Webhook answers",
        note: "How long a signed delivery of each topic took. Shopify gives up after five seconds.",
        probes: &["webhooks.accepts."],
        unit: "ms",
        by_probe: true,
    },
    Source {
        title: "Room to spare",
        note: "Shares of what there is.",
        probes: &["redis.memory", "database.headroom", "reports.cache-hit-rate"],
        unit: "%",
        by_probe: false,
    },
];

pub(super) fn panels(report: &Report) -> Vec<Panel> {
    let panels = SOURCES.iter().map(|source| Panel {
        title: source.title,
        note: source.note,
        bars: bars(source, report),
    });
    panels.filter(|panel| !panel.bars.is_empty()).collect()
}

fn bars(source: &Source, report: &Report) -> Vec<Bar> {
    let probes = report.checks.iter().flat_map(|check| &check.probes);
    let figures: Vec<(&ProbeReport, &Measurement)> = probes
        .filter(|probe| source.probes.iter().any(|wanted| is(&probe.id, wanted)))
        .flat_map(|probe| probe.measurements.iter().map(move |figure| (probe, figure)))
        .filter(|(_, figure)| figure.unit == source.unit && figure.value.is_finite())
        .collect();
    let scale = scale(source.unit, &figures);
    let bar = |(probe, figure): &(&ProbeReport, &Measurement)| {
        let range = figure.threshold.as_deref().and_then(Range::parse);
        Bar {
            label: match probe.id.rsplit('.').next() {
                Some(end) if source.by_probe => end.to_owned(),
                _ => figure.name.clone(),
            },
            figure: words::figure(figure.value, &figure.unit),
            threshold: figure.threshold.as_deref().map(words::range),
            class: class(probe, range.as_ref().map(|range| range.holds(figure.value))),
            width: percent(figure.value / scale),
            limit: range
                .filter(|range| range.limit > 0.0)
                .map(|range| percent(range.limit / scale)),
        }
    };
    figures.iter().map(bar).collect()
}

fn class(probe: &ProbeReport, healthy: Option<bool>) -> &'static str {
    match (healthy, probe.effective_status()) {
        (Some(true), _) => "pass",
        (Some(false), Status::Fail) => "fail",
        (Some(false), _) => "warn",
        (None, _) => "plain",
    }
}

fn is(id: &str, wanted: &str) -> bool {
    id == wanted || (wanted.ends_with('.') && id.starts_with(wanted))
}

/// What the whole width stands for: all figures and limits fit, with some room.
fn scale(unit: &str, figures: &[(&ProbeReport, &Measurement)]) -> f64 {
    if unit == "%" {
        return 100.0;
    }
    let limits = figures
        .iter()
        .filter_map(|(_, figure)| Range::parse(figure.threshold.as_deref()?))
        .map(|range| range.limit);
    let values = figures.iter().map(|(_, figure)| figure.value);
    let greatest = values.chain(limits).fold(0.0, f64::max);
    if greatest > 0.0 { greatest * 1.1 } else { 1.0 }
}

fn percent(share: f64) -> String {
    words::number(100.0 * share.clamp(0.0, 1.0))
}

/// A healthy range as probes write it: `< 800`, `>= 95`.
struct Range {
    below: bool,
    inclusive: bool,
    limit: f64,
}

impl Range {
    fn parse(words: &str) -> Option<Self> {
        let words = words.trim();
        let limit = words.trim_start_matches(['<', '>', '=']);
        Some(Self {
            below: match words.chars().next()? {
                '<' => true,
                '>' => false,
                _ => return None,
            },
            inclusive: words[..words.len() - limit.len()].ends_with('='),
            limit: limit
                .trim()
                .parse()
                .ok()
                .filter(|limit: &f64| limit.is_finite())?,
        })
    }

    fn holds(&self, value: f64) -> bool {
        let at_limit = self.inclusive && value >= self.limit && value <= self.limit;
        at_limit
            || if self.below {
                value < self.limit
            } else {
                value > self.limit
            }
    }
}

#[cfg(test)]
mod tests {
    use golive_core::render::canned;

    use super::*;

    #[test]
    fn only_what_was_measured_is_drawn() {
        assert!(panels(&canned::healthy()).is_empty());
        let drawn = panels(&canned::report());
        assert_eq!(drawn.len(), 1);
        let p95 = &drawn[0].bars[1];
        assert_eq!((p95.label.as_str(), p95.figure.as_str()), ("p95", "912.5 ms"));
        assert_eq!(p95.class, "warn");
        assert_eq!(p95.limit.as_deref(), Some("79.701")); // 800 of 912.5 × 1.1
    }

    #[test]
    fn ranges() {
        for (words, value, holds) in [
            ("< 800", 799.9, Some(true)),
            ("< 800", 800.0, Some(false)),
            ("<= 0", 0.0, Some(true)),
            (">= 95", 95.0, Some(true)),
            (">= 95", 94.9, Some(false)),
            ("> 14", 15.0, Some(true)),
            ("about 3", 3.0, None),
            ("< NaN", 3.0, None),
            ("", 3.0, None),
        ] {
            assert_eq!(
                Range::parse(words).map(|range| range.holds(value)),
                holds,
                "{value} {words}"
            );
        }
    }

    #[test]
    fn absurd_figures_stay_inside() {
        let mut report = canned::report();
        for probe in report.checks.iter_mut().flat_map(|check| &mut check.probes) {
            for (figure, value) in probe.measurements.iter_mut().zip([f64::NAN, -5.0]) {
                figure.value = value;
            }
        }
        let drawn = panels(&report);
        assert_eq!(drawn[0].bars.len(), 1);
        assert_eq!(drawn[0].bars[0].width, "0");
    }
}

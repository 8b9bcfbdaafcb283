//! The results as a textfile for node_exporter: valid Prometheus text 0.0.4 and OpenMetrics 1.0 alike.

use super::findings::probes;
use super::text::{put, visible};
use crate::report::{Report, Verdict};

type Labels<'a> = Vec<(&'static str, &'a str)>;

pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    let verdicts = [
        Verdict::Go,
        Verdict::GoWithWarnings,
        Verdict::Incomplete,
        Verdict::NoGo,
    ];
    let verdict = verdicts.map(|known| (vec![("verdict", known.as_str())], flag(known == report.verdict)));
    family(
        &mut text,
        "golive_verdict",
        "1 for the verdict of the last run, 0 for the others.",
        verdict,
    );

    let run = &report.run;
    family(
        &mut text,
        "golive_run_complete",
        "1 when all nine components ran unnarrowed.",
        [(vec![], flag(run.complete))],
    );
    family(
        &mut text,
        "golive_run_interrupted",
        "1 when the run was interrupted.",
        [(vec![], flag(run.interrupted))],
    );
    family(
        &mut text,
        "golive_run_duration_seconds",
        "How long the run took.",
        [(vec![], seconds(run.duration_ms))],
    );
    if let Ok(started) = run.started_at.parse::<jiff::Timestamp>() {
        let help = "When the run started, Unix time.";
        family(
            &mut text,
            "golive_run_timestamp_seconds",
            help,
            [(vec![], started.as_second() as f64)],
        );
    }

    let summary = report.summary;
    let counts = [
        ("PASS", summary.pass),
        ("WARN", summary.warn),
        ("FAIL", summary.fail),
        ("PENDING", summary.pending),
        ("NOT_RUN", summary.not_run),
    ];
    let counts = counts.map(|(status, count)| (vec![("status", status)], f64::from(count)));
    family(&mut text, "golive_probes", "Probes by status.", counts);

    let checks = report.checks.iter().map(|check| {
        (
            vec![("check", check.id.as_str()), ("status", check.status.as_str())],
            1.0,
        )
    });
    family(
        &mut text,
        "golive_check_status",
        "Always 1; the label holds the component's status.",
        checks,
    );

    let each = || {
        report
            .checks
            .iter()
            .flat_map(|check| check.probes.iter().map(move |probe| (check.id.as_str(), probe)))
    };
    let statuses = each().map(|(check, probe)| {
        let status = probe.effective_status().as_str();
        (
            vec![("probe", probe.id.as_str()), ("check", check), ("status", status)],
            1.0,
        )
    });
    family(
        &mut text,
        "golive_probe_status",
        "Always 1; the label holds the probe's status, waived failures as WARN.",
        statuses,
    );
    let durations = each().map(|(check, probe)| {
        (
            vec![("probe", probe.id.as_str()), ("check", check)],
            seconds(probe.duration_ms),
        )
    });
    family(
        &mut text,
        "golive_probe_duration_seconds",
        "How long the probe took.",
        durations,
    );
    family(
        &mut text,
        "golive_measurement",
        "What a probe measured, in the unit of the label.",
        measurements(report),
    );
    text.push_str("# EOF\n");
    text
}

/// One series a probe, name and unit: a second one would make the whole file invalid.
fn measurements(report: &Report) -> Vec<(Labels<'_>, f64)> {
    let mut series: Vec<(Labels<'_>, f64)> = Vec::new();
    for probe in probes(report) {
        for figure in &probe.measurements {
            let labels = vec![
                ("probe", probe.id.as_str()),
                ("name", figure.name.as_str()),
                ("unit", figure.unit.as_str()),
            ];
            if !series.iter().any(|(known, _)| *known == labels) {
                series.push((labels, figure.value));
            }
        }
    }
    series
}

/// One gauge family; nothing when it has no series.
fn family<'a>(
    text: &mut String,
    name: &str,
    help: &str,
    series: impl IntoIterator<Item = (Labels<'a>, f64)>,
) {
    let mut series = series.into_iter().peekable();
    if series.peek().is_none() {
        return;
    }
    put(text, format_args!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
    for (labels, value) in series {
        let labels: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{}\"", escape(value)))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        put(text, format_args!("{name}{labels} {}\n", figure(value)));
    }
}

fn escape(value: &str) -> String {
    visible(
        &value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n"),
    )
}

fn figure(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Measurement;
    use crate::render::canned;

    #[test]
    fn view() {
        insta::assert_snapshot!(render(&canned::report()));
    }

    #[test]
    fn labels_and_figures_stay_valid() {
        assert_eq!(escape("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
        assert_eq!(
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.25].map(figure),
            ["NaN", "+Inf", "-Inf", "0.25"]
        );
    }

    #[test]
    fn no_series_twice() {
        let mut report = canned::healthy();
        let twice = Measurement::new("p95", 1.0, "ms");
        report.checks[0].probes[0].measurements = vec![twice.clone(), twice];
        let text = render(&report);
        let mut lines: Vec<&str> = text
            .lines()
            .filter_map(|line| line.rsplit_once(' '))
            .map(|(series, _)| series)
            .collect();
        let all = lines.len();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), all);
    }
}

//! Histograms that add up, and some that do not.

use super::*;

fn judged(lines: &[&str]) -> Outcome {
    let text = format!("# TYPE h histogram\n{}\n", lines.join("\n"));
    judge(&Page::parse(text.as_bytes()), "", &["h".to_owned()])
}

const FINE: [&str; 4] = [
    "h_bucket{q=\"a\",le=\"0.5\"} 2",
    "h_bucket{q=\"a\",le=\"+Inf\"} 3",
    "h_sum{q=\"a\"} 4.5",
    "h_count{q=\"a\"} 3",
];

#[test]
fn what_adds_up() {
    let fine = judged(&FINE);
    assert_eq!(
        (fine.status, fine.summary.as_str()),
        (Status::Pass, "1 series of 1 histograms add up")
    );
    assert!(fine.assertions >= 8);
    let openmetrics = [
        "h_bucket{le=\"1.0\"} 0",
        "h_bucket{le=\"+Inf\"} 0",
        "h_count 0",
        "h_sum 0.0",
        "h_created 1e9",
    ];
    assert_eq!(judged(&openmetrics).status, Status::Pass);
    let silent = judged(&[]);
    assert_eq!(
        (silent.status, silent.reason),
        (Status::Pending, Some(Reason::Missing))
    );
    let other = judged(&[
        "# TYPE g histogram",
        "g_bucket{le=\"+Inf\"} 0",
        "g_sum 0",
        "g_count 0",
    ]);
    assert_eq!(
        other.summary,
        "1 series of 2 histograms add up; h observed nothing yet"
    );
}

#[test]
fn what_does_not() {
    for (at, line, reason, words) in [
        (
            0,
            "h_bucket{q=\"a\",le=\"0.5\"} 4",
            Reason::DataMismatch,
            "le 0.5 holds 4, le +Inf holds 3",
        ),
        (
            0,
            "h_bucket{q=\"a\",le=\"half\"} 2",
            Reason::Malformed,
            "le is \"half\"",
        ),
        (0, "h_bucket{q=\"a\"} 2", Reason::Malformed, "le is \"no le\""),
        (
            0,
            "h_bucket{q=\"a\",le=\"Inf\"} 2",
            Reason::Malformed,
            "le Inf stands before le +Inf",
        ),
        (1, "# gone", Reason::Missing, "there is no bucket le=\"+Inf\""),
        (2, "# gone", Reason::Missing, "there is no _sum"),
        (3, "# gone", Reason::Missing, "there is no _count"),
        (
            3,
            "h_count{q=\"a\"} 9",
            Reason::DataMismatch,
            "le +Inf holds 3, the count is 9",
        ),
        (2, "h_sum{q=\"a\"} NaN", Reason::DataMismatch, "the sum is NaN"),
    ] {
        let mut lines = FINE;
        lines[at] = line;
        let outcome = judged(&lines);
        assert_eq!(outcome.reason, Some(reason), "{line}");
        assert_eq!(outcome.summary, format!("h{{q=\"a\"}}: {words}"), "{line}");
    }
    let mut disorder = FINE;
    disorder.swap(0, 1);
    assert_eq!(judged(&disorder).reason, Some(Reason::Malformed));
}

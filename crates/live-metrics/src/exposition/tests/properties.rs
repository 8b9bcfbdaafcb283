//! What is written is read back, and any page at all is read.

use std::fmt::Write;

use proptest::prelude::*;

use crate::exposition::{Kind, Page};

/// Name, labels, value, timestamp.
type Series = (String, Vec<(String, String)>, f64, Option<i64>);

/// Writes what the parser must read back.
fn write(series: &[Series]) -> String {
    let escape = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    };
    let mut text = String::new();
    for (name, labels, value, timestamp) in series {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escape(value)))
            .collect();
        let time = timestamp.map_or(String::new(), |time| format!(" {time}"));
        let _ = writeln!(
            text,
            "# HELP {name} x\n# TYPE {name} gauge\n{name}{{{}}} {value}{time}",
            labels.join(",")
        );
    }
    text
}

fn any_series() -> impl Strategy<Value = Vec<Series>> {
    let labels = proptest::collection::btree_map("[a-z_][a-z0-9_]{0,6}", any::<String>(), 0..5);
    let one = (labels, any::<f64>(), any::<Option<i32>>());
    proptest::collection::btree_map("[a-zA-Z_:][a-zA-Z0-9_:]{0,8}", one, 0..8).prop_map(|all| {
        let all = all.into_iter();
        all.map(|(name, (labels, value, time))| {
            (name, labels.into_iter().collect(), value, time.map(i64::from))
        })
        .collect()
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(series in any_series()) {
        let page = Page::parse(write(&series).as_bytes());
        prop_assert_eq!(&page.bad, &[]);
        for (name, labels, value, timestamp) in &series {
            let family = page.family("", name).expect("it was written");
            prop_assert_eq!(family.kind, Some(Kind::Gauge));
            prop_assert_eq!(family.samples.len(), 1);
            let sample = &family.samples[0];
            prop_assert_eq!(&sample.labels, labels);
            prop_assert!(sample.value.to_bits() == value.to_bits() || (sample.value.is_nan() && value.is_nan()));
            #[expect(clippy::cast_precision_loss, reason = "an i32")]
            let time = timestamp.map(|time| time as f64);
            prop_assert_eq!(sample.timestamp, time);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        Page::parse(&bytes);
    }

    #[test]
    fn any_line_of_its_alphabet_is_read(text in "[a{}=\",\\\\ #0-9.\n\r\tHELPTYP_-]{0,120}") {
        let page = Page::parse(text.as_bytes());
        prop_assert!(page.bad_lines + page.samples() <= text.lines().count() + 1);
    }
}

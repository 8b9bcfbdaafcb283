//! The parser agrees with Node and dotenv, names lines, echoes nothing, and never panics.

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::{Duplicate, EnvFile, Fault, parse};

/// Read by Node 20's `util.parseEnv` and npm dotenv 18 alike; `golden.json` is what they answered.
/// Made with `node -e 'console.log(JSON.stringify(util.parseEnv(fs.readFileSync("golden.env.txt","utf8")),null,2))'`.
const GOLDEN: &str = include_str!("golden.env.txt");
const GOLDEN_JSON: &str = include_str!("golden.json");

fn pairs(file: &EnvFile) -> serde_json::Value {
    let pair = |entry: &super::Entry| (entry.name.clone(), entry.value.expose_secret().to_owned().into());
    serde_json::Value::Object(file.entries.iter().map(pair).collect())
}

fn fault(text: &str) -> Fault {
    parse(text.as_bytes()).expect_err("the text is faulty")
}

#[test]
fn agrees_with_node() {
    let expected: serde_json::Value = serde_json::from_str(GOLDEN_JSON).unwrap();
    for text in [
        GOLDEN.to_owned(),
        GOLDEN.replace('\n', "\r\n"),
        format!("\u{feff}{GOLDEN}"),
    ] {
        assert_eq!(pairs(&parse(text.as_bytes()).unwrap()), expected);
    }
}

#[test]
fn reads_what_only_dotenv_reads() {
    for (text, value) in [
        ("A: colon\n", "colon"),
        ("A=\"a\\\"b\"", "a\\\"b"),
        ("A=\"C:\\dir\\\"\nB=\"x\"", "C:\\dir\\"),
        ("A='it\\'s' # c", "it\\'s"),
        ("A=\"x\"#c", "x"),
        ("A=#c", ""),
    ] {
        assert_eq!(
            parse(text.as_bytes()).unwrap().entries[0].value.expose_secret(),
            value,
            "{text}"
        );
    }
}

#[test]
fn faults_name_the_line_and_no_value() {
    for (text, line, words) in [
        (
            "A=1\n\nB=\"hunter2\nC=3\n",
            3,
            "a double quote and is never closed",
        ),
        ("A=\"hunter2\nB=\"x\"\n", 1, "never closed"),
        ("A='it's hunter2'", 1, "text follows the closing single quote"),
        ("# x\nhunter2", 2, "no '='"),
        ("hunter2 x=1", 1, "may hold only"),
        ("=hunter2", 1, "may hold only"),
        ("\n\nA=hunter2\0", 3, "NUL"),
    ] {
        let fault = fault(text);
        assert_eq!(fault.line, line, "{text}");
        let said = fault.to_string();
        assert!(
            said.contains(words) && !said.contains("hunter2") && !said.contains('\n'),
            "{said}"
        );
    }
    assert_eq!(
        parse(b"A=1\nB=\xff").unwrap_err().to_string(),
        "2: invalid UTF-8; save the file as UTF-8"
    );
    assert!(
        parse(b"\xff\xfeA\0=\0")
            .unwrap_err()
            .to_string()
            .contains("UTF-16")
    );
}

#[test]
fn a_value_cut_at_a_hash_is_marked() {
    let file = parse(b"A=pass#word\nB=x # note\nC='a#b'\nD=# note\n").unwrap();
    let cut: Vec<_> = file
        .entries
        .iter()
        .filter(|entry| entry.cut)
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(cut, ["A"]);
}

#[test]
fn the_last_duplicate_wins_and_is_reported() {
    let file = parse(b"A=1\nB='x\ny'\nA=2\n").unwrap();
    assert_eq!(pairs(&file), serde_json::json!({"A": "2", "B": "x\ny"}));
    assert_eq!(
        file.duplicates,
        [Duplicate {
            name: "A".into(),
            first: 1,
            second: 4
        }]
    );
}

/// Quotes a value with a character it does not hold; a backslash before the quote is dotenv's ambiguity.
fn quote(value: &str) -> Option<String> {
    if value.ends_with('\\') {
        return None;
    }
    ['\'', '`', '"']
        .into_iter()
        .find(|quote| !value.contains(*quote) && (*quote != '"' || !value.contains('\\')))
        .map(|quote| format!("{quote}{value}{quote}"))
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn never_panics_on_near_misses(text in "([A-C]|export|[=:'\"`#\\\\ \n\r\t.é]){0,60}") {
        let _ = parse(text.as_bytes());
    }

    #[test]
    fn quoted_values_round_trip(values in prop::collection::vec("[^\0\r]{0,30}", 1..6)) {
        let values: Vec<_> = values.into_iter().filter(|value| quote(value).is_some()).collect();
        let line = |(i, value): (usize, &String)| format!("V{i}={} # note\n", quote(value).expect("kept above"));
        let text = values.iter().enumerate().map(line).collect::<Vec<_>>().concat();
        let file = parse(text.as_bytes()).unwrap();
        prop_assert_eq!(file.entries.len(), values.len());
        for (entry, value) in file.entries.iter().zip(&values) {
            prop_assert_eq!(entry.value.expose_secret(), value.as_str());
        }
    }
}

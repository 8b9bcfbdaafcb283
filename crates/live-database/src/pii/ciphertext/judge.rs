//! Whether a sample of ciphertexts is one: judged by numbers only.

use std::collections::{HashMap, HashSet};

use golive_core::prelude::*;

use super::super::Field;
use super::Text;
use super::tally::Tally;

/// The remedy when the key is the right one, and what was written with it is not.
const WRITTEN_WRONG: &str = "Correct the encryption (AES-256-GCM under ENCRYPTION_KEY, a fresh random IV a row, the \
    additional data of the contract, the tag kept), then re-encrypt the rows and treat what was readable as disclosed";

pub(super) fn judge(texts: &[Text<'_>], key: &[u8; 32], aad: &[u8]) -> Outcome {
    let mut assertions = Assertions::new();
    let mut ivs: HashMap<Vec<u8>, HashSet<&str>> = HashMap::new();
    let (mut opened, mut unopened) = (0, 0);
    for field in Field::ALL {
        let mut tally = Tally::default();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for text in texts.iter().filter(|text| text.field == field) {
            let revealing = tally.revealing;
            if let Some(iv) = tally.add(text, key, aad) {
                ivs.entry(iv).or_default().insert(text.stored);
            }
            // an encoding of equal values is equal: that follows from it
            if tally.revealing == revealing {
                *seen.entry(text.stored).or_default() += 1;
            }
        }
        let shared: usize = seen.values().filter(|count| **count > 1).sum();
        tally.report(&mut assertions, field, shared);
        opened += tally.opened;
        unopened += tally.unopened;
    }
    let different: usize = ivs.values().map(HashSet::len).sum();
    let reused: usize = ivs.values().map(HashSet::len).filter(|count| *count > 1).sum();
    assertions.require(
        reused == 0,
        Reason::DataMismatch,
        "every row has its own IV",
        format!(
            "{reused} of {different} different ciphertexts were made under an IV that another one has too"
        ),
    );
    assertions.measure(Measurement::new(
        "sampled ciphertexts",
        texts.len() as f64,
        "texts",
    ));
    assertions.measure(Measurement::new("decrypted", opened as f64, "texts"));
    let mut outcome = assertions.conclude(format!(
        "{} sampled ciphertexts: none readable or shared, {opened} decrypted to their value",
        texts.len()
    ));
    outcome.assertions += u32::try_from(texts.len()).unwrap_or(u32::MAX);
    if outcome.status == Status::Fail && unopened == 0 {
        return outcome.remedy(WRITTEN_WRONG, None);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::super::super::layout::testing::{json, seal};
    use super::*;

    const KEY: [u8; 32] = [9; 32];
    const AAD: &[u8] = b"sms-blossom-pii";

    fn number(n: u8) -> String {
        format!("+155520001{n:02}")
    }

    fn sealed(n: u8) -> String {
        json(&seal(&number(n), &KEY, AAD, [n; 12]))
    }

    /// Ten phone numbers, each stored as `store` says.
    fn outcome(store: impl Fn(u8) -> String) -> Outcome {
        let rows: Vec<(String, String)> = (0..10).map(|n| (number(n), store(n))).collect();
        let text = |(value, stored)| Text {
            field: Field::Phone,
            value: Some(value),
            stored,
        };
        let texts: Vec<Text<'_>> = rows
            .iter()
            .map(|(value, stored)| text((value.as_str(), stored.as_str())))
            .collect();
        judge(&texts, &KEY, AAD)
    }

    #[test]
    fn ways_of_not_encrypting() {
        use base64::Engine as _;
        let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
        for (store, status, words) in [
            (&sealed as &dyn Fn(u8) -> String, Status::Pass, "10 decrypted"),
            (
                &|n| seal(&number(n), &KEY, AAD, [n; 12]).join(":"),
                Status::Pass,
                "10 decrypted",
            ),
            (
                &|n| if n == 4 { number(n) } else { sealed(n) },
                Status::Fail,
                "1 of 10 sampled phone ciphertexts hold",
            ),
            (&|n| encode(number(n)), Status::Fail, "10 of 10"),
            (&|n| hex::encode(number(n)), Status::Fail, "10 of 10"),
            (&|_| sealed(3), Status::Fail, "are shared"),
            (
                &|n| json(&seal(&number(n), &KEY, AAD, [1; 12])),
                Status::Fail,
                "made under an IV",
            ),
            (
                &|n| json(&seal(&number(n), &[8; 32], AAD, [n; 12])),
                Status::Fail,
                "with ENCRYPTION_KEY",
            ),
            (
                &|n| json(&seal(&number(n), &KEY, b"", [n; 12])),
                Status::Fail,
                "without additional data they do",
            ),
            (
                &|n| json(&seal(&number(9 - n), &KEY, AAD, [n; 12])),
                Status::Fail,
                "another value",
            ),
            (
                &|n| sealed(n)[..70].to_owned(),
                Status::Fail,
                "JSON that does not parse",
            ),
            (&|n| format!("enc-{n}"), Status::Fail, "too short"),
            (
                &|n| format!("v9.{}", encode(format!("{n}wxyz").repeat(9))),
                Status::Warn,
                "not decrypted",
            ),
        ] {
            let outcome = outcome(store);
            assert_eq!(outcome.status, status, "{}", outcome.summary);
            let all = format!("{} {}", outcome.summary, outcome.observed.unwrap_or_default());
            assert!(all.contains(words), "{all}");
            assert!(!all.contains("5552000"), "{all}");
            assert!(
                (10..30).contains(&outcome.assertions),
                "one a text and some about all of them: {}",
                outcome.assertions
            );
        }
    }

    #[test]
    fn another_remedy_where_the_key_is_right() {
        let corrected = |store: &dyn Fn(u8) -> String| outcome(store).remedy.is_some();
        assert!(corrected(&|n| json(&seal(&number(n), &KEY, AAD, [1; 12]))));
        assert!(corrected(&number));
        assert!(!corrected(&sealed));
        assert!(!corrected(&|n| json(&seal(&number(n), &[8; 32], AAD, [n; 12]))));
        assert!(!corrected(&|n| format!(
            "v9.{}",
            hex::encode(format!("{n}wxyz").repeat(9))
        )));
    }
}

//! The hashes that contacts are found by are those of their values with `HASH_PEPPER`.

use golive_core::prelude::*;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::layout::{self, Stored};
use super::sample::{Contact, Datum, sample};
use super::{Field, NEEDS, TIMEOUT};

pub(crate) struct Hash;

#[async_trait]
impl Probe for Hash {
    fn facts(&self) -> Facts {
        Facts::new("database.pii-hash", "sampled hashes are those of their values with HASH_PEPPER")
            .why("with another pepper nobody is found again, and without one a phone book reverses every hash")
            .asks("draws up to 500 contacts at random and hashes their values anew, decrypting those that are not readable")
            .fails_when(
                "FAIL when a hash is not the SHA-256 of the trimmed, lower-case value and the pepper; WARN when more \
                 than a few encrypted values have no hash or phone_last4 are not its last four digits",
            )
            .needs(&NEEDS)
            .timeout(TIMEOUT)
            .optional()
            .variables(&["HASH_PEPPER"])
            .remedy("Compare HASH_PEPPER with the deployment's; if rows were written otherwise, hash them anew in batches")
            .runbook("pii-hashes")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let pepper = cx.settings().hash_pepper()?;
        let key = cx.settings().encryption_key().ok();
        let aad = cx.contract().pii.aad.as_bytes();
        let decrypt = |text: &str| match (layout::read(text), &key) {
            (Stored::Sealed(sealed), Some(key)) => layout::open(&sealed, key.expose_secret(), aad)
                .and_then(|plain| String::from_utf8(plain).ok()),
            _ => None,
        };
        let contacts = sample(cx).await?;
        judge(
            &contacts,
            pepper.expose_secret(),
            cx.contract().thresholds.pii_warn_percent,
            decrypt,
        )
        .ok_or_else(|| Error::not_applicable("no contact has a hash and a value to compare it with"))
    }
}

/// How the hashes of one field turned out, in numbers.
#[derive(Default)]
struct Tally {
    compared: usize,
    wrong: usize,
    unpeppered: usize,
    unnormalised: usize,
    encrypted: usize,
    missing: usize,
}

/// `None` when there is nothing to compare.
fn judge(
    contacts: &[Contact],
    pepper: &str,
    enough: f64,
    decrypt: impl Fn(&str) -> Option<String>,
) -> Option<Outcome> {
    let mut assertions = Assertions::new();
    let mut compared = 0;
    for field in Field::ALL {
        let mut tally = Tally::default();
        for contact in contacts {
            tally.add(contact.datum(field), pepper, &decrypt);
        }
        report(&mut assertions, field, &tally, enough);
        compared += tally.compared;
    }
    let wrong = contacts.iter().filter(|contact| !last_four_fit(contact)).count();
    assertions.advise(
        wrong == 0,
        Reason::DataMismatch,
        "phone_last4 are the last four digits of the phone number",
        format!(
            "{wrong} of {} sampled phone_last4 are not the last four digits",
            contacts.len()
        ),
    );
    assertions.measure(Measurement::new("compared hashes", compared as f64, "hashes"));
    let mut outcome = assertions.conclude(format!("{compared} sampled hashes match value and HASH_PEPPER"));
    outcome.assertions += u32::try_from(compared).unwrap_or(u32::MAX);
    // a finding without any comparison (hashes missing throughout) is still one
    (compared > 0 || outcome.status != Status::Pass).then_some(outcome)
}

impl Tally {
    fn add(&mut self, datum: &Datum, pepper: &str, decrypt: &impl Fn(&str) -> Option<String>) {
        self.encrypted += usize::from(datum.ciphertext.is_some());
        let Some(hash) = &datum.hash else {
            self.missing += usize::from(datum.ciphertext.is_some());
            return;
        };
        let hidden = || datum.ciphertext.as_deref().and_then(decrypt);
        let Some(value) = datum.value.clone().or_else(hidden) else {
            return;
        };
        self.compared += 1;
        let normal = value.trim().to_lowercase();
        let is = |text: &str| sha256(text).eq_ignore_ascii_case(hash.trim());
        if is(&format!("{normal}:{pepper}")) {
            return;
        }
        self.wrong += 1;
        let upper = value.to_uppercase();
        let spellings = [&value, value.trim(), &upper, value.trim_start_matches('+')];
        self.unpeppered += usize::from(is(&normal) || spellings.iter().any(|spelling| is(spelling)));
        let peppered = |spelling: &&str| is(&format!("{spelling}:{pepper}"));
        self.unnormalised += usize::from(spellings.iter().any(peppered));
    }
}

fn report(assertions: &mut Assertions, field: Field, tally: &Tally, enough: f64) {
    let key = field.key();
    let Tally {
        compared,
        wrong,
        unpeppered,
        unnormalised,
        encrypted,
        missing,
    } = tally;
    let hint = if *unpeppered > 0 {
        format!(": {unpeppered} were made without a pepper")
    } else if *unnormalised > 0 {
        format!(": {unnormalised} were made from a value that is not in its normal form")
    } else {
        ": another pepper, or another value".to_owned()
    };
    if *compared > 0 {
        assertions.require(
            *wrong == 0,
            Reason::DataMismatch,
            format!("{key}_hash is the hex SHA-256 of lowercase(trim(value)) + \":\" + HASH_PEPPER"),
            format!("{wrong} of {compared} sampled {key} hashes do not match{hint}"),
        );
    }
    let found = 100.0 - 100.0 * *missing as f64 / (*encrypted).max(1) as f64;
    assertions.advise(
        found >= enough,
        Reason::Missing,
        format!("at least {enough} % of the encrypted values have their {key}_hash"),
        format!("{missing} of {encrypted} sampled {key} ciphertexts have no hash beside them"),
    );
}

fn last_four_fit(contact: &Contact) -> bool {
    let (Some(last4), Some(phone)) = (&contact.last4, &contact.phone.value) else {
        return true;
    };
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.ends_with(last4.trim()) && last4.trim().len() == digits.len().min(4)
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEPPER: &str = "pepper-of-sixteen";

    fn contact(hash: Option<String>) -> Contact {
        let email = Datum {
            value: Some(" Ada@Example.com".into()),
            ciphertext: Some("sealed".into()),
            hash,
        };
        Contact {
            phone: Datum {
                value: Some("+15552000142".into()),
                ..Datum::default()
            },
            email,
            last4: Some("0142".into()),
        }
    }

    fn judged(contacts: &[Contact]) -> Option<Outcome> {
        judge(contacts, PEPPER, 95.0, |_| Some("ada@example.com".into()))
    }

    #[test]
    fn hashes() {
        let good = || sha256(&format!("ada@example.com:{PEPPER}"));
        for (hash, status, words) in [
            (Some(good()), Status::Pass, "2 sampled hashes match"),
            (
                Some(good().to_uppercase()),
                Status::Pass,
                "2 sampled hashes match",
            ),
            (
                Some(sha256("ada@example.com")),
                Status::Fail,
                "1 were made without a pepper",
            ),
            (
                Some(sha256(&format!(" ADA@EXAMPLE.COM:{PEPPER}"))),
                Status::Fail,
                "not in its normal form",
            ),
            (
                Some(sha256("ada@example.com:other")),
                Status::Fail,
                "another pepper",
            ),
            (
                None,
                Status::Warn,
                "1 of 2 sampled email ciphertexts have no hash",
            ),
        ] {
            let outcome = judged(&[contact(Some(good())), contact(hash)]).unwrap();
            assert_eq!(outcome.status, status, "{}", outcome.summary);
            assert!(
                outcome.summary.contains(words) && !outcome.summary.contains("da@"),
                "{}",
                outcome.summary
            );
        }
    }

    #[test]
    fn each_comparison_counts() {
        let good = || contact(Some(sha256(&format!("ada@example.com:{PEPPER}"))));
        let few = judged(&[good()]).unwrap().assertions;
        let more = judged(&[good(), good(), good()]).unwrap().assertions;
        assert_eq!(more - few, 2);
    }

    #[test]
    fn values_may_be_encrypted_only_and_absent() {
        let mut hidden = contact(Some(sha256(&format!("ada@example.com:{PEPPER}"))));
        hidden.email.value = None;
        assert_eq!(judged(&[hidden]).unwrap().status, Status::Pass);
        assert!(judged(&[]).is_none());
        let mut wrong = contact(Some(sha256(&format!("ada@example.com:{PEPPER}"))));
        wrong.last4 = Some("1420".into());
        assert_eq!(judged(&[wrong]).unwrap().status, Status::Warn);
    }
}

//! What the ciphertexts of one field turn out to be, in numbers: never a value.

use golive_core::prelude::*;

use super::super::Field;
use super::super::layout::{self, Sealed, Stored};
use super::super::reveal::reveals;
use super::Text;

/// IV and tag alone take 28 bytes, which no encoding makes shorter.
const SHORTEST: usize = 28;

/// How the ciphertexts of one field turned out, in numbers.
#[derive(Default)]
pub(super) struct Tally {
    all: usize,
    pub(super) revealing: usize,
    short: usize,
    malformed: Vec<&'static str>,
    unknown: usize,
    without_aad: usize,
    pub(super) unopened: usize,
    of_another: usize,
    pub(super) opened: usize,
}

impl Tally {
    /// Takes one text in; answers its IV where the layout shows it.
    pub(super) fn add(&mut self, text: &Text<'_>, key: &[u8; 32], aad: &[u8]) -> Option<Vec<u8>> {
        self.all += 1;
        if reveals(text.stored, text.value) {
            self.revealing += 1;
            return None;
        }
        if text.stored.trim().len() < SHORTEST {
            self.short += 1;
            return None;
        }
        match layout::read(text.stored) {
            Stored::Malformed(how) => self.malformed.push(how),
            Stored::Unknown => self.unknown += 1,
            Stored::Sealed(sealed) => {
                self.decrypt(&sealed, text.value, key, aad);
                return Some(sealed.iv);
            }
        }
        None
    }

    fn decrypt(&mut self, sealed: &Sealed, value: Option<&str>, key: &[u8; 32], aad: &[u8]) {
        let Some(plain) = layout::open(sealed, key, aad) else {
            self.unopened += 1;
            self.without_aad += usize::from(layout::open(sealed, key, b"").is_some());
            return;
        };
        let plain = String::from_utf8_lossy(&plain);
        match value {
            Some(value) if !value.trim().eq_ignore_ascii_case(plain.trim()) => self.of_another += 1,
            _ => self.opened += 1,
        }
    }

    /// Puts what is wrong into words; `shared` texts are those of several rows.
    pub(super) fn report(&self, assertions: &mut Assertions, field: Field, shared: usize) {
        let Tally {
            all,
            revealing,
            short,
            unknown,
            unopened,
            without_aad,
            of_another,
            ..
        } = self;
        if *all == 0 {
            return;
        }
        let (key, plural) = (field.key(), field.plural());
        let reason = Reason::DataMismatch;
        let of = |count: usize| format!("{count} of {all} sampled {key} ciphertexts");
        assertions.require(
            *revealing == 0,
            reason,
            format!("no {key} ciphertext reveals its value"),
            format!(
                "{} hold the {plural} themselves or an encoding of them",
                of(*revealing)
            ),
        );
        assertions.require(
            shared == 0,
            reason,
            format!("no two rows share a {key} ciphertext"),
            format!("{} are shared by several rows", of(shared)),
        );
        assertions.require(
            *short == 0,
            reason,
            format!("room for IV and tag in each {key} ciphertext"),
            format!("{} are too short to hold an IV and a tag", of(*short)),
        );
        assertions.require(
            self.malformed.is_empty(),
            Reason::Malformed,
            "a complete {ciphertext, iv, tag} or iv:tag:ciphertext",
            format!(
                "{} are {}",
                of(self.malformed.len()),
                self.malformed.first().unwrap_or(&"")
            ),
        );
        let hint = if without_aad > &0 {
            " (without additional data they do)"
        } else {
            ""
        };
        assertions.require(
            *unopened == 0,
            reason,
            format!("{key} ciphertexts decrypt with ENCRYPTION_KEY"),
            format!("{} do not decrypt with ENCRYPTION_KEY{hint}", of(*unopened)),
        );
        assertions.require(
            *of_another == 0,
            reason,
            format!("{key} ciphertexts hold the value of their row"),
            format!("{} hold another value than their row", of(*of_another)),
        );
        assertions.advise(
            *unknown == 0,
            Reason::Malformed,
            "one of the two layouts of the contract",
            format!(
                "{} are in a layout that golive does not know: not decrypted",
                of(*unknown)
            ),
        );
    }
}

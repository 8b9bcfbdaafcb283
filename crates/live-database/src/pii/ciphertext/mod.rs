//! What is called a ciphertext is one: nothing readable, nothing shared, and it opens with `ENCRYPTION_KEY`.

mod judge;
mod tally;

use golive_core::prelude::*;
use secrecy::ExposeSecret;

use super::sample::{Contact, sample};
use super::{Field, NEEDS, TIMEOUT};

pub(crate) struct Ciphertext;

#[async_trait]
impl Probe for Ciphertext {
    fn facts(&self) -> Facts {
        Facts::new("database.pii-ciphertext", "sampled ciphertexts reveal nothing and open with ENCRYPTION_KEY")
            .why("an encoding that looks like encryption protects nobody, and a ciphertext under a lost key is lost data")
            .asks(
                "draws up to 500 contacts at random and looks for the value and its encodings, for repeated ciphertexts \
                 and IVs, and decrypts both layouts with the contract's additional data",
            )
            .fails_when(
                "FAIL when a value is readable, two rows share a ciphertext or an IV, or a ciphertext in a known layout is \
                 malformed, does not decrypt or holds another value; WARN when the layout is unknown",
            )
            .needs(&NEEDS)
            .timeout(TIMEOUT)
            .optional()
            .variables(&["ENCRYPTION_KEY"])
            .remedy(
                "Compare ENCRYPTION_KEY and the additional data (pii.aad in golive.toml) with the deployment's, and look for \
                 an earlier rotation of the key",
            )
            .runbook("pii-ciphertext")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let key = cx.settings().encryption_key()?;
        let contacts = sample(cx).await?;
        let texts = texts(&contacts);
        if texts.is_empty() {
            return Err(Error::not_applicable("no contact has a ciphertext yet"));
        }
        Ok(judge::judge(
            &texts,
            key.expose_secret(),
            cx.contract().pii.aad.as_bytes(),
        ))
    }
}

/// One ciphertext, with the value it should hold where the row has it.
struct Text<'a> {
    field: Field,
    value: Option<&'a str>,
    stored: &'a str,
}

fn texts(contacts: &[Contact]) -> Vec<Text<'_>> {
    let each = |field: Field| {
        contacts.iter().filter_map(move |contact| {
            let datum = contact.datum(field);
            let stored = datum.ciphertext.as_deref()?;
            Some(Text {
                field,
                value: datum.value.as_deref(),
                stored,
            })
        })
    };
    Field::ALL.into_iter().flat_map(each).collect()
}

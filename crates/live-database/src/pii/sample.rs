//! A bounded random sample of contacts, kept in memory only.

use std::sync::Arc;

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::postgres::Row;

use super::size::size;
use super::{CONTACT, Field};
use crate::cite;

/// Contacts in the sample.
const MOST: usize = 500;
/// Pages they are drawn from.
const PAGES: f64 = 1_000.0;
/// Characters that are read of one column: a ciphertext of the longest address is a quarter of it.
const LONGEST: usize = 4_096;

/// One datum of one contact. No `Debug`: it must not be printed.
#[derive(Default)]
pub(super) struct Datum {
    pub(super) value: Option<String>,
    pub(super) ciphertext: Option<String>,
    pub(super) hash: Option<String>,
}

pub(super) struct Contact {
    pub(super) phone: Datum,
    pub(super) email: Datum,
    pub(super) last4: Option<String>,
}

impl Contact {
    pub(super) fn datum(&self, field: Field) -> &Datum {
        match field {
            Field::Phone => &self.phone,
            Field::Email => &self.email,
        }
    }
}

/// Contacts with a ciphertext or a hash, drawn once a run.
pub(super) async fn sample(cx: &Context) -> Result<Arc<Vec<Contact>>, Error> {
    let contacts: Arc<Vec<Contact>> = cx
        .shared("database.contacts-sample", || async {
            let mut columns = vec!["phone_last4 AS last4".to_owned()];
            let mut any = Vec::new();
            for field in Field::ALL {
                let (key, plain) = (field.key(), field.plain());
                columns.push(format!("left({plain}, {LONGEST}) AS {key}"));
                columns.push(format!("left({key}_ciphertext, {LONGEST}) AS {key}_ciphertext"));
                columns.push(format!("{key}_hash"));
                any.push(field.encrypted());
                any.push(format!("{key}_hash IS NOT NULL"));
            }
            let sql = format!(
                "SELECT {} FROM {} WHERE {} ORDER BY random() LIMIT {MOST}",
                columns.join(", "),
                size(cx).await?.sampled(PAGES),
                any.join(" OR ")
            );
            let rows = cx.postgres().await?.fetch(&sql, &[]).await?;
            rows.iter().map(contact).collect()
        })
        .await?;
    cite(
        cx,
        &format!("a random sample of \"{CONTACT}\""),
        &format!("{} contacts", contacts.len()),
    );
    Ok(contacts)
}

fn contact(row: &Row) -> Result<Contact, Error> {
    let filled = |name: &str| Ok::<_, Error>(row.opt_text(name)?.filter(|text| !text.trim().is_empty()));
    let datum = |key: &str| {
        Ok::<_, Error>(Datum {
            value: filled(key)?,
            ciphertext: filled(&format!("{key}_ciphertext"))?,
            hash: filled(&format!("{key}_hash"))?,
        })
    };
    Ok(Contact {
        phone: datum(Field::Phone.key())?,
        email: datum(Field::Email.key())?,
        last4: filled("last4")?,
    })
}

//! The seed's contacts: numbers, addresses and names that belong to nobody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::seed::{ENCRYPTION_KEY, PEPPER};
use crate::crypto::{Layout, encrypt, pii_hash};

const FIRST: [&str; 12] = [
    "Ada", "Bela", "Chloe", "Dora", "Eleni", "Femi", "Gus", "Hana", "Ilias", "Jo", "Kira", "Luz",
];
const LAST: [&str; 9] = [
    "Ames", "Brandt", "Costa", "Dimou", "Ekberg", "Farah", "Giannou", "Hollis", "Ivanova",
];

/// A contact: the row, and what other rows refer to.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) shop: &'static str,
    pub(super) subscribed: bool,
    pub(super) row: Map<String, Value>,
}

/// The contacts of both shops: 240 and 80, most of them subscribed, a tenth of them new today.
pub(super) fn make(layout: Layout) -> Vec<Person> {
    let key = key();
    let numbers = (0..320).map(|number| (number, if number < 240 { "shop_dev" } else { "shop_other" }));
    numbers
        .map(|(number, shop)| person(number, shop, &key, layout))
        .collect()
}

/// The key that `ENCRYPTION_KEY` writes down.
pub(super) fn key() -> [u8; 32] {
    let bytes = STANDARD.decode(ENCRYPTION_KEY).expect("base64 by construction");
    bytes.try_into().expect("32 bytes by construction")
}

fn person(number: u32, shop: &'static str, key: &[u8; 32], layout: Layout) -> Person {
    // 555-01xx numbers are reserved for fiction; the other shop has some of the same customers
    let phone = format!("+1555{:03}01{:02}", 200 + (number % 240) / 100, number % 100);
    let pick = |names: &[&'static str]| names[number as usize % names.len()];
    let (first, last) = (pick(&FIRST), pick(&LAST));
    let email = format!(
        "{}.{}{number}@example.com",
        first.to_lowercase(),
        last.to_lowercase()
    );
    let recent = number.is_multiple_of(10);
    let minutes_ago = if recent {
        30 + i64::from(number)
    } else {
        3_000 + 331 * i64::from(number)
    };
    // rows from before encryption was introduced; nobody has migrated them yet
    let (legacy_phone, legacy_email) = (matches!(number, 17 | 133 | 271), matches!(number, 21 | 203));
    let has_email = number % 4 != 3;
    let subscribed = number % 8 != 5;
    let row = json!({
        "id": format!("contact_{number:04}"),
        "createdAt": ago(minutes_ago),
        "updatedAt": ago(minutes_ago / 2),
        "shopId": shop,
        "customerId": format!("{}", 7_000_000_000_u64 + u64::from(number)),
        "phoneE164": phone,
        "firstName": first,
        "lastName": last,
        "email": has_email.then_some(&email),
        "phone_hash": (!legacy_phone).then(|| pii_hash(&phone, PEPPER)),
        "phone_ciphertext": (!legacy_phone).then(|| encrypt(&phone, key, layout)),
        "phone_last4": &phone[phone.len() - 4..],
        "email_hash": (has_email && !legacy_email).then(|| pii_hash(&email, PEPPER)),
        "email_ciphertext": (has_email && !legacy_email).then(|| encrypt(&email, key, layout)),
        "optedOut": !subscribed,
        "smsConsentState": if subscribed { "opted_in" } else { "opted_out" },
        "smsConsentSource": if number.is_multiple_of(3) { "checkout" } else { "storefront" },
        "smsConsentAt": ago(minutes_ago),
        "unsubscribedAt": (!subscribed).then(|| ago(minutes_ago / 2)),
        "tagsJson": if number.is_multiple_of(5) { json!(["vip"]) } else { json!([]) },
        "welcomedAt": subscribed.then(|| ago(minutes_ago)),
        "gender": pick(&["female", "male", "unknown"]),
        "birthdate": number.is_multiple_of(6).then_some("1990-05-17T00:00:00"),
        "ageYears": number.is_multiple_of(6).then_some(36),
        "conversionCount": number % 4,
        "lastConvertedAt": (!number.is_multiple_of(4)).then(|| ago(minutes_ago / 3)),
        "conversionLtvCents": (number % 4) * 2_590,
    });
    let Value::Object(row) = row else {
        unreachable!("an object was written")
    };
    Person {
        id: format!("contact_{number:04}"),
        shop,
        subscribed,
        row,
    }
}

/// The time that many minutes ago, as PostgreSQL reads it.
pub(super) fn ago(minutes: i64) -> String {
    (jiff::Timestamp::now() - jiff::SignedDuration::from_mins(minutes)).to_string()
}

//! Whether a text that should be a ciphertext lets the value be read: as it is, or through base64, hex and the like.

use super::layout::base64;

/// Encodings inside encodings.
const DEPTH: u8 = 3;
/// Shorter pieces of a text are not taken for an encoding of anything.
const SHORTEST: usize = 8;

/// `value` is the datum where the row has it; without it, only a text that is personal data as a whole is recognised.
pub(super) fn reveals(text: &str, value: Option<&str>) -> bool {
    looked_into(text, true, &value.map(needles).unwrap_or_default(), DEPTH)
}

/// The value, what is left of a phone number without its `+`, and either backwards, in lower case.
fn needles(value: &str) -> Vec<String> {
    let value = value.trim().to_lowercase();
    let mut needles = vec![value.chars().rev().collect(), value.clone()];
    if !value.contains('@') {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        needles.push(digits.chars().rev().collect());
        needles.push(digits);
    }
    needles.retain(|needle| needle.len() >= 5);
    needles
}

/// A piece of a text (an IV, a tag) may look like anything: only in the `whole` any personal data counts.
fn looked_into(text: &str, whole: bool, needles: &[String], depth: u8) -> bool {
    let lower = text.to_lowercase();
    let shown = needles.iter().any(|needle| lower.contains(needle.as_str())) || (whole && personal(text));
    let inside = |(inner, all): &(String, bool)| looked_into(inner, whole && *all, needles, depth - 1);
    shown || (depth > 0 && decoded(text).iter().any(inside))
}

/// The whole text reads like a phone number or an e-mail address.
fn personal(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let phone =
        (8..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+-() .".contains(c));
    let address = text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && text.chars().all(|c| c.is_ascii_graphic())
    });
    phone || address
}

/// What the text, or a piece of it between quotes, colons and the like, is an encoding of; and whether it is all of it.
fn decoded(text: &str) -> Vec<(String, bool)> {
    let joined: String = text.split_whitespace().collect();
    let pieces = joined.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=-_%".contains(c)));
    let mut found = Vec::new();
    for piece in pieces.filter(|piece| piece.len() >= SHORTEST) {
        let percent = piece.contains('%').then(|| percent_decoded(piece));
        let readings = [base64(piece), hex::decode(piece).ok(), percent];
        let texts = readings
            .into_iter()
            .flatten()
            .filter_map(|bytes| String::from_utf8(bytes).ok());
        found.extend(texts.map(|inner| (inner, piece.len() == joined.len())));
    }
    found
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|pair| hex::decode(pair).ok());
        rest = if escaped.is_some() { &tail[2..] } else { tail };
        bytes.extend(escaped.unwrap_or_else(|| vec![*first]));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::layout::testing::{json, seal};
    use super::*;

    #[test]
    fn encodings_are_seen_through() {
        let phone = "+15552000142";
        let email = "Ada.Brandt21@example.com";
        for text in [
            phone.to_owned(),
            "15552000142".to_owned(),
            format!("enc({phone})"),
            STANDARD.encode(phone),
            URL_SAFE_NO_PAD.encode(phone),
            STANDARD.encode(STANDARD.encode(phone)),
            hex::encode(phone).to_uppercase(),
            format!(r#"{{"ciphertext":"{}","iv":"x"}}"#, STANDARD.encode(phone)),
            format!("aaaa:bbbb:{}", STANDARD.encode(phone)),
            "24100025551+".to_owned(),
            "%2B15552000142".to_owned(),
            STANDARD.encode(format!(r#"{{"phone":"{phone}"}}"#)),
        ] {
            assert!(reveals(&text, Some(phone)), "{text}");
        }
        assert!(reveals(&email.to_uppercase(), Some(email)) && reveals(&hex::encode(email), Some(email)));
        // the row holds no value to compare with
        for text in [
            phone.to_owned(),
            STANDARD.encode(email),
            hex::encode(phone),
            "+30 (694) 123-4567".to_owned(),
        ] {
            assert!(reveals(&text, None), "{text}");
        }
    }

    #[test]
    fn ciphertexts_reveal_nothing() {
        for byte in 0..=255_u8 {
            let parts = seal("+15552000142", &[byte; 32], b"aad", [byte; 12]);
            for text in [json(&parts), parts.join(":"), parts.concat()] {
                assert!(
                    !reveals(&text, Some("+15552000142")) && !reveals(&text, None),
                    "{text}"
                );
            }
        }
    }
}

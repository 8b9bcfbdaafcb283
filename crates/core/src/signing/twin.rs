//! Forged twins of a signature: the same shape, one bit off.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The hex signature with one bit of its first byte flipped; text that is no hex gets another character.
pub fn flip_hex(signature: &str) -> String {
    flip(signature, hex::decode(signature).ok(), |bytes| hex::encode(bytes))
}

/// The base64 signature with one bit of its first byte flipped; text that is no base64 gets another character.
pub fn flip_base64(signature: &str) -> String {
    flip(signature, STANDARD.decode(signature).ok(), |bytes| {
        STANDARD.encode(bytes)
    })
}

/// The JWT with one bit of its signature's first byte flipped. Not of its last: there base64url has spare bits, and
/// another character may stand for the same bytes.
pub fn flip_jwt(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or(("", token));
    let flipped = flip(signature, URL_SAFE_NO_PAD.decode(signature).ok(), |bytes| {
        URL_SAFE_NO_PAD.encode(bytes)
    });
    format!("{signed}.{flipped}")
}

fn flip(text: &str, bytes: Option<Vec<u8>>, encode: impl Fn(&[u8]) -> String) -> String {
    match bytes {
        Some(mut bytes) if !bytes.is_empty() => {
            bytes[0] ^= 1;
            encode(&bytes)
        }
        _ => format!("{text}0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_off_and_of_the_same_shape() {
        assert_eq!(flip_hex("00ff"), "01ff");
        assert_eq!(flip_base64("AAECAw=="), "AQECAw==");
        assert_eq!(flip_jwt("a.b.AAEC"), "a.b.AQEC");
        assert_eq!(
            (flip_hex("xyz").as_str(), flip_base64("").as_str()),
            ("xyz0", "0")
        );
    }
}

//! The two ways in which a ciphertext is written down (CONTRACT §4), and how it is opened.

use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::{Aes256Gcm, AesGcm, Nonce};
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// What a text in a ciphertext column turns out to be.
pub(super) enum Stored {
    /// A known layout.
    Sealed(Sealed),
    /// Begun in a known layout, but it cannot be opened by anybody.
    Malformed(&'static str),
    /// A layout that golive does not know.
    Unknown,
}

pub(super) struct Sealed {
    pub(super) iv: Vec<u8>,
    tag: Vec<u8>,
    body: Vec<u8>,
}

/// An IV of 12 bytes is what NIST SP 800-38D recommends, 16 is what many Node programs use.
const IV: [usize; 2] = [12, 16];
const TAG: usize = 16;
const PARTS: [&str; 3] = ["iv", "tag", "ciphertext"];

pub(super) fn read(text: &str) -> Stored {
    let text = text.trim();
    if text.starts_with('{') {
        return match serde_json::from_str::<Value>(text) {
            Ok(value) => object(&value),
            Err(_) => Stored::Malformed("JSON that does not parse"),
        };
    }
    match text.split(':').collect::<Vec<_>>()[..] {
        [iv, tag, body] => colons(iv, tag, body),
        _ => Stored::Unknown,
    }
}

fn object(value: &Value) -> Stored {
    let parts = PARTS.map(|name| value.get(name).and_then(Value::as_str));
    let [Some(iv), Some(tag), Some(body)] = parts else {
        let others = value
            .as_object()
            .is_some_and(|all| all.keys().any(|key| !PARTS.contains(&key.as_str())));
        return if others {
            Stored::Unknown
        } else {
            Stored::Malformed("JSON that lacks ciphertext, iv or tag")
        };
    };
    match (sized(iv, &IV), sized(tag, &[TAG]), decode(body)) {
        (Some(iv), Some(tag), Some(body)) => Stored::Sealed(Sealed { iv, tag, body }),
        (None, Some(_), Some(_)) if decode(iv).is_some_and(|iv| !iv.is_empty()) => Stored::Unknown,
        _ => Stored::Malformed("JSON whose iv, tag or ciphertext is not base64 of the right length"),
    }
}

fn colons(iv: &str, tag: &str, body: &str) -> Stored {
    match (sized(iv, &IV), sized(tag, &[TAG]), decode(body)) {
        (Some(iv), Some(tag), Some(body)) => Stored::Sealed(Sealed { iv, tag, body }),
        (Some(_), Some(_), None) => Stored::Malformed("iv:tag:ciphertext whose ciphertext is not base64"),
        (Some(_), None, Some(_)) => Stored::Malformed("iv:tag:ciphertext whose tag is not 16 bytes long"),
        _ => Stored::Unknown,
    }
}

/// Base64 or hex, whichever gives one of these lengths.
fn sized(text: &str, lengths: &[usize]) -> Option<Vec<u8>> {
    let fits = |bytes: &Vec<u8>| lengths.contains(&bytes.len());
    base64(text)
        .filter(fits)
        .or_else(|| hex::decode(text).ok().filter(fits))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    // a text that is both is hex: base64 that uses 16 of 64 characters only is no accident
    hex::decode(text)
        .ok()
        .or_else(|| base64(text))
        .filter(|bytes| !bytes.is_empty())
}

/// Base64 in either alphabet, padded or not, line ends left out.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let config = || {
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true)
    };
    let text: String = text.split_whitespace().collect();
    let alphabet = if text.contains(['-', '_']) {
        &URL_SAFE
    } else {
        &STANDARD
    };
    GeneralPurpose::new(alphabet, config()).decode(text).ok()
}

/// The plaintext; `None` when key, additional data or tag do not fit.
pub(super) fn open(sealed: &Sealed, key: &[u8; 32], aad: &[u8]) -> Option<Vec<u8>> {
    let msg = [sealed.body.as_slice(), &sealed.tag].concat();
    let payload = Payload { msg: &msg, aad };
    if let Ok(iv) = <[u8; 12]>::try_from(sealed.iv.as_slice()) {
        return Aes256Gcm::new(key.into()).decrypt(&Nonce::from(iv), payload).ok();
    }
    let iv = <[u8; 16]>::try_from(sealed.iv.as_slice()).ok()?;
    AesGcm::<Aes256, U16>::new(key.into())
        .decrypt(&Nonce::from(iv), payload)
        .ok()
}

/// Writes ciphertexts the way a healthy backend does.
#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    pub(crate) fn seal(value: &str, key: &[u8; 32], aad: &[u8], iv: [u8; 12]) -> [String; 3] {
        let sealed = Aes256Gcm::new(key.into())
            .encrypt(
                &Nonce::from(iv),
                Payload {
                    msg: value.as_bytes(),
                    aad,
                },
            )
            .unwrap();
        let (body, tag) = sealed.split_at(sealed.len() - TAG);
        [iv.as_slice(), tag, body].map(|bytes| STANDARD.encode(bytes))
    }

    pub(crate) fn json([iv, tag, body]: &[String; 3]) -> String {
        serde_json::json!({"ciphertext": body, "iv": iv, "tag": tag}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [9; 32];

    fn opened(text: &str) -> Option<Vec<u8>> {
        match read(text) {
            Stored::Sealed(sealed) => open(&sealed, &KEY, b"aad"),
            _ => None,
        }
    }

    #[test]
    fn both_layouts_are_opened() {
        let parts = testing::seal("+15550100", &KEY, b"aad", [3; 12]);
        let hexed = parts.clone().map(|part| hex::encode(base64(&part).unwrap()));
        let unpadded = parts
            .clone()
            .map(|part| part.trim_end_matches('=').replace('+', "-").replace('/', "_"));
        for text in [
            testing::json(&parts),
            parts.join(":"),
            hexed.join(":"),
            unpadded.join(":"),
        ] {
            assert_eq!(opened(&text).as_deref(), Some(b"+15550100".as_slice()), "{text}");
        }
        assert!(opened(&testing::seal("x", &[8; 32], b"aad", [3; 12]).join(":")).is_none());
        assert!(opened(&testing::seal("x", &KEY, b"", [3; 12]).join(":")).is_none());
        let long = AesGcm::<Aes256, U16>::new(&KEY.into());
        let sealed = long
            .encrypt(
                &Nonce::from([5; 16]),
                Payload {
                    msg: b"x",
                    aad: b"aad",
                },
            )
            .unwrap();
        let text = [&[5; 16][..], &sealed[1..], &sealed[..1]]
            .map(hex::encode)
            .join(":");
        assert_eq!(opened(&text).as_deref(), Some(b"x".as_slice()));
    }

    #[test]
    fn malformed_and_unknown_are_told_apart() {
        let parts = testing::seal("+15550100", &KEY, b"aad", [3; 12]);
        let [iv, tag, body] = &parts;
        for (text, malformed) in [
            (testing::json(&parts)[..60].to_owned(), true),
            (format!(r#"{{"iv":"{iv}","ciphertext":"{body}"}}"#), true),
            (format!(r#"{{"iv":"{iv}","tag":"{tag}","ciphertext":"?"}}"#), true),
            (format!("{iv}:{}:{body}", &tag[..12]), true),
            (format!("{iv}:{tag}:"), true),
            (format!(r#"{{"v":1,"nonce":"{iv}","data":"{body}"}}"#), false),
            (format!("v1:{iv}:{tag}:{body}"), false),
            (format!("{body}{tag}"), false),
        ] {
            assert_eq!(matches!(read(&text), Stored::Malformed(_)), malformed, "{text}");
            assert!(!matches!(read(&text), Stored::Sealed(_)), "{text}");
        }
    }
}

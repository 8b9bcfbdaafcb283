//! HMAC with SHA-2 (RFC 2104, FIPS 198-1).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

const ANY_LENGTH: &str = "HMAC takes keys of any length";

pub(super) fn sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key)
        .expect(ANY_LENGTH)
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

pub(super) fn sha384(key: &[u8], message: &[u8]) -> Vec<u8> {
    Hmac::<Sha384>::new_from_slice(key)
        .expect(ANY_LENGTH)
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

pub(super) fn sha512(key: &[u8], message: &[u8]) -> Vec<u8> {
    Hmac::<Sha512>::new_from_slice(key)
        .expect(ANY_LENGTH)
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

#[cfg(test)]
mod tests {
    /// RFC 4231 §4.3, test case 2.
    #[test]
    fn known_answers() {
        let (key, message) = (b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hex::encode(super::sha256(key, message)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(hex::encode(super::sha384(key, message)).starts_with("af45d2e376484031617f78d2b58a6b1b"));
        assert!(hex::encode(super::sha512(key, message)).starts_with("164b7a7bfcf819e2e395fbe73b56e0a3"));
    }
}

//! Signatures, hashes and the encryption of personal data.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

const AAD: &[u8] = b"sms-blossom-pii";

/// HMAC-SHA256.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Whether `signature` is the HMAC-SHA256 of `message`, in constant time.
pub(crate) fn verify_hmac(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    hmac_sha256(key, message).ct_eq(signature).into()
}

/// The same with SHA-512, which no token of ours has: only a fault accepts one.
pub(crate) fn verify_hmac_sha512(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let mut mac =
        <Hmac<Sha512> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().as_slice().ct_eq(signature).into()
}

/// Hex SHA-256.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The searchable hash of a phone number or an e-mail address.
pub(crate) fn pii_hash(value: &str, pepper: &str) -> String {
    sha256_hex(format!("{}:{pepper}", value.trim().to_lowercase()).as_bytes())
}

/// How a ciphertext is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A JSON object with base64 `ciphertext`, `iv`, `tag`.
    Json,
    /// `iv:tag:ciphertext`, base64.
    Colons,
}

/// AES-256-GCM under a fresh IV.
pub(crate) fn encrypt(value: &str, key: &[u8; 32], layout: Layout) -> String {
    encrypt_with(value, key, layout, fresh_iv())
}

/// AES-256-GCM under the IV given: only a fault uses one twice.
pub(crate) fn encrypt_with(value: &str, key: &[u8; 32], layout: Layout, iv: [u8; 12]) -> String {
    seal(value, key, layout, iv, AAD)
}

/// AES-256-GCM under a fresh IV, but without the additional data (a fault).
pub(crate) fn encrypt_without_aad(value: &str, key: &[u8; 32], layout: Layout) -> String {
    seal(value, key, layout, fresh_iv(), b"")
}

fn fresh_iv() -> [u8; 12] {
    let random = uuid::Uuid::new_v4().into_bytes();
    let mut iv = [0; 12];
    iv.copy_from_slice(&hmac_sha256(b"iv", &random)[..12]);
    iv
}

fn seal(value: &str, key: &[u8; 32], layout: Layout, iv: [u8; 12], aad: &[u8]) -> String {
    let cipher = Aes256Gcm::new(key.into());
    let msg = value.as_bytes();
    let sealed = cipher
        .encrypt(&Nonce::from(iv), Payload { msg, aad })
        .expect("AES-GCM takes messages this short");
    let (ciphertext, tag) = sealed.split_at(sealed.len() - 16);
    let [ciphertext, iv, tag] = [ciphertext, &iv, tag].map(|bytes| STANDARD.encode(bytes));
    match layout {
        Layout::Json => json!({"ciphertext": ciphertext, "iv": iv, "tag": tag}).to_string(),
        Layout::Colons => format!("{iv}:{tag}:{ciphertext}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertexts_differ_for_equal_plaintexts() {
        let key = [7; 32];
        assert_ne!(
            encrypt("+306912345678", &key, Layout::Json),
            encrypt("+306912345678", &key, Layout::Json)
        );
        assert_eq!(encrypt("a", &key, Layout::Colons).split(':').count(), 3);
    }
}

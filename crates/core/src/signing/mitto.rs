//! Mitto callbacks: the signature covers the raw bytes of the body.

use secrecy::{ExposeSecret, SecretString};

use super::mac;

/// The value of `X-Mitto-Signature`: lower-case hex HMAC-SHA256 of the raw body (CONTRACT §7).
pub fn sign(body: &[u8], secret: &SecretString) -> String {
    hex::encode(mac::sha256(secret.expose_secret().as_bytes(), body))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `crypto.createHmac("sha256", "hush").update(body).digest("hex")` of Node 20.
    #[test]
    fn known_answer() {
        let body = br#"{"message_id":"m1","status":"delivered","timestamp":"2026-01-01T00:00:00Z"}"#;
        assert_eq!(
            sign(body, &SecretString::from("hush")),
            "046955276527b0ece616d3c70f7d2fafe45e4c35fb38fc002acd6caa524c1360"
        );
    }
}

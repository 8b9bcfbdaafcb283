//! Shopify webhooks: the signature covers the raw bytes of the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::mac;

/// The value of `X-Shopify-Hmac-Sha256`: base64 HMAC-SHA256 of the raw body.
///
/// Source: <https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin-of-your-webhook-to-ensure-its-coming-from-shopify>.
pub fn sign(body: &[u8], secret: &SecretString) -> String {
    STANDARD.encode(mac::sha256(secret.expose_secret().as_bytes(), body))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `crypto.createHmac("sha256", "hush").update(body).digest("base64")` of Node 20.
    #[test]
    fn known_answers() {
        let secret = SecretString::from("hush");
        for (body, signature) in [
            (&b""[..], "Knm8rWjeSXNIt2H0AOMT7DQ8/YSy8sQi/pEjbuUmGMs="),
            (
                b"{\"id\":1,\"note\":\"gr\xc3\xbc\xc3\x9fe\"}\n",
                "HFh+l2adugo6mbxc/h1R83g5sy/bbKKK0ixwVwBS++0=",
            ),
            (b"\xff\x00", "Hspyk18fSEtREnsLBpc0hMXsFjGta7Jw5gFmUr9+lWY="),
        ] {
            assert_eq!(sign(body, &secret), signature);
        }
    }
}

//! Certificates that the machine trusts beside Mozilla's roots, so that a private CA needs no option of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The machine's root certificates as PEM (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured); `None` without any.
pub(crate) fn native_roots() -> Option<Vec<u8>> {
    let certificates = rustls_native_certs::load_native_certs().certs;
    if certificates.is_empty() {
        return None;
    }
    let mut pem = String::new();
    for certificate in certificates {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        pem.push_str(&STANDARD.encode(certificate));
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    Some(pem.into_bytes())
}

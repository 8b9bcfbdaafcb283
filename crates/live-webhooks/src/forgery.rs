//! Signatures that must be refused: the right shape, the wrong origin.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use golive_core::signing::{foreign_secret, mitto, webhook};
use secrecy::SecretString;

/// A signature and what is wrong with it.
pub(crate) struct Forgery {
    /// Follows "a signature": `made with another secret`.
    pub(crate) what: &'static str,
    pub(crate) signature: String,
}

/// `no signature`, `a signature made with another secret`.
pub(crate) fn described(what: &str) -> String {
    if what.ends_with(" signature") {
        what.to_owned()
    } else {
        format!("a signature {what}")
    }
}

/// Forged twins of Shopify's signature of `body`.
pub(crate) fn of_shopify(body: &str, secret: &SecretString) -> Vec<Forgery> {
    let mac = |bytes: &[u8], secret: &SecretString| {
        STANDARD.decode(webhook::sign(bytes, secret)).unwrap_or_default()
    };
    let mut forgeries = twins(body.as_bytes(), secret, mac, |mac| STANDARD.encode(mac));
    forgeries.push(Forgery {
        what: "written in hex",
        signature: hex::encode(mac(body.as_bytes(), secret)),
    });
    forgeries
}

/// Forged twins of the provider's signature of `body`.
pub(crate) fn of_mitto(body: &str, secret: &SecretString) -> Vec<Forgery> {
    let mac =
        |bytes: &[u8], secret: &SecretString| hex::decode(mitto::sign(bytes, secret)).unwrap_or_default();
    twins(body.as_bytes(), secret, mac, |mac| hex::encode(mac))
}

fn twins(
    body: &[u8],
    secret: &SecretString,
    mac: impl Fn(&[u8], &SecretString) -> Vec<u8>,
    write: impl Fn(&[u8]) -> String,
) -> Vec<Forgery> {
    let genuine = mac(body, secret);
    let flipped = |at: Option<usize>| {
        let mut bytes = genuine.clone();
        if let Some(byte) = at.and_then(|at| bytes.get_mut(at)) {
            *byte ^= 1;
        }
        bytes
    };
    let other = [body, b" golive"].concat();
    [
        ("made with another secret", mac(body, &foreign_secret())),
        ("with its first byte flipped", flipped(Some(0))),
        (
            "with its last byte flipped",
            flipped(genuine.len().checked_sub(1)),
        ),
        ("cut to its first half", genuine[..genuine.len() / 2].to_vec()),
        ("of other bytes", mac(&other, secret)),
        ("of an empty body", mac(b"", secret)),
    ]
    .into_iter()
    .map(|(what, mac)| Forgery {
        what,
        signature: write(&mac),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_differ_from_the_genuine_one() {
        let (body, secret) = ("{\"id\":1}", SecretString::from("hush"));
        for (genuine, forgeries) in [
            (webhook::sign(body.as_bytes(), &secret), of_shopify(body, &secret)),
            (mitto::sign(body.as_bytes(), &secret), of_mitto(body, &secret)),
        ] {
            let mut seen = BTreeSet::from([genuine]);
            for Forgery { what, signature } in forgeries {
                assert!(!signature.is_empty() && seen.insert(signature), "{what}");
            }
        }
    }
}

//! HMAC for jsonwebtoken on hmac and sha2: no second RustCrypto generation, no RSA, no C library.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use secrecy::zeroize::Zeroizing;
use subtle::ConstantTimeEq as _;

use super::super::mac;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key: &EncodingKey| {
        Ok(Box::new(Hmac::new(*algorithm, key.family(), key.as_bytes())?) as Box<dyn JwtSigner>)
    },
    verifier_factory: |algorithm, key: &DecodingKey| {
        Ok(Box::new(Hmac::new(*algorithm, key.family(), key.try_get_as_bytes()?)?) as Box<dyn JwtVerifier>)
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes this the process's provider; later calls do nothing. The functions of [`super`] call it themselves.
pub fn install() {
    let _ = PROVIDER.install_default();
}

type Mac = fn(&[u8], &[u8]) -> Vec<u8>;

struct Hmac {
    algorithm: Algorithm,
    mac: Mac,
    key: Zeroizing<Vec<u8>>,
}

impl Hmac {
    fn new(algorithm: Algorithm, family: AlgorithmFamily, key: &[u8]) -> Result<Self> {
        let mac: Mac = match algorithm {
            Algorithm::HS256 => mac::sha256,
            Algorithm::HS384 => mac::sha384,
            Algorithm::HS512 => mac::sha512,
            _ => return Err(ErrorKind::InvalidAlgorithm.into()),
        };
        if family != AlgorithmFamily::Hmac {
            return Err(ErrorKind::InvalidKeyFormat.into());
        }
        Ok(Self {
            algorithm,
            mac,
            key: Zeroizing::new(key.to_vec()),
        })
    }
}

impl Signer<Vec<u8>> for Hmac {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok((self.mac)(&self.key, message))
    }
}

impl Verifier<Vec<u8>> for Hmac {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let expected = (self.mac)(&self.key, message);
        if bool::from(expected.ct_eq(signature)) {
            Ok(())
        } else {
            Err(Error::new())
        }
    }
}

impl JwtSigner for Hmac {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl JwtVerifier for Hmac {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

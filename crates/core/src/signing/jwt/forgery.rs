//! Forged twins of the valid token, each off by one property.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use secrecy::{ExposeSecret, SecretString};

use super::super::{foreign_secret, mac, twin};
use super::{Claims, LIFETIME_SECONDS, encode, unsigned};

/// One way to forge a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Forgery {
    /// No token at all, in the shape of none.
    Garbage,
    /// Three base64url segments of noise.
    GarbageSegments,
    /// Everything right, expired yesterday.
    Expired,
    /// Signed with a secret that nobody else knows.
    ForeignSecret,
    /// Signed with the empty secret: what a backend without `JWT_SECRET` would accept.
    EmptySecret,
    /// `alg: none` in one spelling, with an empty signature (RFC 8725 §2.1).
    AlgNone(NoneSpelling),
    /// HS384 with the right secret.
    Hs384,
    /// HS512 with the right secret.
    Hs512,
    /// The header says RS256, the signature is HMAC-SHA256 with the right secret (RFC 8725 §2.1).
    Rs256WithHmac,
    /// HS256, the signature left out, its dot kept.
    StrippedSignature,
    /// HS256, the signature left out together with its dot.
    Unsigned,
    /// One bit of the signature flipped.
    FlippedByte,
    /// The claims name another user than those that were signed.
    ChangedClaims,
    /// Everything right, another issuer. CONTRACT §6 names no answer for it: not in [`Forgery::ALL`].
    WrongIssuer,
}

/// How `none` is spelt: a comparison that minds the case refuses only the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own spelling")]
pub enum NoneSpelling {
    Lower,
    Title,
    Upper,
    Mixed,
}

impl NoneSpelling {
    /// The header's `alg`.
    pub fn text(self) -> &'static str {
        match self {
            Self::Lower => "none",
            Self::Title => "None",
            Self::Upper => "NONE",
            Self::Mixed => "nOnE",
        }
    }
}

impl Forgery {
    /// Every forgery that CONTRACT §6 says is refused with 401 `invalid_token`.
    pub const ALL: [Self; 16] = [
        Self::Garbage,
        Self::GarbageSegments,
        Self::StrippedSignature,
        Self::Unsigned,
        Self::FlippedByte,
        Self::ChangedClaims,
        Self::Expired,
        Self::ForeignSecret,
        Self::EmptySecret,
        Self::AlgNone(NoneSpelling::Lower),
        Self::AlgNone(NoneSpelling::Title),
        Self::AlgNone(NoneSpelling::Upper),
        Self::AlgNone(NoneSpelling::Mixed),
        Self::Hs384,
        Self::Hs512,
        Self::Rs256WithHmac,
    ];

    /// The probe that owns it, without its check: `security.jwt-` and this.
    pub fn family(self) -> &'static str {
        match self {
            Self::Garbage
            | Self::GarbageSegments
            | Self::StrippedSignature
            | Self::Unsigned
            | Self::FlippedByte
            | Self::ChangedClaims => "garbage",
            Self::Expired => "expired",
            Self::ForeignSecret | Self::EmptySecret => "foreign-secret",
            Self::AlgNone(_) => "alg-none",
            Self::Hs384 | Self::Hs512 | Self::Rs256WithHmac => "other-alg",
            Self::WrongIssuer => "wrong-issuer",
        }
    }

    /// The forgeries of one family, in the order of [`Forgery::ALL`].
    pub fn of_family(family: &str) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |forgery| forgery.family() == family)
    }

    /// The forged token for a shop; `now` in Unix seconds. It lacks nothing but what it is named after.
    pub fn token(self, shop: &str, secret: &SecretString, now: i64) -> String {
        let claims = Claims::new(shop, now);
        let genuine = || encode(Algorithm::HS256, &claims, secret);
        let cut = || {
            genuine()
                .rsplit_once('.')
                .map(|(signed, _)| signed.to_owned())
                .unwrap_or_default()
        };
        match self {
            Self::Garbage => "golive-not-a-token".to_owned(),
            Self::GarbageSegments => "Z29saXZl.bm90LWEtdG9rZW4.c2lnbmF0dXJl".to_owned(),
            Self::Expired => {
                let exp = now - 24 * 60 * 60;
                encode(
                    Algorithm::HS256,
                    &Claims {
                        iat: exp - LIFETIME_SECONDS,
                        exp,
                        ..claims
                    },
                    secret,
                )
            }
            Self::ForeignSecret => encode(Algorithm::HS256, &claims, &foreign_secret()),
            Self::EmptySecret => encode(Algorithm::HS256, &claims, &SecretString::from("")),
            Self::AlgNone(spelling) => {
                format!(
                    "{}.",
                    unsigned(
                        &format!(r#"{{"alg":"{}","typ":"JWT"}}"#, spelling.text()),
                        &claims
                    )
                )
            }
            Self::Hs384 => encode(Algorithm::HS384, &claims, secret),
            Self::Hs512 => encode(Algorithm::HS512, &claims, secret),
            Self::Rs256WithHmac => {
                let signed = unsigned(r#"{"alg":"RS256","typ":"JWT"}"#, &claims);
                let signature = mac::sha256(secret.expose_secret().as_bytes(), signed.as_bytes());
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
            }
            Self::StrippedSignature => format!("{}.", cut()),
            Self::Unsigned => cut(),
            Self::FlippedByte => twin::flip_jwt(&genuine()),
            Self::ChangedClaims => {
                let token = genuine();
                let (header, rest) = token.split_once('.').unwrap_or_default();
                let signature = rest.rsplit_once('.').map_or("", |(_, signature)| signature);
                let changed = unsigned(
                    "",
                    &Claims {
                        sub: "golive-changed".to_owned(),
                        ..claims
                    },
                );
                format!("{header}{changed}.{signature}")
            }
            Self::WrongIssuer => encode(
                Algorithm::HS256,
                &Claims {
                    iss: "golive".to_owned(),
                    ..claims
                },
                secret,
            ),
        }
    }
}

/// For people: "signed with a foreign secret".
impl fmt::Display for Forgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Garbage => "no token at all",
            Self::GarbageSegments => "three segments of noise",
            Self::Expired => "expired yesterday",
            Self::ForeignSecret => "signed with a foreign secret",
            Self::EmptySecret => "signed with the empty secret",
            Self::AlgNone(spelling) => return write!(f, "alg \"{}\", unsigned", spelling.text()),
            Self::Hs384 => "HS384 with the right secret",
            Self::Hs512 => "HS512 with the right secret",
            Self::Rs256WithHmac => "RS256 header over an HMAC",
            Self::StrippedSignature => "signature left out",
            Self::Unsigned => "signature and its dot left out",
            Self::FlippedByte => "one bit of the signature flipped",
            Self::ChangedClaims => "claims changed after signing",
            Self::WrongIssuer => "another issuer",
        })
    }
}

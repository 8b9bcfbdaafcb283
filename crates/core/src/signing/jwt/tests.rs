//! The valid token is valid to another implementation, and no forgery is.

use jsonwebtoken::{DecodingKey, Validation};

use super::*;

const NOW: i64 = 1_800_000_000;
const SHOP: &str = "sms-test.myshopify.com";

fn secret() -> SecretString {
    SecretString::from("a-jwt-secret-of-more-than-32-characters")
}

/// What a careful backend does: HS256 only, signature, expiry and issuer checked.
fn accepts(token: &str) -> Option<Claims> {
    install_provider();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false; // against the real clock; below against NOW
    validation.set_issuer(&[ISSUER]);
    let key = DecodingKey::from_secret(secret().expose_secret().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .ok()?
        .claims;
    (claims.exp > NOW).then_some(claims)
}

/// Node 20: `h="eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"`, claims as below, HMAC-SHA256 in base64url.
#[test]
fn known_answer() {
    assert_eq!(
        valid(SHOP, &secret(), NOW),
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzaG9wX2RvbWFpbiI6InNtcy10ZXN0Lm15c2hvcGlmeS5jb20iLCJzaG9wIjoic21zLXRlc3QubXlzaG9waWZ5LmNvbSIsInN1YiI6ImdvbGl2ZSIsImlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDg2MzQwLCJpc3MiOiJzbXMtYmxvc3NvbS1hcGkifQ.pht_TC3POcolpvZryXQTXeLgAmuJ2uWq7x_OFVSbgq0"
    );
}

#[test]
fn the_valid_token_is_accepted_and_names_the_shop_in_both_dialects() {
    let claims = accepts(&valid(SHOP, &secret(), NOW)).expect("valid");
    assert_eq!((claims.shop_domain.as_str(), claims.shop.as_str()), (SHOP, SHOP));
    assert_eq!(claims.exp - claims.iat, LIFETIME_SECONDS);
}

#[test]
fn every_forgery_is_refused_and_off_by_one_property_only() {
    let valid = valid(SHOP, &secret(), NOW);
    for forgery in Forgery::ALL.into_iter().chain([Forgery::WrongIssuer]) {
        let token = forgery.token(SHOP, &secret(), NOW);
        assert_eq!(accepts(&token), None, "{forgery}");
        assert_ne!(token, valid, "{forgery}");
        let dots = token.matches('.').count();
        assert_eq!(
            dots,
            match forgery {
                Forgery::Garbage => 0,
                Forgery::Unsigned => 1,
                _ => 2,
            },
            "{forgery}"
        );
    }
    assert_eq!(Forgery::of_family("alg-none").count(), 4);
}

#[test]
fn forgeries_with_a_signature_are_signed_as_they_say() {
    install_provider();
    for (forgery, algorithm) in [
        (Forgery::Hs384, Algorithm::HS384),
        (Forgery::Hs512, Algorithm::HS512),
    ] {
        let token = forgery.token(SHOP, &secret(), NOW);
        let (message, signature) = token.rsplit_once('.').unwrap();
        let key = DecodingKey::from_secret(secret().expose_secret().as_bytes());
        assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm).unwrap());
    }
    let stripped = Forgery::StrippedSignature.token(SHOP, &secret(), NOW);
    assert_eq!(
        Some(stripped.trim_end_matches('.')),
        valid(SHOP, &secret(), NOW).rsplit_once('.').map(|(kept, _)| kept)
    );
}

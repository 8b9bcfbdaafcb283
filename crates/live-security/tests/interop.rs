//! The real jsonwebtoken from npm believes golive's valid token and none of its forgeries: what a probe calls accepted
//! is accepted by what real backends run. Needs Node.js with npm on the PATH.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use golive_core::signing::jwt::{self, Forgery};
use golive_core::testing::npm;
use secrecy::SecretString;
use serde_json::Value;

const SECRET: &str = "interop-only-Xw8Rk3Zt6Yp1Qn9Vb4Mc7Jd2";
const SHOP: &str = "golive-interop.myshopify.com";

#[test]
fn the_real_jsonwebtoken_agrees() {
    let (secret, now) = (SecretString::from(SECRET), jiff::Timestamp::now().as_second());
    let mut tokens = vec![jwt::valid(SHOP, &secret, now)];
    let forgeries: Vec<Forgery> = Forgery::ALL.into_iter().chain([Forgery::WrongIssuer]).collect();
    tokens.extend(forgeries.iter().map(|forgery| forgery.token(SHOP, &secret, now)));
    let mut claims = verify(&tokens).into_iter();
    let valid = claims.next().expect("an answer");
    for (claim, value) in [("shop_domain", SHOP), ("shop", SHOP), ("iss", jwt::ISSUER)] {
        assert_eq!(valid[claim], value, "{claim} of the valid token");
    }
    let forged: Vec<Value> = claims.collect();
    assert_eq!(forged.len(), forgeries.len());
    for (forgery, claims) in forgeries.iter().zip(forged) {
        assert_eq!(claims, Value::Null, "{forgery}");
    }
}

/// The claims of each token, `null` where it is refused.
fn verify(tokens: &[String]) -> Vec<Value> {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop");
    let mut node = npm::script(&fixture, env!("CARGO_TARGET_TMPDIR"), "jwt.cjs")
        .arg(SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| npm::missing("node", &error));
    let mut input = node.stdin.take().expect("piped");
    let list = serde_json::to_vec(tokens).expect("a list of texts");
    input.write_all(&list).expect("node reads it");
    drop(input);
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "jwt.cjs failed");
    serde_json::from_slice(&output.stdout).expect("a JSON list")
}

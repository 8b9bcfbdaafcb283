//! The faults of security let through what a healthy sandbox refuses, and break what it accepts.

mod client;

use client::{Client, sign_proxy};
use golive_sandbox::{Options, Sandbox};
use serde_json::json;

async fn broken(fault: &str) -> (Sandbox, Client) {
    let sandbox = Sandbox::start(Options::from_test_env().fault(fault))
        .await
        .expect(fault);
    let client = Client::new(&sandbox);
    (sandbox, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn storefronts_are_believed_wrongly() {
    let refused = |status: u16| status == 401;
    for (fault, unsigned, keyed, empty, stale, extra, signed) in [
        ("security.proxy-unsigned-accepted", 422, 401, 401, 401, 401, 422),
        ("security.proxy-key-as-secret", 401, 422, 401, 401, 401, 422),
        ("security.proxy-empty-secret", 401, 401, 422, 401, 401, 422),
        ("security.proxy-stale-accepted", 401, 401, 401, 422, 401, 422),
        ("security.proxy-ignores-parameters", 401, 401, 401, 401, 422, 422),
        ("security.proxy-signed-refused", 401, 401, 401, 401, 401, 401),
        ("security.error-leaks-signature", 401, 401, 401, 401, 401, 422),
    ] {
        let (sandbox, client) = broken(fault).await;
        let env = sandbox.env();
        let shop = &env["DEV_SHOP_DOMAIN"];
        let right = sign_proxy(&env["SHOPIFY_API_SECRET"], shop, "", 0);
        for (what, query, expected) in [
            (
                "unsigned",
                right.split("&signature").next().unwrap_or_default().to_owned(),
                unsigned,
            ),
            ("keyed", sign_proxy(&env["SHOPIFY_API_KEY"], shop, "", 0), keyed),
            ("empty", sign_proxy("", shop, "", 0), empty),
            (
                "stale",
                sign_proxy(&env["SHOPIFY_API_SECRET"], shop, "", 86_400),
                stale,
            ),
            ("extra", format!("{right}&extra=1"), extra),
            ("signed", right.clone(), signed),
        ] {
            let answer = client.get(&format!("/public/unsubscribe?{query}")).await;
            assert_eq!(answer.status, expected, "{fault}: {what}");
            let leaks = refused(answer.status) && answer.body.contains("expected ");
            assert_eq!(
                leaks,
                refused(expected) && fault == "security.error-leaks-signature",
                "{fault}: {what}"
            );
        }
        sandbox.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_believed_wrongly() {
    for (fault, path, header, expected) in [
        ("security.jwt-missing-accepted", "/segments", None, 200),
        ("security.jwt-missing-403", "/segments", None, 403),
        ("security.audit-open", "/admin/audit", None, 200),
        (
            "security.jwt-garbage-accepted",
            "/segments",
            Some("Bearer nonsense"),
            200,
        ),
        (
            "security.jwt-garbage-accepted",
            "/segments",
            Some("Bearer a.b.c"),
            401,
        ),
        (
            "security.jwt-foreign-secret-accepted",
            "/segments",
            Some("foreign"),
            200,
        ),
        ("security.jwt-alg-none-accepted", "/segments", Some("none"), 200),
        ("security.jwt-valid-refused", "/segments", Some("valid"), 401),
        (
            "security.unknown-shop-accepted",
            "/segments",
            Some("unknown"),
            200,
        ),
        ("security.unknown-shop-500", "/segments", Some("unknown"), 500),
    ] {
        let (sandbox, client) = broken(fault).await;
        let shop = sandbox.env()["DEV_SHOP_DOMAIN"].clone();
        let header = header.map(|header| match header {
            "valid" => format!("Bearer {}", client.token(&shop)),
            "unknown" => format!("Bearer {}", client.token("golive-unknown.myshopify.com")),
            "foreign" => {
                let token = client.token(&shop);
                format!(
                    "Bearer {}.AAAA",
                    token.rsplit_once('.').map_or("", |(signed, _)| signed)
                )
            }
            "none" => {
                let token = client.token(&shop);
                let claims = token.split('.').nth(1).unwrap_or_default();
                format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.")
            }
            other => other.to_owned(),
        });
        let headers: Vec<(&str, &str)> = header
            .as_deref()
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let answer = client.send("GET", path, &headers, "").await;
        assert_eq!(answer.status, expected, "{fault}: {}", answer.body);
        sandbox.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_wrong() {
    for (fault, sixth, forged) in [
        ("security.rate-not-enforced", 401, 401),
        ("security.rate-after-auth", 401, 401),
        ("security.rate-trusts-forwarded-for", 429, 401),
        ("security.rate-no-retry-after", 429, 429),
        ("security.rate-headers-missing", 429, 429),
    ] {
        let mut options = Options::from_test_env().fault(fault);
        options.limits.public = 5;
        let sandbox = Sandbox::start(options).await.expect(fault);
        let client = Client::new(&sandbox);
        for _ in 0..5 {
            client.get("/public/unsubscribe").await;
        }
        let last = client.get("/public/unsubscribe").await;
        assert_eq!(last.status, sixth, "{fault}");
        assert_eq!(
            last.header("x-ratelimit-limit").is_none(),
            fault == "security.rate-headers-missing"
        );
        let promised = last.status == 429 && fault != "security.rate-no-retry-after";
        assert_eq!(last.header("retry-after").is_some(), promised, "{fault}");
        let answer = client
            .send(
                "GET",
                "/public/unsubscribe",
                &[("x-forwarded-for", "9.9.9.9")],
                "",
            )
            .await;
        assert_eq!(answer.status, forged, "{fault}");
        sandbox.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_and_errors_are_wrong() {
    let (sandbox, client) = broken("security.mitto-unsigned-accepted").await;
    let inbound = r#"{"from":"+15550000000","to":"1","text":"hello"}"#;
    assert_eq!(
        client
            .send("POST", "/webhooks/mitto/inbound", &[], inbound)
            .await
            .status,
        200
    );
    let forged = [("x-mitto-signature", "00")];
    assert_eq!(
        client
            .send("POST", "/webhooks/mitto/inbound", &forged, inbound)
            .await
            .status,
        401
    );
    sandbox.stop().await;
    let (sandbox, client) = broken("security.error-leaks-stack").await;
    let answer = client.webhook("orders/create", "no json").await;
    assert!(
        answer.status == 400 && answer.body.contains("/srv/app"),
        "{}",
        answer.body
    );
    assert_eq!(
        client.admin("POST", "/campaigns", "{").await.json()["error"],
        json!("bad_request")
    );
    sandbox.stop().await;
}

//! What the sandbox's tests send, and how they sign it.
#![allow(dead_code, reason = "every test file uses its part")]

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use golive_sandbox::Sandbox;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    env: BTreeMap<String, String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Client {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()
            .expect("a client");
        Self {
            http,
            base: sandbox.base_url().to_owned(),
            env: sandbox.env(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let method = method.parse().expect("a method");
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a body"),
        }
    }

    /// With the test shop's token.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: &str) -> Answer {
        let token = format!("Bearer {}", self.token(&self.env["DEV_SHOP_DOMAIN"]));
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/json"),
        ];
        self.send(method, path, &headers, body).await
    }

    pub(crate) fn token(&self, shop: &str) -> String {
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({"shop_domain": shop, "sub": "owner", "iat": now, "exp": now + 86_400, "iss": "sms-blossom-api"});
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(hmac(&self.env["JWT_SECRET"], &signed));
        format!("{signed}.{signature}")
    }

    pub(crate) async fn webhook(&self, topic: &str, body: &str) -> Answer {
        let signature = STANDARD.encode(hmac(&self.env["WEBHOOK_HMAC_SECRET"], body));
        self.post_webhook(topic, body, &[("x-shopify-hmac-sha256", &signature)])
            .await
    }

    pub(crate) async fn unsigned_webhook(&self, topic: &str, body: &str) -> Answer {
        self.post_webhook(topic, body, &[]).await
    }

    async fn post_webhook(&self, topic: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![
            ("content-type", "application/json"),
            ("x-shopify-topic", topic),
            ("x-shopify-shop-domain", &self.env["DEV_SHOP_DOMAIN"]),
        ];
        all.extend(headers);
        self.send("POST", &format!("/webhooks/shopify/{topic}"), &all, body)
            .await
    }
}

pub(crate) fn hmac(secret: &str, message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A query signed as Shopify does, `age` seconds ago; `extra` is one URL-encoded pair or nothing.
pub(crate) fn sign_proxy(secret: &str, shop: &str, extra: &str, age: i64) -> String {
    let timestamp = jiff::Timestamp::now().as_second() - age;
    let mut pairs = vec![format!("shop={shop}"), format!("timestamp={timestamp}")];
    if !extra.is_empty() {
        pairs.push(extra.to_owned());
    }
    pairs.sort();
    let message = pairs.concat().replace("%2B", "+");
    format!(
        "{}&signature={}",
        pairs.join("&"),
        hex::encode(hmac(secret, &message))
    )
}

/// Asks until it is so, for at most ten seconds.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !is_so().await {
        assert!(
            tokio::time::Instant::now() < deadline,
            "not within ten seconds: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

//! What a client saw of a sandbox, without what differs from run to run.

use std::time::Instant;

use golive_sandbox::{Options, Sandbox};
use regex::Regex;

use crate::client::Client;
use crate::{OTHER_SHOP, started_with};

/// Everything a client saw, one line an answer.
pub(crate) struct Transcript {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    lines: Vec<String>,
    unstable: Vec<(Regex, &'static str)>,
}

impl Transcript {
    pub(crate) async fn start(fault: Option<&str>) -> Self {
        let mut options = Options::from_test_env();
        options.metrics_token = true;
        options.faults.extend(fault.map(str::to_owned));
        let (sandbox, client) = started_with(options).await;
        let pattern = |pattern: &str| Regex::new(pattern).expect("valid");
        let unstable = vec![
            (pattern(r"\d{4}-\d\d-\d\d(T[\d:.]+Z?)?"), "TIME"),
            (pattern(r"127\.0\.0\.1:\d+"), "HOST"),
            (pattern(r"\bc[a-z0-9]{24}\b"), "ID"),
            (pattern(r"\b[0-9a-f]{32}\b|[0-9a-f-]{36}"), "REQUEST"),
            (pattern(r"(?m)^((?:process|nodejs)_\w+\S*) [\d.e-]+$"), "$1 N"),
            // some jobs may be done by now, or not
            (
                pattern(r"(?m)^(queue_job\w+\{.*\}) (?:[0-2]|0\.\d+(?:e-\d+)?)$"),
                "$1 FEW",
            ),
            (
                pattern(r#""value":(?:[\d.]{7,}(?:e-\d+)?|\d{1,3}(?:\.\d+)?(?:e-\d+)?\b)"#),
                "V",
            ),
        ];
        Self {
            sandbox,
            client,
            lines: Vec::new(),
            unstable,
        }
    }

    /// Ends the sandbox.
    pub(crate) async fn finish(self) -> Vec<String> {
        self.sandbox.stop().await;
        self.lines
    }

    pub(crate) fn note(&mut self, line: &str) {
        let mut line = line.to_owned();
        for (pattern, replacement) in &self.unstable {
            line = pattern.replace_all(&line, *replacement).into_owned();
        }
        self.lines.push(line);
    }

    pub(crate) async fn ask(
        &mut self,
        shop: &str,
        method: &str,
        path: &str,
        header: &str,
        body: &str,
    ) -> String {
        let token = format!(
            "Bearer {}",
            match shop {
                "metrics" => self.metrics_token(),
                "half of metrics" => self.metrics_token()[..20].to_owned(),
                shop => self.client.token(shop),
            }
        );
        let mut headers = vec![("authorization", token.as_str())];
        if !header.is_empty() {
            headers.push(("x-shopify-shop-domain", header));
        }
        let began = Instant::now();
        let answer = self.client.send(method, path, &headers, body).await;
        let slow = began.elapsed().as_millis() > 900;
        let shown = ["x-cache", "cache-control", "content-type"]
            .map(|name| answer.header(name).unwrap_or("-").to_owned());
        self.note(&format!(
            "{method} {path} {header} {body} → {} {shown:?} slow={slow}\n{}",
            answer.status, answer.body
        ));
        answer.body
    }

    pub(crate) fn metrics_token(&self) -> String {
        self.sandbox.env()["METRICS_TOKEN"].clone()
    }

    pub(crate) async fn own(&mut self, method: &str, path: &str, body: &str) -> String {
        let shop = self.sandbox.env()["DEV_SHOP_DOMAIN"].clone();
        self.ask(&shop, method, path, "", body).await
    }

    pub(crate) async fn other(&mut self, method: &str, path: &str, body: &str) -> String {
        self.ask(OTHER_SHOP, method, path, "", body).await
    }

    pub(crate) async fn redis(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.sandbox.env()["REDIS_URL"].as_str()).expect("a URL");
        client
            .get_multiplexed_async_connection()
            .await
            .expect("a connection")
    }
}

//! The app's own routes keep the contract.

mod campaigns;
#[path = "../client/mod.rs"]
mod client;
mod faults_show;
mod isolation;
mod reports;
mod templates;
mod transcript;

use client::{Answer, Client};
use golive_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

const OTHER_SHOP: &str = "petal-and-stem.myshopify.com";

async fn started_with(options: Options) -> (Sandbox, Client) {
    let sandbox = Sandbox::start(options).await.expect("it starts");
    let client = Client::new(&sandbox);
    (sandbox, client)
}

async fn started() -> (Sandbox, Client) {
    started_with(Options::from_test_env()).await
}

async fn post(client: &Client, path: &str, body: Value) -> Answer {
    client.admin("POST", path, &body.to_string()).await
}

async fn as_other(client: &Client, method: &str, path: &str, body: &str) -> Answer {
    let token = format!("Bearer {}", client.token(OTHER_SHOP));
    client
        .send(method, path, &[("authorization", &token)], body)
        .await
}

async fn new_campaign(client: &Client, text: &str) -> String {
    let body =
        json!({"name": "golive-test", "bodyText": text, "batchSize": 10, "utmJson": {"utm_source": "sms"}});
    let answer = post(client, "/campaigns", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let campaign = &answer.json()["campaign"];
    assert_eq!(
        (&campaign["status"], &campaign["batchSize"]),
        (&json!("draft"), &json!(10))
    );
    campaign["id"].as_str().expect("an id").to_owned()
}

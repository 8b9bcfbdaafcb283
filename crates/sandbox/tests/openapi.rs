//! The document lists what is served.

mod client;

use client::Client;
use golive_sandbox::{Options, Sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn documents_what_it_serves() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.expect("it starts");
    let client = Client::new(&sandbox);
    let document = client.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("an object");
    assert!(paths.len() > 40);
    for (path, operations) in paths.iter().filter(|(path, _)| !path.contains('{')) {
        if operations.get("get").is_some() {
            let answer = client.admin("GET", path, "").await;
            assert!(
                answer.status != 404 && answer.status < 500,
                "{path}: {} {}",
                answer.status,
                answer.body
            );
        }
    }
    sandbox.stop().await;
}

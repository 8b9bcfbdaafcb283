//! Campaigns, test messages and discounts are kept and sent as given.

use serde_json::json;

use crate::client::until;
use crate::{as_other, new_campaign, post, started};

#[tokio::test(flavor = "multi_thread")]
async fn campaigns_are_kept_as_given() {
    let (sandbox, client) = started().await;
    let id = new_campaign(&client, "Hello {{ customer_name }}").await;
    let path = format!("/campaigns/{id}");
    let read = async || client.admin("GET", &path, "").await.json()["campaign"].clone();
    assert_eq!(read().await["bodyText"], "Hello {{ customer_name }}");
    assert_eq!(
        client.admin("PUT", &path, r#"{"name":"changed"}"#).await.json()["campaign"]["name"],
        "changed"
    );
    assert_eq!(
        client.admin("PATCH", &path, r#"{"batchSize":"x"}"#).await.status,
        422
    );
    let utm = json!({"utm_source": "sms", "utm_campaign": "x"});
    assert_eq!(
        client
            .admin("PUT", &format!("{path}/utm"), &utm.to_string())
            .await
            .status,
        200
    );
    let campaign = read().await;
    assert_eq!(
        (&campaign["name"], &campaign["bodyText"]),
        (&json!("changed"), &json!("Hello {{ customer_name }}"))
    );
    assert_eq!(campaign["utmJson"], utm);
    for body in ["{}", r#"{"name":"","bodyText":"x"}"#] {
        assert_eq!(client.admin("POST", "/campaigns", body).await.status, 422);
    }
    assert_eq!(client.admin("POST", "/campaigns", "{").await.status, 400);
    let list = client
        .admin("GET", "/campaigns?limit=2&offset=0&status=draft", "")
        .await
        .json();
    assert_eq!(list["campaigns"][0]["id"], json!(id));
    assert_eq!(
        list["pagination"],
        json!({"limit": 2, "offset": 0, "total": 2, "hasMore": false})
    );
    let second = client
        .admin("GET", "/campaigns?limit=1&offset=1&status=draft", "")
        .await
        .json();
    assert_eq!(second["campaigns"], json!([list["campaigns"][1]]));
    assert_eq!(client.admin("GET", "/campaigns?limit=0", "").await.status, 422);
    for method in ["GET", "POST"] {
        let estimate = client.admin(method, &format!("{path}/estimate"), "").await.json()["estimate"].clone();
        assert_eq!(estimate["recipientCount"], 210, "{estimate}");
        assert_eq!(
            (&estimate["totalSegments"], &estimate["estimatedCost"]),
            (&json!(210), &json!(15.75))
        );
    }
    assert_eq!(client.admin("DELETE", &path, "").await.status, 200);
    assert_eq!(client.admin("GET", &path, "").await.status, 404);
    assert_eq!(client.admin("DELETE", &path, "").await.status, 404);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn test_messages_go_to_one_number() {
    let (sandbox, client) = started().await;
    let id = new_campaign(&client, "Hello {{ customer_name }}").await;
    let path = format!("/campaigns/{id}/test-send");
    let refused = client.admin("POST", &path, "{}").await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (422, &json!("missing_phone"))
    );
    assert_eq!(
        client.admin("POST", &path, r#"{"phone":"12345"}"#).await.status,
        422
    );
    assert_eq!(sandbox.messages_sent(), 0);
    assert_eq!(
        client
            .admin("POST", &path, r#"{"phone":"+306912345678"}"#)
            .await
            .status,
        200
    );
    until("the message is sent", async || sandbox.messages_sent() == 1).await;
    let metrics = client.get("/metrics").await.body;
    assert!(
        metrics.contains("sms_send_attempts_total{provider=\"mitto\",status=\"success\"} 1\n"),
        "{metrics}"
    );
    assert_eq!(
        client
            .admin("POST", &format!("/campaigns/{id}/send-now"), "")
            .await
            .status,
        200
    );
    assert_eq!(
        client
            .admin("PUT", &format!("/campaigns/{id}"), r#"{"name":"x"}"#)
            .await
            .status,
        409
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discounts_exist_once() {
    let (sandbox, client) = started().await;
    let dev = sandbox.env()["DEV_SHOP_DOMAIN"].clone();
    let offer = json!({"code": "GOLIVE-1", "kind": "percentage", "value": 10, "title": "golive"});
    let made = post(&client, "/discounts", offer.clone()).await.json();
    assert_eq!(
        (&made["ok"], &made["code"]),
        (&json!(true), &json!("GOLIVE-1")),
        "{made}"
    );
    assert_eq!(made["applyUrl"], format!("https://{dev}/discount/GOLIVE-1"));
    assert_eq!(post(&client, "/discounts", offer.clone()).await.status, 409);
    assert_eq!(
        post(
            &client,
            "/discounts",
            json!({"code": "golive-1", "kind": "percentage", "value": 5})
        )
        .await
        .status,
        409
    );
    assert_eq!(
        as_other(&client, "POST", "/discounts", &offer.to_string())
            .await
            .status,
        200
    );
    for bad in [
        json!({"code": "AB", "kind": "percentage", "value": 10}),
        json!({"code": "ABC", "kind": "amount", "value": 1}),
    ] {
        assert_eq!(post(&client, "/discounts", bad).await.status, 422);
    }
    let id = made["id"].as_str().expect("an id");
    let read = client.admin("GET", &format!("/discounts/{id}"), "").await.json();
    assert_eq!(read["discount"]["value"], "10");
    assert_eq!(
        client
            .admin("GET", "/discounts/conflicts?code=golive-1", "")
            .await
            .json()["conflicts"][0]["id"],
        id
    );
    assert_eq!(
        client.admin("GET", "/discounts/conflicts", "").await.json()["conflicts"],
        json!([])
    );
    assert_eq!(
        client
            .admin("GET", "/discounts/apply-url?code=GOLIVE-1", "")
            .await
            .json()["url"],
        made["applyUrl"]
    );
    assert_eq!(client.admin("GET", "/discounts/apply-url", "").await.status, 422);
    assert_eq!(
        as_other(&client, "DELETE", &format!("/discounts/{id}"), "")
            .await
            .status,
        404
    );
    assert_eq!(
        client
            .admin("DELETE", &format!("/discounts/{id}"), "")
            .await
            .status,
        200
    );
    assert_eq!(
        client.admin("GET", &format!("/discounts/{id}"), "").await.status,
        404
    );
    sandbox.stop().await;
}

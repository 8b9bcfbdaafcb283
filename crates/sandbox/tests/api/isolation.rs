//! The token's shop decides about everything.

use serde_json::json;

use crate::{OTHER_SHOP, as_other, new_campaign, post, started};

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_sees_and_changes_nothing_of_another() {
    let (sandbox, client) = started().await;
    let id = new_campaign(&client, "Hello").await;
    for (method, path, body) in [
        ("GET", "", ""),
        ("PUT", "", r#"{"name":"stolen"}"#),
        ("PUT", "/utm", r#"{"utm_source":"stolen"}"#),
        ("GET", "/estimate", ""),
        ("POST", "/test-send", r#"{"phone":"+306912345678"}"#),
        ("POST", "/send-now", ""),
        ("DELETE", "", ""),
    ] {
        let answer = as_other(&client, method, &format!("/campaigns/{id}{path}"), body).await;
        assert_eq!(answer.status, 404, "{method} {path}");
    }
    let own = as_other(&client, "GET", "/campaigns?limit=100", "").await.json();
    assert!(
        !own.to_string().contains(&id) && own["pagination"]["total"] == 3,
        "{own}"
    );
    let token = format!("Bearer {}", client.token(OTHER_SHOP));
    let dev = sandbox.env()["DEV_SHOP_DOMAIN"].clone();
    for path in [
        "/campaigns",
        "/discounts",
        "/segments",
        "/automations",
        "/settings",
        "/admin",
        "/gdpr/status",
        "/reports/overview",
    ] {
        let by_query = as_other(&client, "GET", &format!("{path}?shop={dev}"), "").await;
        let headers = [
            ("authorization", token.as_str()),
            ("x-shopify-shop-domain", dev.as_str()),
        ];
        let by_header = client.send("GET", path, &headers, "").await;
        assert_eq!((by_query.status, by_header.status), (403, 403), "{path}");
        assert_eq!(
            as_other(&client, "GET", &format!("{path}?shop={OTHER_SHOP}"), "")
                .await
                .status,
            200,
            "{path}"
        );
        assert_eq!(client.get(path).await.status, 401, "{path}");
    }
    let foreign = json!({"name": "golive-x", "bodyText": "x", "shop": OTHER_SHOP, "shopId": "shop_other"});
    assert_eq!(
        post(&client, "/campaigns", foreign).await.json()["campaign"]["shopId"],
        "shop_dev"
    );
    assert_eq!(
        as_other(&client, "GET", "/segments/segment_shop_dev_vip", "")
            .await
            .status,
        404
    );
    let vip = client
        .admin("GET", "/segments/segment_shop_dev_vip", "")
        .await
        .json();
    assert!(vip["segment"]["contactCount"].as_i64().unwrap() > 0, "{vip}");
    sandbox.stop().await;
}

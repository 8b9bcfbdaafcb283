//! What Shopify would send, about objects that cannot exist: nobody to write to, nothing to sell.

use golive_core::context::Context;
use serde_json::{Map, Value, json};

use crate::topic::{Purpose, Topic};

/// Country code 999 is not assigned (ITU-T E.164).
const NOBODY: &str = "+99900000000000";

/// The payload of a delivery about `object`. ASCII only and written the way `JSON.stringify` does, so that it stays the
/// same when it is parsed and written again: other bodies are `raw-body`'s question.
pub(crate) fn payload(cx: &Context, topic: &Topic, object: u64) -> Value {
    let facts = Facts {
        object,
        related: topic.object(cx.run_id(), Purpose::Related),
        name: cx.smoke_name(&topic.name.replace('/', "-")),
        shop: cx.impossible_shop(),
        now: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    build(topic, &facts)
}

struct Facts {
    object: u64,
    related: u64,
    name: String,
    shop: String,
    now: String,
}

fn build(topic: &Topic, facts: &Facts) -> Value {
    let mut payload = if topic.privacy {
        privacy(facts)
    } else {
        match topic.name.split('/').next().unwrap_or_default() {
            "orders" => order(topic, facts),
            "checkouts" => checkout(facts),
            "fulfillments" => fulfillment(facts),
            "customers" => customer(facts),
            "inventory_levels" => inventory_level(facts),
            _ => json!({}),
        }
    };
    if !topic.privacy {
        payload["note"] = json!(facts.name);
        payload["updated_at"] = json!(facts.now);
    }
    put(&mut payload, &topic.object_path, facts.object);
    payload
}

fn order(topic: &Topic, facts: &Facts) -> Value {
    json!({
        "id": facts.object, "admin_graphql_api_id": format!("gid://shopify/Order/{}", facts.object),
        "name": "#golive", "test": true, "source_name": "golive", "created_at": facts.now, "currency": "USD",
        "total_price": "0.00", "financial_status": if topic.name.ends_with("paid") { "paid" } else { "pending" },
        "email": null, "phone": null, "customer": null, "billing_address": null, "shipping_address": null,
        "buyer_accepts_marketing": false, "tags": "golive", "discount_codes": [], "line_items": line_items(facts),
    })
}

/// Completed: nobody is reminded of it.
fn checkout(facts: &Facts) -> Value {
    json!({
        "id": facts.object, "token": facts.name, "cart_token": null, "created_at": facts.now,
        "completed_at": facts.now, "currency": "USD", "total_price": "0.00", "email": null, "phone": null,
        "customer": null, "billing_address": null, "shipping_address": null, "buyer_accepts_marketing": false,
        "line_items": line_items(facts),
    })
}

fn fulfillment(facts: &Facts) -> Value {
    json!({
        "id": facts.object, "admin_graphql_api_id": format!("gid://shopify/Fulfillment/{}", facts.object),
        "order_id": facts.related, "name": "#golive.1", "status": "success", "created_at": facts.now,
        "email": null, "destination": null, "tracking_company": null, "tracking_numbers": [], "tracking_urls": [],
        "line_items": line_items(facts),
    })
}

/// Neither phone nor e-mail: there is nobody to make a contact of.
fn customer(facts: &Facts) -> Value {
    json!({
        "id": facts.object, "admin_graphql_api_id": format!("gid://shopify/Customer/{}", facts.object),
        "first_name": "golive", "last_name": null, "email": null, "phone": null, "state": "disabled",
        "verified_email": false, "created_at": facts.now, "orders_count": 0, "total_spent": "0.00", "tags": "golive",
        "addresses": [], "email_marketing_consent": null, "sms_marketing_consent": null,
    })
}

/// None in stock: nobody is told that something is back.
fn inventory_level(facts: &Facts) -> Value {
    json!({
        "inventory_item_id": facts.object, "location_id": facts.related, "available": 0,
        "admin_graphql_api_id": format!("gid://shopify/InventoryLevel/{}", facts.related),
    })
}

/// Only ever a shop and a customer that cannot exist. E-mail and phone are there and belong to nobody: a backend that
/// forgets to check would delete by them, and with null it could mean everybody.
fn privacy(facts: &Facts) -> Value {
    json!({
        "shop_id": facts.related, "shop_domain": facts.shop,
        "customer": {"id": facts.related, "email": format!("nobody@{}.invalid", facts.name), "phone": NOBODY},
        "orders_requested": [], "orders_to_redact": [], "data_request": {"id": facts.related},
    })
}

fn line_items(facts: &Facts) -> Value {
    json!([{"id": facts.related, "title": facts.name, "quantity": 1, "price": "0.00", "product_id": null, "variant_id": null}])
}

/// Sets the field at a dotted path.
fn put(payload: &mut Value, path: &str, object: u64) {
    let mut at = payload;
    for part in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[part];
    }
    *at = json!(object);
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;

    use super::*;

    #[test]
    fn every_payload_names_its_object_and_nobody() {
        for topic in Topic::all(&Contract::default()) {
            let facts = Facts {
                object: 9_000_000_000_000_001,
                related: 9_000_000_000_000_002,
                name: "golive-1-x".into(),
                shop: "golive-1.myshopify.com".into(),
                now: "2026-01-01T00:00:00Z".into(),
            };
            let payload = build(&topic, &facts);
            let pointer = format!("/{}", topic.object_path.replace('.', "/"));
            assert_eq!(
                payload.pointer(&pointer),
                Some(&json!(facts.object)),
                "{}",
                topic.name
            );
            let text = payload.to_string();
            assert!(text.is_ascii() && text.contains("golive-1"), "{text}");
            if topic.privacy {
                assert_eq!(payload["shop_domain"], "golive-1.myshopify.com");
            } else {
                assert!(payload.get("email").is_none_or(Value::is_null), "{text}");
                assert!(payload.get("phone").is_none_or(Value::is_null), "{text}");
            }
        }
    }
}

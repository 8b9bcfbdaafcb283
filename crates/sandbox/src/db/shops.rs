//! The seed's shops and everything they own besides contacts.

use serde_json::{Map, Value, json};

use super::people::{Person, ago};
use super::seed::{OTHER_SHOP, SHOP};

type Rows = Vec<Map<String, Value>>;

const SHOPS: [(&str, &str, &str); 2] = [
    ("shop_dev", SHOP, "SMS Blossom Dev"),
    ("shop_other", OTHER_SHOP, "Petal & Stem"),
];
const TRIGGERS: [&str; 6] = [
    "abandoned_checkout",
    "order_created",
    "order_paid",
    "fulfillment_update",
    "welcome",
    "back_in_stock",
];

/// Rows by table, in an order that foreign keys accept.
pub(super) fn tables(people: &[Person]) -> Vec<(&'static str, Rows)> {
    let each = |make: &dyn Fn(&'static str) -> Rows| SHOPS.iter().flat_map(|(id, ..)| make(id)).collect();
    vec![
        ("Shop", shops()),
        (
            "Contact",
            people.iter().map(|person| person.row.clone()).collect(),
        ),
        ("Segment", each(&segments)),
        ("DiscountCodePool", each(&pools)),
        ("DiscountCode", each(&pool_codes)),
        ("Discount", each(&discounts)),
        ("Campaign", each(&campaigns)),
        (
            "CampaignRecipient",
            people
                .iter()
                .filter(|person| person.subscribed)
                .map(recipient)
                .collect(),
        ),
        ("Automation", each(&automations)),
        ("Event", each(&events)),
        (
            "Message",
            (0..)
                .zip(people)
                .flat_map(|(number, person)| messages(number, person))
                .collect(),
        ),
        ("AbandonedCheckout", each(&checkouts)),
        ("Shortlink", each(&shortlinks)),
        ("AuditLog", each(&audit)),
    ]
}

fn row(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(row) => row,
        _ => unreachable!("rows are written as objects"),
    }
}

fn shops() -> Rows {
    let shop = |(id, domain, name): &(&str, &str, &str)| {
        row(json!({
            "id": id, "domain": domain, "name": name,
            "tokenOffline": format!("sandbox-only-offline-token-{id}"),
            "timezone": "Europe/Athens", "locale": "en",
            "settingsJson": {"quietHours": {"from": "21:00", "to": "09:00"}, "currency": "USD", "senderName": "BLOSSOM"},
        }))
    };
    SHOPS.iter().map(shop).collect()
}

fn segments(shop: &'static str) -> Rows {
    let segment = |key: &str, name: &str, filter: Value, system: bool| {
        row(json!({
            "id": format!("segment_{shop}_{key}"), "shopId": shop, "name": name, "filterJson": filter,
            "isSystem": system, "slug": format!("{shop}-{key}"),
        }))
    };
    vec![
        segment("everyone", "Everyone", json!({"all": []}), true),
        segment(
            "vip",
            "VIP customers",
            json!({"all": [{"field": "tagsJson", "contains": "vip"}]}),
            false,
        ),
        segment(
            "buyers",
            "Bought before",
            json!({"all": [{"field": "conversionCount", "gte": 1}]}),
            true,
        ),
    ]
}

fn pools(shop: &'static str) -> Rows {
    vec![row(
        json!({"id": format!("pool_{shop}"), "shopId": shop, "name": "Spring codes"}),
    )]
}

fn pool_codes(shop: &'static str) -> Rows {
    let code = |number: u32| {
        row(json!({
            "id": format!("code_{shop}_{number}"), "shopId": shop, "poolId": format!("pool_{shop}"),
            "code": format!("SPRING-{number:04}"), "status": if number < 3 { "used" } else { "available" },
        }))
    };
    (0..12).map(code).collect()
}

fn discounts(shop: &'static str) -> Rows {
    let domain = SHOPS
        .iter()
        .find(|(id, ..)| *id == shop)
        .map_or("", |(_, domain, _)| domain);
    let discount = |code: &str, kind: &str, value: &str, currency: Option<&str>| {
        row(json!({
            "id": format!("discount_{shop}_{code}"), "shopId": shop, "code": code, "title": format!("{code} for friends"),
            "type": kind, "value": value, "currencyCode": currency, "status": "active", "mode": "shared",
            "oncePerCustomer": true, "startsAt": ago(20_000), "endsAt": Value::Null, "usageLimit": 500,
            "applyUrl": format!("https://{domain}/discount/{code}"),
        }))
    };
    vec![
        discount("WELCOME10", "percentage", "10", None),
        discount("BLOOM5", "amount", "5.00", Some("USD")),
    ]
}

fn campaigns(shop: &'static str) -> Rows {
    let campaign = |key: &str, status: &str, age: i64| {
        row(json!({
            "id": format!("campaign_{shop}_{key}"), "createdAt": ago(age), "updatedAt": ago(age / 2), "shopId": shop,
            "name": format!("{key} campaign"), "segmentId": format!("segment_{shop}_everyone"), "status": status,
            "bodyText": "Hello {{ customer_name }}, {{ shop_name }} has something new: {{ recovery_url | shortlink }}",
            "batchSize": 200, "utmJson": {"utm_source": "sms", "utm_campaign": key},
            "discountId": format!("discount_{shop}_WELCOME10"), "scheduleAt": Value::Null,
        }))
    };
    vec![
        campaign("spring", "sent", 9_000),
        campaign("summer", "sent", 3_000),
        campaign("autumn", "draft", 400),
    ]
}

fn recipient(person: &Person) -> Map<String, Value> {
    row(json!({
        "id": format!("recipient_{}", person.id), "createdAt": ago(3_000), "updatedAt": ago(2_990),
        "shopId": person.shop, "campaignId": format!("campaign_{}_summer", person.shop), "contactId": person.id,
        "status": "sent", "cost": "0.0750", "segmentsUsed": 1,
    }))
}

fn automations(shop: &'static str) -> Rows {
    let automation = |trigger: &&str| {
        row(json!({
            "id": format!("automation_{shop}_{trigger}"), "shopId": shop, "name": trigger.replace('_', " "),
            "triggerKey": trigger, "enabled": *trigger != "back_in_stock", "delayMinutes": 30,
            "bodyText": "Hello {{ customer_name }}!", "configJson": {},
        }))
    };
    TRIGGERS.iter().map(automation).collect()
}

fn events(shop: &'static str) -> Rows {
    let domain = SHOPS
        .iter()
        .find(|(id, ..)| *id == shop)
        .map_or("", |(_, domain, _)| domain);
    let topics = [
        "orders/create",
        "orders/paid",
        "checkouts/create",
        "customers/update",
        "fulfillments/create",
    ];
    let event = |(number, topic): (u32, &&str)| {
        let object = 5_100_000_000_u64 + u64::from(number);
        row(json!({
            "id": format!("event_{shop}_{number:03}"), "createdAt": ago(97 * i64::from(number)), "shopId": shop,
            "topic": topic, "objectId": object.to_string(), "dedupeKey": format!("{domain}:{topic}:{object}"),
            "raw": {"id": object, "total_price": format!("{}.90", 10 + number), "currency": "USD"},
        }))
    };
    (0..60).zip(topics.iter().cycle()).map(event).collect()
}

fn messages(number: u32, person: &Person) -> Rows {
    if !person.subscribed {
        return Vec::new();
    }
    let message = |copy: u32| {
        let age = i64::from((101 * number + 7_919 * copy) % 40_000);
        let failed = (number + copy).is_multiple_of(23);
        let campaign = (number + copy).is_multiple_of(2);
        let trigger = TRIGGERS[(number + copy) as usize % TRIGGERS.len()];
        row(json!({
            "id": format!("message_{number:04}_{copy}"), "createdAt": ago(age), "updatedAt": ago(age),
            "shopId": person.shop, "contactId": person.id, "body": "Hello from the sandbox", "provider": "mitto",
            "status": if failed { "failed" } else { "delivered" },
            "kind": if campaign { "campaign" } else { "automation" },
            "triggerKey": (!campaign).then_some(trigger),
            "metadata": {"providerMessageId": format!("sandbox-{number}-{copy}"), "segments": 1,
                "campaignId": campaign.then(|| format!("campaign_{}_summer", person.shop))},
            "sent_at": ago(age), "delivered_at": (!failed).then(|| ago(age)), "failed_at": failed.then(|| ago(age)),
        }))
    };
    (0..2).map(message).collect()
}

fn checkouts(shop: &'static str) -> Rows {
    let checkout = |number: i64| {
        row(json!({
            "id": format!("checkout_{shop}_{number}"), "createdAt": ago(120 * number), "updatedAt": ago(60 * number),
            "shopId": shop, "checkoutToken": format!("token-{number}"), "cartJson": {"total": "42.00"},
            "recoveryUrl": format!("https://example.com/recover/{number}"),
        }))
    };
    (1..8).map(checkout).collect()
}

fn shortlinks(shop: &'static str) -> Rows {
    let link = |number: u32| {
        row(json!({
            "slug": format!("{}{number}", if shop == "shop_dev" { "dev" } else { "oth" }), "shopId": shop,
            "url": format!("https://example.com/collections/{number}"), "clicks": number * 7,
        }))
    };
    (1..5).map(link).collect()
}

fn audit(shop: &'static str) -> Rows {
    let entry = |number: i64| {
        row(json!({
            "id": format!("audit_{shop}_{number}"), "createdAt": ago(600 * number), "shopId": shop, "actor": "owner",
            "action": "campaign.create", "entity": "Campaign", "entityId": format!("campaign_{shop}_spring"),
        }))
    };
    (0..5).map(entry).collect()
}

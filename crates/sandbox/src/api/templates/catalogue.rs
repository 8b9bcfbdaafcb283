//! The triggers, the variables of each, and sample data for all of them.

use serde_json::{Map, Value, json};

/// What starts a message, and what its template may say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trigger {
    pub(super) name: &'static str,
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

/// All of them.
pub(super) const TRIGGERS: &[Trigger] = &[
    Trigger {
        name: "abandoned_checkout",
        required: &["recovery_url", "checkout_id"],
        optional: &[
            "customer_name",
            "cart_total",
            "currency",
            "shop_name",
            "discount_code",
            "discount_value",
        ],
    },
    Trigger {
        name: "order_created",
        required: &["order_number"],
        optional: &[
            "customer_name",
            "cart_total",
            "currency",
            "shop_name",
            "order_url",
        ],
    },
    Trigger {
        name: "order_paid",
        required: &["order_number", "order_total"],
        optional: &["customer_name", "currency", "shop_name", "order_url"],
    },
    Trigger {
        name: "fulfillment_update",
        required: &["order_number", "tracking_number"],
        optional: &[
            "customer_name",
            "shop_name",
            "order_url",
            "carrier",
            "tracking_url",
        ],
    },
    Trigger {
        name: "welcome",
        required: &["customer_name"],
        optional: &["shop_name", "discount_code", "discount_value", "currency"],
    },
    Trigger {
        name: "back_in_stock",
        required: &["product_name", "product_url"],
        optional: &["customer_name", "shop_name", "inventory_count", "discount_code"],
    },
];

/// The trigger of that name.
pub(super) fn find(name: &str) -> Option<&'static Trigger> {
    TRIGGERS.iter().find(|trigger| trigger.name == name)
}

impl Trigger {
    /// Every variable, the required ones first.
    pub(super) fn variables(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    /// A value for every variable.
    pub(super) fn samples(&self) -> Map<String, Value> {
        self.variables()
            .map(|name| (name.to_owned(), sample(name)))
            .collect()
    }
}

fn sample(variable: &str) -> Value {
    match variable {
        "recovery_url" => json!("https://shop.example/checkouts/c/9f2b7d/recover"),
        "checkout_id" => json!("9f2b7d"),
        "order_number" => json!("1042"),
        "order_total" => json!(128.4),
        "cart_total" => json!(89.99),
        "tracking_number" => json!("1Z999AA10123456784"),
        "tracking_url" => json!("https://carrier.example/track/1Z999AA10123456784"),
        "carrier" => json!("UPS"),
        "order_url" => json!("https://shop.example/orders/1042"),
        "product_name" => json!("Linen Shirt"),
        "product_url" => json!("https://shop.example/products/linen-shirt"),
        "customer_name" => json!("Jane Doe"),
        "currency" => json!("USD"),
        "shop_name" => json!("Blossom Store"),
        "discount_code" => json!("WELCOME10"),
        "discount_value" => json!("10%"),
        "inventory_count" => json!(12),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_has_a_sample_and_appears_once() {
        for trigger in TRIGGERS {
            let samples = trigger.samples();
            assert_eq!(samples.len(), trigger.variables().count(), "{}", trigger.name);
            assert!(samples.values().all(|value| !value.is_null()), "{}", trigger.name);
        }
    }
}

//! CONTRACT §8 as data: triggers with their variables, filters with a template that shows they work.

use super::owned;
use crate::contract::{TemplateFilter, Trigger};

pub(super) fn triggers() -> Vec<Trigger> {
    TRIGGERS.iter().map(trigger).collect()
}

pub(super) fn filters() -> Vec<TemplateFilter> {
    FILTERS.iter().map(filter).collect()
}

const TRIGGERS: &[(&str, &[&str])] = &[
    ("abandoned_checkout", &["recovery_url", "checkout_id"]),
    ("order_created", &["order_number"]),
    ("order_paid", &["order_number", "order_total"]),
    ("fulfillment_update", &["order_number", "tracking_number"]),
    ("welcome", &["customer_name"]),
    ("back_in_stock", &["product_name", "product_url"]),
];

/// The contract gives one pool of optional variables for all triggers.
const OPTIONAL: &[&str] = &[
    "customer_name",
    "cart_total",
    "currency",
    "shop_name",
    "order_url",
    "carrier",
    "tracking_url",
    "discount_code",
    "discount_value",
    "inventory_count",
];

fn trigger((name, required): &(&str, &[&str])) -> Trigger {
    let optional: Vec<&str> = OPTIONAL
        .iter()
        .copied()
        .filter(|name| !required.contains(name))
        .collect();
    Trigger {
        name: (*name).to_owned(),
        required: owned(required),
        optional: owned(&optional),
    }
}

const FILTERS: &[(&str, &str, &str, bool)] = &[
    ("money", r#"{{ 9.5 | money: "USD" }}"#, "$9.50", false),
    (
        "date",
        r#"{{ "2026-03-09T12:00:00Z" | date: "%Y-%m-%d" }}"#,
        "2026-03-09",
        false,
    ),
    (
        "shortlink",
        r#"{{ "https://example.com/products/tee" | shortlink }}"#,
        "/s/",
        true,
    ),
    ("default", r#"{{ "" | default: "friend" }}"#, "friend", false),
    ("titlecase", r#"{{ "jane doe" | titlecase }}"#, "Jane Doe", false),
    ("truncate", r#"{{ "abcdefghij" | truncate: 6 }}"#, "abc...", false),
    ("upper", r#"{{ "Jane" | upper }}"#, "JANE", false),
    ("lower", r#"{{ "Jane" | lower }}"#, "jane", false),
];

fn filter((name, body, expected, contains): &(&str, &str, &str, bool)) -> TemplateFilter {
    let (name, body, expected) = ((*name).to_owned(), (*body).to_owned(), (*expected).to_owned());
    TemplateFilter {
        name,
        body,
        expected,
        contains: *contains,
    }
}

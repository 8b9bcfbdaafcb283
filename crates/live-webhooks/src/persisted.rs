//! An accepted delivery is stored as it came.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::Stores;

use crate::delivery::{self, Delivery};
use crate::events::{self, Event};
use crate::topic::Topic;

pub(crate) struct Persisted(pub(crate) Topic);

#[async_trait]
impl Probe for Persisted {
    fn facts(&self) -> Facts {
        let Self(topic) = self;
        let name = &topic.name;
        Facts::new(topic.id("persisted"), format!("a delivery of {name} is stored as it came, once"))
            .why("Shopify does not send again what was acknowledged: what is not stored is lost")
            .asks("looks in PostgreSQL for the Event row of the delivery that was accepted")
            .fails_when("there is none, or two, or its topic, shop, objectId, dedupeKey or payload is another one")
            .needs(&topic.needs("persisted", &["accepts"]))
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(45))
            .variables(delivery::VARIABLES)
            .remedy(format!(
                "Store {name} as an Event before answering 200, with objectId = payload.{}, and let a failed write become a 500",
                topic.object_path
            ))
            .command(r#"psql "$DB" -c 'SELECT "createdAt", topic, "objectId", "dedupeKey" FROM "Event" ORDER BY "createdAt" DESC LIMIT 5'"#)
            .runbook("webhook-not-stored")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let postgres = cx.postgres().await?;
        let delivery = delivery::accepted(cx, &self.0).await?;
        let mut rows = events::wait_for(cx, &postgres, &delivery.dedupe_key).await?;
        if rows.is_empty() {
            // Under another key? Where this look takes too long, the row is missing all the same.
            let words = [delivery.object.to_string()];
            rows = events::mentioning(&postgres, &words).await.unwrap_or_default();
        }
        let shop = cx.settings().shop()?;
        Ok(judge(&self.0, &delivery, shop.as_str(), &rows))
    }
}

fn judge(topic: &Topic, delivery: &Delivery, shop: &str, rows: &[Event]) -> Outcome {
    let mut assertions = Assertions::new();
    let (name, object) = (&topic.name, delivery.object.to_string());
    // Whose shop it is must not be told.
    let hidden = |text: &str| text.replace(shop, "<shop>");
    assertions.require(
        !rows.is_empty(),
        Reason::EffectMissing,
        format!("an Event row about object {object}"),
        format!(
            "{name}: answered {}, and no Event row came of it",
            delivery.answer.status
        ),
    );
    assertions.require(
        rows.len() < 2,
        Reason::Duplicated,
        "one Event row",
        format!("{name}: {} Event rows of one delivery", rows.len()),
    );
    let Some(row) = rows.first() else {
        return assertions.conclude("");
    };
    let mut equal = |what: &str, wanted: &str, stored: &str| {
        assertions.require(
            wanted == stored,
            Reason::DataMismatch,
            format!("{what} {}", hidden(wanted)),
            format!("{name}: stored with {what} {}", hidden(stored)),
        );
    };
    equal("topic", name, &row.topic);
    equal("objectId", &object, row.object.as_deref().unwrap_or("NULL"));
    equal("dedupeKey", &delivery.dedupe_key, &row.dedupe_key);
    assertions.require(
        row.shop.as_deref() == Some(shop),
        Reason::DataMismatch,
        "the shop of X-Shopify-Shop-Domain",
        format!("{name}: stored for another shop"),
    );
    let difference = events::difference(&delivery.payload, &row.raw);
    assertions.require(
        difference.is_none(),
        Reason::DataMismatch,
        "raw equals the payload",
        format!("{name}: {}", difference.unwrap_or_default()),
    );
    assertions.conclude(format!(
        "{name}: one Event row with its topic, shop, objectId, dedupeKey and {} bytes of payload",
        delivery.body.len()
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::delivery::tests::delivery;
    use crate::topic::topic;

    const SHOP: &str = "shop.myshopify.com";

    #[test]
    fn every_column_counts() {
        let (topic, delivery) = (topic("orders/create"), delivery());
        let healthy = Event {
            id: "e1".into(),
            topic: "orders/create".into(),
            object: Some("9".into()),
            dedupe_key: "shop.myshopify.com:orders/create:9".into(),
            raw: json!({"note": "x", "id": 9}),
            shop: Some(SHOP.into()),
        };
        let judged = |rows: &[Event]| judge(&topic, &delivery, SHOP, rows).reason;
        assert_eq!(judged(std::slice::from_ref(&healthy)), None);
        assert_eq!(judged(&[]), Some(Reason::EffectMissing));
        assert_eq!(
            judged(&[healthy.clone(), healthy.clone()]),
            Some(Reason::Duplicated)
        );
        let changes: [fn(&mut Event); 7] = [
            |row| row.topic = "ORDERS_CREATE".into(),
            |row| row.object = Some("77".into()),
            |row| row.object = None,
            |row| row.dedupe_key = "9".into(),
            |row| row.shop = Some("other.myshopify.com".into()),
            |row| row.shop = None,
            |row| row.raw = json!({"id": 9}),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut row = healthy.clone();
            change(&mut row);
            let outcome = judge(&topic, &delivery, SHOP, &[row]);
            assert_eq!(outcome.reason, Some(Reason::DataMismatch), "change {number}");
            assert!(!format!("{outcome:?}").contains("myshopify"), "{outcome:?}");
        }
    }
}

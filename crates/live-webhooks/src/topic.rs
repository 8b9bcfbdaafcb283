//! One topic of the contract as its probes see it: their ids and needs, and the object ids it sends.

use golive_core::contract::Contract;

/// What a delivery is sent for; each purpose has an object of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// The delivery that is accepted, stored, queued, processed and repeated.
    Delivery,
    /// Without a signature.
    Unsigned,
    /// With forged signatures.
    Forged,
    /// The n-th way of writing a body.
    Written(u64),
    /// Another object that a payload mentions, such as the order of a fulfillment.
    Related,
}

/// Ways of writing a body, at most.
const WRITTEN: u64 = 10;

/// A topic.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    /// As Shopify spells it: `orders/create`.
    pub(crate) name: String,
    /// It must never name a real shop or customer.
    pub(crate) privacy: bool,
    /// Dotted path of the payload field that becomes `objectId`.
    pub(crate) object_path: String,
    index: u64,
    /// The topic that stands for what all topics share.
    lead: String,
}

impl Topic {
    /// Every topic of the contract.
    pub(crate) fn all(contract: &Contract) -> Vec<Self> {
        let topics = &contract.webhook_topics;
        let lead = topics.iter().find(|topic| !topic.privacy).or(topics.first());
        let lead = lead.map(|topic| topic.topic.clone()).unwrap_or_default();
        (0..)
            .zip(topics)
            .map(|(index, topic)| Self {
                name: topic.topic.clone(),
                privacy: topic.privacy,
                object_path: topic.object_id.clone(),
                index,
                lead: lead.clone(),
            })
            .collect()
    }

    /// `webhooks.accepts.orders-create`.
    pub(crate) fn id(&self, family: &str) -> String {
        member(family, &self.name)
    }

    /// The family's first member, and this topic's members of the families before.
    pub(crate) fn needs(&self, family: &str, before: &[&str]) -> Vec<String> {
        let first = (self.name != self.lead).then(|| member(family, &self.lead));
        let before = before.iter().map(|family| self.id(family));
        first.into_iter().chain(before).collect()
    }

    /// The object's id: of this run, this topic and this purpose only. Sixteen digits, far beyond Shopify's own, and
    /// still a whole number in JavaScript (below 2^53).
    pub(crate) fn object(&self, run_id: &str, purpose: Purpose) -> u64 {
        let purpose = match purpose {
            Purpose::Delivery => 0,
            Purpose::Unsigned => 1,
            Purpose::Forged => 2,
            Purpose::Related => 3,
            Purpose::Written(number) => 10 + number % WRITTEN,
        };
        run_digits(run_id) * 10_000 + (self.index % 100) * 100 + purpose
    }

    /// Every object that this topic's deliveries are about.
    pub(crate) fn objects(&self, run_id: &str) -> Vec<u64> {
        let fixed = [Purpose::Delivery, Purpose::Unsigned, Purpose::Forged];
        let purposes = fixed.into_iter().chain((0..WRITTEN).map(Purpose::Written));
        purposes.map(|purpose| self.object(run_id, purpose)).collect()
    }
}

/// The twelve digits that all object ids of a run begin with.
pub(crate) fn run_digits(run_id: &str) -> u64 {
    let fold = |hash: u64, byte: u8| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
    900_000_000_000 + run_id.bytes().fold(0xcbf2_9ce4_8422_2325, fold) % 700_000_000
}

fn member(family: &str, topic: &str) -> String {
    format!("webhooks.{family}.{}", topic.replace(['/', '_'], "-"))
}

#[cfg(test)]
pub(crate) fn topic(name: &str) -> Topic {
    let all = Topic::all(&Contract::default());
    all.into_iter().find(|topic| topic.name == name).unwrap()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_and_needs() {
        let inventory = topic("inventory_levels/update");
        assert_eq!(
            inventory.id("accepts"),
            "webhooks.accepts.inventory-levels-update"
        );
        assert_eq!(
            inventory.needs("persisted", &["accepts"]),
            [
                "webhooks.persisted.orders-create",
                "webhooks.accepts.inventory-levels-update"
            ]
        );
        assert!(topic("orders/create").needs("accepts", &[]).is_empty());
    }

    #[test]
    fn objects_are_whole_numbers_of_this_run_only() {
        let mut seen = BTreeSet::new();
        for run in ["0198c1d2e3f4abcd", "0198c1d2e3f5abcd", "x"] {
            for topic in Topic::all(&Contract::default()) {
                for object in topic.objects(run) {
                    assert!(object < 1 << 53 && object.to_string().len() == 16);
                    assert!(object.to_string().starts_with(&run_digits(run).to_string()));
                    assert!(seen.insert(object), "{object} twice");
                }
            }
        }
    }
}

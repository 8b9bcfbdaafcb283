//! The parts of an estimate.

use std::fmt;

use serde_json::Value;

use super::amount::Amount;
use crate::answers::shown;

/// What an estimate consists of, below `estimate`.
pub(crate) const FIELDS: [&str; 8] = [
    "recipientCount",
    "totalSegments",
    "estimatedCost",
    "currency",
    "breakdown.recipients",
    "breakdown.segmentsPerMessage",
    "breakdown.costPerSegment",
    "breakdown.totalCost",
];

/// An estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Estimate {
    pub(crate) recipients: u64,
    pub(crate) total_segments: u64,
    pub(crate) cost: Amount,
    pub(crate) currency: String,
    pub(crate) breakdown: Breakdown,
}

/// How the cost comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breakdown {
    pub(crate) recipients: u64,
    pub(crate) segments_per_message: u64,
    pub(crate) price: Amount,
    pub(crate) cost: Amount,
}

/// A field that is not there, or no figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flaw {
    pub(crate) field: &'static str,
    said: Value,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "estimate.{} is {}", self.field, shown(&self.said))
    }
}

impl Estimate {
    /// The estimate in an answer, or each field that is missing or malformed.
    pub(crate) fn read(body: &Value) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let at = |field: &'static str| {
            field
                .split('.')
                .fold(&body["estimate"], |value, name| &value[name])
        };
        let mut count = |field: &'static str| {
            let value = at(field);
            let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
            if number.is_none() {
                flaws.push(Flaw {
                    field,
                    said: value.clone(),
                });
            }
            number.unwrap_or_default()
        };
        let [recipients, total_segments, of_breakdown, segments_per_message] =
            [FIELDS[0], FIELDS[1], FIELDS[4], FIELDS[5]].map(&mut count);
        let mut amount = |field: &'static str| {
            let read = Amount::read(at(field));
            if read.is_none() {
                flaws.push(Flaw {
                    field,
                    said: at(field).clone(),
                });
            }
            read
        };
        let [cost, price, total] = [FIELDS[2], FIELDS[6], FIELDS[7]].map(&mut amount);
        let currency = at(FIELDS[3])
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_ascii_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            flaws.push(Flaw {
                field: FIELDS[3],
                said: at(FIELDS[3]).clone(),
            });
        }
        match (cost, price, total) {
            (Some(cost), Some(price), Some(total)) if flaws.is_empty() => Ok(Self {
                recipients,
                total_segments,
                cost,
                currency,
                breakdown: Breakdown {
                    recipients: of_breakdown,
                    segments_per_message,
                    price,
                    cost: total,
                },
            }),
            _ => Err(flaws),
        }
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            recipients,
            cost,
            currency,
            breakdown,
            ..
        } = self;
        let Breakdown {
            segments_per_message: parts,
            price,
            ..
        } = breakdown;
        let word = if *parts == 1 { "part" } else { "parts" };
        write!(
            f,
            "{recipients} recipients × {parts} {word} × {price} {currency} = {cost} {currency}"
        )
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A healthy answer.
    pub(in crate::estimate) fn answer() -> Value {
        json!({"ok": true, "estimate": {
            "recipientCount": 210, "totalSegments": 210, "estimatedCost": 15.75, "currency": "USD",
            "breakdown": {"recipients": 210, "segmentsPerMessage": 1, "costPerSegment": 0.075, "totalCost": "15.750"},
        }})
    }

    /// The same, read.
    pub(in crate::estimate) fn estimate() -> Estimate {
        Estimate::read(&answer()).expect("a whole estimate")
    }

    #[test]
    fn every_field_is_read() {
        let estimate = estimate();
        assert_eq!(
            (estimate.recipients, estimate.breakdown.segments_per_message),
            (210, 1)
        );
        assert_eq!(estimate.cost, estimate.breakdown.cost);
        for field in FIELDS {
            let mut partial = answer();
            let value = field
                .split('.')
                .fold(&mut partial["estimate"], |value, name| &mut value[name]);
            *value = json!([]);
            let flaws = Estimate::read(&partial).expect_err("a flaw");
            assert_eq!(flaws.iter().map(|flaw| flaw.field).collect::<Vec<_>>(), [field]);
        }
        assert_eq!(
            Estimate::read(&json!({"estimate": null}))
                .expect_err("flaws")
                .len(),
            FIELDS.len()
        );
    }
}

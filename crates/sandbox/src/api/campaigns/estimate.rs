//! What sending a campaign will cost: recipients × segments × price, rounded once, at the end.

use serde_json::{Value, json};

/// The price of a segment, in thousandths of a dollar.
const PRICE_MILLS: i64 = 75;

/// The parts of the answer; faults change them one by one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) recipients: i64,
    pub(super) segments_per_message: i64,
    pub(super) total_segments: i64,
    /// In cents.
    pub(super) total_cents: i64,
}

impl Estimate {
    pub(super) fn of(recipients: i64, segments_per_message: i64) -> Self {
        let total_segments = recipients * segments_per_message;
        Self {
            recipients,
            segments_per_message,
            total_segments,
            total_cents: cents(total_segments * PRICE_MILLS),
        }
    }

    /// The same with each segment's price rounded to the cent before it is multiplied.
    pub(super) fn rounded_early(self) -> Self {
        Self {
            total_cents: cents(PRICE_MILLS) * self.total_segments,
            ..self
        }
    }

    /// As the API says it.
    pub(super) fn json(self) -> Value {
        let total = self.total_cents as f64 / 100.0;
        json!({
            "recipientCount": self.recipients,
            "totalSegments": self.total_segments,
            "estimatedCost": total,
            "currency": "USD",
            "breakdown": {
                "recipients": self.recipients,
                "segmentsPerMessage": self.segments_per_message,
                "costPerSegment": PRICE_MILLS as f64 / 1000.0,
                "totalCost": total,
            },
        })
    }
}

/// Half a cent goes up.
fn cents(mills: i64) -> i64 {
    (mills + 5) / 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_first_and_rounds_last() {
        let cases = [
            (0, 1, 0),
            (1, 1, 8),
            (2, 1, 15),
            (3, 1, 23),
            (210, 1, 1575),
            (210, 2, 3150),
            (7, 3, 158),
        ];
        for (recipients, segments, total_cents) in cases {
            let estimate = Estimate::of(recipients, segments);
            assert_eq!(estimate.total_cents, total_cents, "{recipients} × {segments}");
            assert_eq!(estimate.total_segments, recipients * segments);
        }
        assert_eq!(Estimate::of(2, 1).rounded_early().total_cents, 16);
    }

    #[test]
    fn says_what_the_contract_says() {
        let json = Estimate::of(210, 2).json();
        assert_eq!(json["estimatedCost"], 31.5);
        assert_eq!(json["breakdown"]["costPerSegment"], 0.075);
        assert_eq!(json["totalSegments"], 420);
    }
}

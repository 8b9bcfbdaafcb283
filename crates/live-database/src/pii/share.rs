//! A share of encrypted data with its confidence interval where it comes from a sample.

use super::{Field, thousands};

/// Standard errors on either side: 95 % of all samples hold the true figure.
const Z: f64 = 1.96;

/// The share of those who have a datum whose datum is encrypted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Share {
    /// Rows with that datum that were looked at.
    pub(super) whole: f64,
    /// Those of them with a ciphertext.
    pub(super) part: f64,
    /// `None` when all rows were counted.
    pub(super) sampled: Option<Sampled>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sampled {
    /// Bounds of the 95 % confidence interval, in percent.
    pub(super) low: f64,
    pub(super) high: f64,
    /// Rows of the table, by estimate.
    pub(super) of: f64,
}

impl Share {
    /// `None` when nobody has that datum.
    pub(super) fn percent(&self) -> Option<f64> {
        (self.whole > 0.0).then(|| 100.0 * self.part / self.whole)
    }

    /// Percentage points between the estimate and the further bound.
    pub(super) fn uncertainty(&self) -> f64 {
        match (&self.sampled, self.percent()) {
            (Some(sampled), Some(percent)) => (percent - sampled.low).max(sampled.high - percent),
            _ => 0.0,
        }
    }
}

/// Both data of the contacts of all shops.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counts {
    pub(super) phone: Share,
    pub(super) email: Share,
}

impl Counts {
    pub(super) fn of(&self, field: Field) -> &Share {
        match field {
            Field::Phone => &self.phone,
            Field::Email => &self.email,
        }
    }
}

/// `98.9 % of 320 phone numbers` or `98.9 % (95 % sure: 98.6 to 99.1 %) of a sample of 40,000 phone numbers, …`
pub(super) fn shown(share: &Share, field: Field) -> String {
    let (percent, whole) = (share.percent().unwrap_or_default(), thousands(share.whole));
    match &share.sampled {
        None => format!("{percent:.1} % of {whole} {}", field.plural()),
        Some(Sampled { low, high, of }) => format!(
            "{percent:.1} % (95 % sure: {low:.1} to {high:.1} %) of {whole} {} sampled from about {} contacts",
            field.plural(),
            thousands(*of)
        ),
    }
}

/// Sums over the pages of a sample: rows with the datum (n), encrypted ones (y), their squares and products.
pub(super) struct Sums {
    pub(super) pages: f64,
    pub(super) n: f64,
    pub(super) y: f64,
    pub(super) nn: f64,
    pub(super) yy: f64,
    pub(super) ny: f64,
}

impl Sums {
    /// The 95 % interval of the ratio estimator over clusters (Cochran, Sampling Techniques, §6.4), in percent.
    pub(super) fn interval(&self) -> (f64, f64) {
        if self.n <= 0.0 || self.pages < 2.0 {
            return (0.0, 100.0);
        }
        let ratio = self.y / self.n;
        let residues = (self.yy - 2.0 * ratio * self.ny + ratio * ratio * self.nn).max(0.0);
        let error = (self.pages / (self.pages - 1.0) * residues).sqrt() / self.n;
        // pages that are all alike leave no error: then the rule of three says how rare another kind may be
        let floor = if error > 0.0 { 0.0 } else { 3.0 / self.pages };
        let half = (Z * error).max(floor);
        (100.0 * (ratio - half).max(0.0), 100.0 * (ratio + half).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages with so many rows and so many encrypted ones.
    fn sums(pages: &[(f64, f64)]) -> Sums {
        let sum = |of: fn(&(f64, f64)) -> f64| pages.iter().map(of).sum();
        Sums {
            pages: pages.len() as f64,
            n: sum(|(n, _)| *n),
            y: sum(|(_, y)| *y),
            nn: sum(|(n, _)| n * n),
            yy: sum(|(_, y)| y * y),
            ny: sum(|(n, y)| n * y),
        }
    }

    #[test]
    fn intervals() {
        // half of the pages encrypted as a whole: 20 draws, not 400
        let clustered: Vec<_> = (0..20)
            .map(|page| (20.0, if page % 2 == 0 { 20.0 } else { 0.0 }))
            .collect();
        let (low, high) = sums(&clustered).interval();
        assert!(
            low > 24.0 && low < 30.0 && high > 70.0 && high < 76.0,
            "{low} {high}"
        );
        let even: Vec<_> = (0..20).map(|_| (20.0, 10.0)).collect();
        assert_eq!(sums(&even).interval(), (35.0, 65.0));
        let full: Vec<_> = (0..3_000).map(|_| (20.0, 20.0)).collect();
        assert_eq!(sums(&full).interval(), (99.9, 100.0));
        assert_eq!(sums(&[]).interval(), (0.0, 100.0));
    }

    #[test]
    fn shares() {
        let counted = Share {
            whole: 320.0,
            part: 317.0,
            sampled: None,
        };
        assert_eq!(shown(&counted, Field::Phone), "99.1 % of 320 phone numbers");
        assert!(counted.uncertainty().abs() < f64::EPSILON);
        let sampled = Some(Sampled {
            low: 97.0,
            high: 99.5,
            of: 1e7,
        });
        let sampled = Share {
            whole: 40_000.0,
            part: 39_200.0,
            sampled,
        };
        assert!((sampled.uncertainty() - 1.5).abs() < 1e-9);
        assert!(
            shown(&sampled, Field::Email)
                .ends_with("40,000 e-mail addresses sampled from about 10,000,000 contacts")
        );
        assert_eq!(
            Share {
                whole: 0.0,
                part: 0.0,
                sampled: None
            }
            .percent(),
            None
        );
    }
}

//! The healthy range of a measurement, as reports state it: `< 800`, `>= 95`.

/// A figure and the side of it that is healthy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Threshold {
    pub(super) side: Side,
    pub(super) limit: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    UpTo,
    Above,
    From,
}

impl Side {
    fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::UpTo => "<=",
            Self::Above => ">",
            Self::From => ">=",
        }
    }
}

impl Threshold {
    /// Reads `< 800`; `None` for a range in other words.
    pub(super) fn parse(words: &str) -> Option<Self> {
        let words = words.trim();
        let (sign, limit) = words.split_at(words.find(|char| !matches!(char, '<' | '>' | '='))?);
        let side = [Side::Below, Side::UpTo, Side::Above, Side::From]
            .into_iter()
            .find(|side| side.sign() == sign)?;
        let limit: f64 = limit.trim().parse().ok()?;
        limit.is_finite().then_some(Self { side, limit })
    }

    pub(super) fn holds(self, value: f64) -> bool {
        match self.side {
            Side::Below => value < self.limit,
            Side::UpTo => value <= self.limit,
            Side::Above => value > self.limit,
            Side::From => value >= self.limit,
        }
    }
}

impl std::fmt::Display for Threshold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.side.sign(), self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself() {
        for (words, below, at, above) in [
            ("< 800", true, false, false),
            ("<= 800", true, true, false),
            ("> 800", false, false, true),
            (">=800", false, true, true),
        ] {
            let threshold = Threshold::parse(words).unwrap();
            assert_eq!(
                (
                    threshold.holds(799.0),
                    threshold.holds(800.0),
                    threshold.holds(801.0)
                ),
                (below, at, above),
                "{words}"
            );
        }
        for words in ["", "800", "<", "< many", "=> 3", "< NaN", "<>1"] {
            assert_eq!(Threshold::parse(words), None, "{words}");
        }
        assert_eq!(Threshold::parse("<=  12.5").unwrap().to_string(), "<= 12.5");
    }
}

//! Waivers: what someone decided to live with, by name, with a reason, for a time.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

/// One `[[waiver]]` of `golive.toml`; every field is mandatory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverEntry {
    /// The probe that fails.
    pub probe: String,
    /// The fingerprint of the failure, as the report states it: another failure of the same probe is not waived.
    pub fingerprint: String,
    /// Who answers for it.
    pub owner: String,
    /// Why it may go live all the same.
    pub reason: String,
    /// The last day it holds.
    pub expires: Date,
    /// 1-based line of the entry.
    pub line: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaiver {
    probe: Option<Spanned<String>>,
    fingerprint: Option<Spanned<String>>,
    owner: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    expires: Option<Spanned<RawDate>>,
}

/// `2026-12-31` with or without quotes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum RawDate {
    Toml(toml::value::Datetime),
    Text(String),
}

impl RawWaiver {
    /// The byte where the first given field stands.
    fn position(&self) -> Option<usize> {
        let texts = [&self.probe, &self.fingerprint, &self.owner, &self.reason];
        let starts = texts.into_iter().flatten().map(|text| text.span().start);
        starts
            .chain(self.expires.as_ref().map(|date| date.span().start))
            .min()
    }

    /// `line_at` turns a byte into a line; `fallback` is the line when no field is given.
    pub(super) fn complete(
        self,
        line_at: impl Fn(usize) -> usize,
        fallback: usize,
    ) -> Result<WaiverEntry, (usize, String)> {
        let line = self.position().map_or(fallback, &line_at);
        let filled = |text: Option<Spanned<String>>| {
            text.map(Spanned::into_inner)
                .filter(|text| !text.trim().is_empty())
        };
        let fields = ("probe", "fingerprint", "owner", "reason");
        let (probe, fingerprint) = (filled(self.probe), filled(self.fingerprint));
        let (owner, reason) = (filled(self.owner), filled(self.reason));
        let missing: Vec<&str> = [
            (fields.0, probe.is_none()),
            (fields.1, fingerprint.is_none()),
            (fields.2, owner.is_none()),
            (fields.3, reason.is_none()),
            ("expires", self.expires.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect();
        let (Some(probe), Some(fingerprint), Some(owner), Some(reason), Some(expires)) =
            (probe, fingerprint, owner, reason, self.expires)
        else {
            return Err((
                line,
                format!(
                    "the waiver lacks {}; every field is mandatory",
                    missing.join(", ")
                ),
            ));
        };
        let expires_line = line_at(expires.span().start);
        let expires = date(expires.into_inner()).ok_or((
            expires_line,
            "'expires' must be a date such as 2026-12-31".to_owned(),
        ))?;
        Ok(WaiverEntry {
            probe,
            fingerprint,
            owner,
            reason,
            expires,
            line,
        })
    }
}

fn date(raw: RawDate) -> Option<Date> {
    match raw {
        RawDate::Text(text) => text.trim().parse().ok(),
        RawDate::Toml(toml::value::Datetime {
            date: Some(date),
            time: None,
            offset: None,
        }) => Date::new(
            i16::try_from(date.year).ok()?,
            i8::try_from(date.month).ok()?,
            i8::try_from(date.day).ok()?,
        )
        .ok(),
        RawDate::Toml(_) => None,
    }
}

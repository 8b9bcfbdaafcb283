//! What the filters do, on plain text; how Liquid calls them is in `plugins`.

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use sha2::{Digest as _, Sha256};

/// `jane DOE` → `Jane Doe`; words are separated by white space.
pub(super) fn titlecase(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            result.extend(character.to_lowercase());
        } else {
            result.extend(character.to_uppercase());
        }
        inside = !character.is_whitespace();
    }
    result
}

/// At most `length` characters, the ellipsis included, as LiquidJS counts.
pub(super) fn truncate(text: &str, length: usize, ellipsis: &str) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let kept = length.saturating_sub(ellipsis.chars().count());
    text.chars().take(kept).chain(ellipsis.chars()).collect()
}

/// The short link that will stand for a URL: its slug depends on nothing else, so a preview stores nothing.
pub(super) fn shortlink(base_url: &str, url: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let digest = Sha256::digest(url.as_bytes());
    let slug = digest
        .iter()
        .take(8)
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    format!("{base_url}/s/{}", slug.collect::<String>())
}

/// LiquidJS's format where a template names none.
pub(super) const DATE_FORMAT: &str = "%A, %B %-e, %Y at %-l:%M %P %z";

/// A point in time in UTC: ISO 8601, seconds since 1970, `now` or `today`.
pub(super) fn parse_date(text: &str) -> Option<Zoned> {
    let text = text.trim();
    if matches!(text, "now" | "today") {
        return Some(Timestamp::now().to_zoned(TimeZone::UTC));
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds)
            .ok()
            .map(|time| time.to_zoned(TimeZone::UTC));
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.to_zoned(TimeZone::UTC));
    }
    let local = text
        .parse::<civil::DateTime>()
        .or_else(|_| text.parse::<civil::Date>().map(Into::into));
    local.ok()?.to_zoned(TimeZone::UTC).ok()
}

/// `strftime`; text that is no date stays as it is. `None` when the format is no good.
pub(super) fn date(text: &str, format: &str) -> Option<String> {
    let Some(time) = parse_date(text) else {
        return Some(text.to_owned());
    };
    jiff::fmt::strtime::format(format, &time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titlecase_capitalises_every_word() {
        for (text, expected) in [
            ("jane doe", "Jane Doe"),
            ("JANE  DOE", "Jane  Doe"),
            ("o'neil élan", "O'neil Élan"),
            ("", ""),
        ] {
            assert_eq!(titlecase(text), expected);
        }
    }

    #[test]
    fn truncate_counts_the_ellipsis() {
        for (length, ellipsis, expected) in [
            (11, "...", "Hello world"),
            (10, "...", "Hello w..."),
            (5, "", "Hello"),
            (2, "...", "..."),
        ] {
            assert_eq!(truncate("Hello world", length, ellipsis), expected, "{length}");
        }
    }

    #[test]
    fn dates() {
        let cases = [
            ("2026-03-05", "%Y-%m-%d", "2026-03-05"),
            ("2026-03-05T10:20:30Z", "%d/%m/%Y %H:%M", "05/03/2026 10:20"),
            ("2026-03-05T10:20:30+02:00", "%H:%M", "08:20"),
            ("2026-03-05T10:20:30.123Z", "%b %d, %Y", "Mar 05, 2026"),
            ("0", "%Y", "1970"),
            (
                "2026-03-05T15:20:30Z",
                DATE_FORMAT,
                "Thursday, March 5, 2026 at 3:20 pm +0000",
            ),
            ("soon", "%Y", "soon"),
        ];
        for (text, format, expected) in cases {
            assert_eq!(date(text, format).as_deref(), Some(expected), "{text} {format}");
        }
        assert_eq!(date("2026-03-05", "%!"), None);
    }

    #[test]
    fn shortlinks_are_stable() {
        let link = shortlink("http://h", "https://shop.example/a");
        assert_eq!(link, shortlink("http://h", "https://shop.example/a"));
        assert!(link.starts_with("http://h/s/") && link.len() == "http://h/s/".len() + 8);
        assert_ne!(link, shortlink("http://h", "https://shop.example/b"));
    }
}

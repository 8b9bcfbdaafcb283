//! Templates with their only right answers, by contract or by LiquidJS: plain data, which
//! `tests/interop.rs` gives to the real LiquidJS as well.

/// A template of literals, and what it may render to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) body: &'static str,
    pub(crate) wanted: Wanted,
}

/// What a rendered value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A short link with a slug, whatever it is.
    ShortLink,
    /// Rendered somehow, but never as the name of a missing value (`NaN`, `undefined`, …).
    Harmless,
}

impl Wanted {
    /// Whether this text is it.
    pub(crate) fn is(self, text: &str) -> bool {
        const ACCIDENTS: [&str; 5] = ["NaN", "undefined", "null", "Invalid", "[object"];
        match self {
            Self::OneOf(texts) => texts.contains(&text),
            Self::ShortLink => {
                let slug = text.split_once("/s/").map_or("", |(_, slug)| slug);
                slug.starts_with(|c: char| c.is_ascii_alphanumeric()) && !slug.contains("://")
            }
            Self::Harmless => !ACCIDENTS.iter().any(|accident| text.contains(accident)),
        }
    }

    /// In words.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::OneOf(texts) => texts[0].to_owned(),
            Self::ShortLink => "a link with /s/ and a slug".to_owned(),
            Self::Harmless => "no NaN, undefined, null or [object".to_owned(),
        }
    }
}

/// Edge cases beyond the contract's own example, by filter.
pub(crate) fn edge_cases(filter: &str) -> &'static [Case] {
    FILTERS
        .iter()
        .find(|(name, _)| *name == filter)
        .map_or(&[], |(_, cases)| cases)
}

const fn case(body: &'static str, wanted: &'static [&'static str]) -> Case {
    let wanted = Wanted::OneOf(wanted);
    Case { body, wanted }
}

const fn short(body: &'static str) -> Case {
    let wanted = Wanted::ShortLink;
    Case { body, wanted }
}

const fn harmless(body: &'static str) -> Case {
    let wanted = Wanted::Harmless;
    Case { body, wanted }
}

/// Every filter with edge cases. What depends on the server's time zone (hours, dates at midnight), on binary
/// fractions (9.555) or on a choice that the contract leaves open (minus signs, hyphens, emoji) is not here. The null of filters that LiquidJS
/// lacks is the first of no words: they get its literal `nil` as an object, other than any value of a template.
#[rustfmt::skip] // a table: a case a line
pub(crate) const FILTERS: &[(&str, &[Case])] = &[
    ("money", &[
        case(r#"{{ 0 | money: "USD" }}"#, &["$0.00"]),
        case(r#"{{ 10 | money: "USD" }}"#, &["$10.00"]),
        case(r#"{{ 9.554 | money: "USD" }}"#, &["$9.55"]),
        case(r#"{{ 9.556 | money: "USD" }}"#, &["$9.56"]),
        case(r#"{{ 0.005 | money: "USD" }}"#, &["$0.01"]),
        case(r#"{{ 999.999 | money: "USD" }}"#, &["$1,000.00"]),
        case(r#"{{ 1234567.89 | money: "USD" }}"#, &["$1,234,567.89"]),
        case(r#"{{ "9.5" | money: "USD" }}"#, &["$9.50"]),
        case(r#"{{ 9.5 | money: "EUR" }}"#, &["€9.50", "€ 9.50", "€\u{a0}9.50", "9.50 €", "9.50\u{a0}€", "EUR 9.50", "EUR\u{a0}9.50", "9.50 EUR"]),
        harmless(r#"{{ "" | split: "," | first | money: "USD" }}"#),
        harmless(r#"{{ "" | money: "USD" }}"#),
    ]),
    ("date", &[
        case(r#"{{ "2026-03-05T10:00:00Z" | date: "%d/%m/%Y" }}"#, &["05/03/2026"]),
        case(r#"{{ "2026-03-05T10:00:00Z" | date: "%b %d, %Y" }}"#, &["Mar 05, 2026"]),
        case(r#"{{ "2026-03-05T10:00:00Z" | date: "%A, %-d %B %y" }}"#, &["Thursday, 5 March 26"]),
        case(r#"{{ "2028-02-29T10:00:00Z" | date: "%Y-%m-%d" }}"#, &["2028-02-29"]),
        case(r#"{{ "2026-03-05T12:00:00+02:00" | date: "%Y-%m-%d" }}"#, &["2026-03-05"]),
        case(r#"{{ 1772704800 | date: "%Y-%m-%d" }}"#, &["2026-03-05"]),
        case(r#"{{ "soon" | date: "%Y-%m-%d" }}"#, &["soon"]),
        case(r#"{{ "" | date: "%Y-%m-%d" }}"#, &[""]),
        case(r#"{{ nil | date: "%Y-%m-%d" }}"#, &[""]),
    ]),
    ("shortlink", &[
        short(r#"{{ "https://example.com/products/tee" | shortlink }}"#),
        short(r#"{{ "https://example.com/größe?a=1&b=2#top" | shortlink }}"#),
        harmless(r#"{{ "" | shortlink }}"#),
        harmless(r#"{{ "" | split: "," | first | shortlink }}"#),
    ]),
    ("default", &[
        case(r#"{{ nil | default: "friend" }}"#, &["friend"]),
        case(r#"{{ false | default: "friend" }}"#, &["friend"]),
        case(r#"{{ "Jane" | default: "friend" }}"#, &["Jane"]),
        case(r#"{{ 0 | default: "friend" }}"#, &["0"]),
        case(r#"{{ "" | default: "Zoë" }}"#, &["Zoë"]),
        case(r#"{{ "" | default: 5 }}"#, &["5"]),
        case(r#"{{ "" | default: "" }}"#, &[""]),
    ]),
    ("titlecase", &[
        case(r#"{{ "jane" | titlecase }}"#, &["Jane"]),
        case(r#"{{ "anna maria berg" | titlecase }}"#, &["Anna Maria Berg"]),
        case(r#"{{ "zoë élan" | titlecase }}"#, &["Zoë Élan"]),
        case(r#"{{ "" | titlecase }}"#, &[""]),
        case(r#"{{ "" | split: "," | first | titlecase }}"#, &[""]),
    ]),
    ("truncate", &[
        case(r#"{{ "abcdef" | truncate: 6 }}"#, &["abcdef"]),
        case(r#"{{ "abc" | truncate: 6 }}"#, &["abc"]),
        case(r#"{{ "abcdefghij" | truncate: 6, "!" }}"#, &["abcde!"]),
        case(r#"{{ "abcdefghij" | truncate: 3, "" }}"#, &["abc"]),
        case(r#"{{ "Grüße aus Köln" | truncate: 8 }}"#, &["Grüße..."]),
        case(r#"{{ "" | truncate: 6 }}"#, &[""]),
        case(r"{{ nil | truncate: 6 }}", &[""]),
    ]),
    ("upper", &[
        case(r#"{{ "jane doe" | upper }}"#, &["JANE DOE"]),
        case(r#"{{ "zoë" | upper }}"#, &["ZOË"]),
        case(r"{{ 42 | upper }}", &["42"]),
        case(r#"{{ "" | upper }}"#, &[""]),
        case(r#"{{ "" | split: "," | first | upper }}"#, &[""]),
    ]),
    ("lower", &[
        case(r#"{{ "JANE DOE" | lower }}"#, &["jane doe"]),
        case(r#"{{ "ZOË" | lower }}"#, &["zoë"]),
        case(r"{{ 42 | lower }}", &["42"]),
        case(r#"{{ "" | lower }}"#, &[""]),
        case(r#"{{ "" | split: "," | first | lower }}"#, &[""]),
    ]),
];

/// Templates that LiquidJS refuses to parse, in words and as they are.
pub(crate) const MALFORMED: &[(&str, &str)] = &[
    ("an unclosed value", "{{ golive"),
    ("an unclosed tag", "{% if true %}golive"),
    ("a stray end of a tag", "golive{% endif %}"),
    ("an unknown tag", "{% golive_no_such_tag %}"),
    ("a condition without one", "{% if %}golive{% endif %}"),
];

/// The same with LiquidJS's `strictFilters`.
pub(crate) const UNKNOWN_FILTER: (&str, &str) =
    ("an unknown filter", "{{ \"golive\" | golive_no_such_filter }}");

/// A path that no template may use, for what the target renders in the place of any unknown one.
pub(crate) const UNKNOWN_PATH: &str = "golive_nothing.here";

/// Paths out of the template's data; `KNOWN` stands for a variable of the trigger.
pub(crate) const PATHS: &[&str] = &[
    "process.env.PATH",
    "global.process.env.PATH",
    "globalThis.process.version",
    "require",
    "this",
    "constructor",
    "constructor.name",
    "__proto__",
    "toString",
    "KNOWN.constructor",
    "KNOWN.constructor.name",
    "KNOWN[\"constructor\"]",
    "KNOWN.__proto__",
];

/// Tags that read files. LiquidJS's default looks in the working directory, where package.json is.
pub(crate) const FILES: &[&str] = &[
    "{% include \"/etc/passwd\" %}",
    "{% render \"/etc/passwd\" %}",
    "{% layout \"/etc/passwd\" %}",
    "{% include \"package.json\" %}",
    "{% render \"package.json\" %}",
    "{% render \"../../../../etc/passwd\" %}",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_told_from_accidents() {
        for (wanted, good, bad) in [
            (Wanted::OneOf(&["a", "b"]), vec!["a", "b"], vec!["", "ab"]),
            (
                Wanted::ShortLink,
                vec!["https://x.io/s/aB3", "http://localhost:1/s/9z?x=1", "x.io/s/abc"],
                vec![
                    "",
                    "https://x.io/s/",
                    "/s/https://example.com",
                    "https://example.com/products",
                ],
            ),
            (
                Wanted::Harmless,
                vec!["", "$0.00"],
                vec!["$NaN", "undefined", "[object Object]", "null"],
            ),
        ] {
            for text in good {
                assert!(wanted.is(text), "{wanted:?} {text}");
            }
            for text in bad {
                assert!(!wanted.is(text), "{wanted:?} {text}");
            }
        }
    }

    #[test]
    fn every_case_uses_its_filter() {
        for (filter, cases) in FILTERS {
            assert!(
                cases
                    .iter()
                    .all(|case| case.body.contains(&format!("| {filter}"))),
                "{filter}"
            );
            assert!(!edge_cases(filter).is_empty());
        }
        assert!(edge_cases("no-such-filter").is_empty());
    }
}

//! How many parts an SMS is sent in, by GSM 03.38 and 3GPP TS 23.040.

use crate::faults::Faults;

/// The basic GSM-7 alphabet; each character is one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The extension table: an escape septet and one more.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How a text is encoded on the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 160 septets in one part, 153 in each of several.
    Gsm7,
    /// 70 UTF-16 units in one part, 67 in each of several.
    Ucs2,
}

impl Encoding {
    /// As people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        }
    }
}

/// A text, measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measure {
    /// The encoding its characters need.
    pub(crate) encoding: Encoding,
    /// Septets or UTF-16 units.
    pub(crate) units: usize,
    /// Parts sent, at least one.
    pub(crate) parts: usize,
}

/// How the rules are bent; nothing in the healthy state.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent faults")]
pub(crate) struct Bent {
    single_159: bool,
    ucs2_as_gsm: bool,
    extension_is_one: bool,
    full_parts: bool,
    full_ucs2_parts: bool,
    only_euro_is_two: bool,
    ascii_is_gsm: bool,
    accents_are_ucs2: bool,
    escape_is_split: bool,
    emoji_is_one: bool,
}

impl Bent {
    /// By the faults that are on.
    pub(crate) fn by(faults: &Faults) -> Self {
        Self {
            single_159: faults.on("templates.segments-off-by-one"),
            ucs2_as_gsm: faults.on("templates.segments-ucs2-as-gsm"),
            extension_is_one: faults.on("templates.segments-extension-is-one"),
            full_parts: faults.on("templates.segments-parts-of-160"),
            full_ucs2_parts: faults.on("templates.segments-parts-of-70"),
            only_euro_is_two: faults.on("templates.segments-only-euro-is-two"),
            ascii_is_gsm: faults.on("templates.segments-ascii-is-gsm"),
            accents_are_ucs2: faults.on("templates.segments-accents-are-ucs2"),
            escape_is_split: faults.on("templates.segments-escape-is-split"),
            emoji_is_one: faults.on("templates.segments-emoji-is-one"),
        }
    }
}

/// Encoding, units and parts of that text.
pub(crate) fn measure(text: &str) -> Measure {
    measure_bent(text, Bent::default())
}

/// The same by bent rules.
pub(crate) fn measure_bent(text: &str, bent: Bent) -> Measure {
    let septets = |character: char| match character {
        c if bent.accents_are_ucs2 && !c.is_ascii() && c.is_lowercase() => None,
        c if bent.only_euro_is_two && EXTENSION.contains(c) && c != '€' => Some(1),
        '`' if bent.ascii_is_gsm => Some(1),
        c if BASIC.contains(c) => Some(1),
        c if EXTENSION.contains(c) => Some(if bent.extension_is_one { 1 } else { 2 }),
        _ => bent.ucs2_as_gsm.then_some(1),
    };
    let gsm: Option<Vec<usize>> = text.chars().map(septets).collect();
    let (encoding, widths, single, several) = match gsm {
        Some(widths) => (Encoding::Gsm7, widths, 160, 153),
        None => (
            Encoding::Ucs2,
            text.chars()
                .map(|c| if bent.emoji_is_one { 1 } else { c.len_utf16() })
                .collect(),
            70,
            67,
        ),
    };
    let units: usize = widths.iter().sum();
    let single = single - usize::from(bent.single_159);
    let ucs2 = encoding == Encoding::Ucs2;
    let full = if ucs2 {
        bent.full_ucs2_parts
    } else {
        bent.full_parts
    };
    let several = if full { single } else { several };
    let parts = if units <= single {
        1
    } else if bent.escape_is_split {
        units.div_ceil(several)
    } else {
        fill(&widths, several)
    };
    Measure {
        encoding,
        units,
        parts,
    }
}

/// How many parts of `capacity` hold these characters, none of them split.
fn fill(widths: &[usize], capacity: usize) -> usize {
    let mut parts = 1;
    let mut used = 0;
    for width in widths {
        if used + width > capacity {
            parts += 1;
            used = 0;
        }
        used += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_at_every_boundary() {
        let split_escape = format!("{}€{}", "a".repeat(152), "a".repeat(151));
        let split_pair = format!("{}😀{}", "я".repeat(66), "я".repeat(66));
        let cases: &[(&str, String, Encoding, usize, usize)] = &[
            ("empty", String::new(), Encoding::Gsm7, 0, 1),
            ("160", "a".repeat(160), Encoding::Gsm7, 160, 1),
            ("161", "a".repeat(161), Encoding::Gsm7, 161, 2),
            ("306", "a".repeat(306), Encoding::Gsm7, 306, 2),
            ("307", "a".repeat(307), Encoding::Gsm7, 307, 3),
            ("80 euros", "€".repeat(80), Encoding::Gsm7, 160, 1),
            ("81 euros", "€".repeat(81), Encoding::Gsm7, 162, 2),
            (
                "escape moves to the next part",
                split_escape,
                Encoding::Gsm7,
                305,
                2,
            ),
            ("parts hold 76 euros", "€".repeat(153), Encoding::Gsm7, 306, 3),
            ("accents in the alphabet", "é".repeat(160), Encoding::Gsm7, 160, 1),
            ("small c cedilla is not", "ç".to_owned(), Encoding::Ucs2, 1, 1),
            ("70", "я".repeat(70), Encoding::Ucs2, 70, 1),
            ("71", "я".repeat(71), Encoding::Ucs2, 71, 2),
            ("134", "я".repeat(134), Encoding::Ucs2, 134, 2),
            ("135", "я".repeat(135), Encoding::Ucs2, 135, 3),
            ("35 emoji", "😀".repeat(35), Encoding::Ucs2, 70, 1),
            ("36 emoji", "😀".repeat(36), Encoding::Ucs2, 72, 2),
            (
                "a pair moves to the next part",
                split_pair,
                Encoding::Ucs2,
                134,
                3,
            ),
        ];
        for (name, text, encoding, units, parts) in cases {
            let expected = Measure {
                encoding: *encoding,
                units: *units,
                parts: *parts,
            };
            assert_eq!(measure(text), expected, "{name}");
        }
    }

    #[test]
    fn a_bent_rule_differs_where_it_should() {
        let off = Bent {
            single_159: true,
            ..Bent::default()
        };
        let ucs2 = Bent {
            ucs2_as_gsm: true,
            ..Bent::default()
        };
        let extension = Bent {
            extension_is_one: true,
            ..Bent::default()
        };
        let full = Bent {
            full_parts: true,
            ..Bent::default()
        };
        assert_eq!(measure_bent(&"a".repeat(160), off).parts, 2);
        assert_eq!(measure_bent(&"я".repeat(71), ucs2).parts, 1);
        assert_eq!(measure_bent(&"€".repeat(81), extension).parts, 1);
        assert_eq!(measure_bent(&"a".repeat(307), full).parts, 2);
    }
}

//! How many parts an SMS is sent in: 3GPP TS 23.038 (alphabets) and TS 23.040 (concatenation).

use golive_core::contract::Sms;

/// The GSM 7-bit default alphabet: one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension table: an escape and a septet, which one part must hold together.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The length of a text in the alphabet it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Septets.
    Gsm7(usize),
    /// UTF-16 units.
    Ucs2(usize),
}

/// A text, measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) length: Length,
    /// At least one.
    pub(super) parts: usize,
}

/// Length and parts of a text.
pub(super) fn measure(text: &str, sms: &Sms) -> Size {
    let septets = |c: char| match c {
        c if BASIC.contains(c) => Some(1),
        c if EXTENSION.contains(c) => Some(2),
        _ => None,
    };
    let gsm7: Option<Vec<usize>> = text.chars().map(septets).collect();
    if let Some(widths) = gsm7 {
        let length = widths.iter().sum();
        return Size {
            length: Length::Gsm7(length),
            parts: parts(length, &widths, sms.gsm7_single, sms.gsm7_part),
        };
    }
    let widths: Vec<usize> = text.chars().map(char::len_utf16).collect();
    let length = widths.iter().sum();
    Size {
        length: Length::Ucs2(length),
        parts: parts(length, &widths, sms.ucs2_single, sms.ucs2_part),
    }
}

/// No character is split between two parts.
fn parts(length: usize, widths: &[usize], single: usize, part: usize) -> usize {
    if length <= single {
        return 1;
    }
    let (mut parts, mut used) = (1, 0);
    for width in widths {
        if used + width > part {
            (parts, used) = (parts + 1, 0);
        }
        used += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_every_edge() {
        for (text, length, parts) in [
            (String::new(), Length::Gsm7(0), 1),
            ("a".repeat(160), Length::Gsm7(160), 1),
            ("a".repeat(161), Length::Gsm7(161), 2),
            ("€".repeat(80), Length::Gsm7(160), 1),
            ("[]{}^~|\\€".to_owned(), Length::Gsm7(18), 1),
            (format!("{0}€{0}", "a".repeat(152)), Length::Gsm7(306), 3),
            ("Ç".to_owned(), Length::Gsm7(1), 1),
            ("ç".to_owned(), Length::Ucs2(1), 1),
            ("`".to_owned(), Length::Ucs2(1), 1),
            ("я".repeat(135), Length::Ucs2(135), 3),
            ("😀".repeat(36), Length::Ucs2(72), 2),
        ] {
            assert_eq!(measure(&text, &Sms::default()), Size { length, parts }, "{text}");
        }
    }
}

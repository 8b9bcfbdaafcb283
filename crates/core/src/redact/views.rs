//! A text as its readers would decode it, with the way back: escapes may be written in many ways, and twice.

use std::ops::Range;

/// Bytes, and for each where it stands in the original text.
pub(super) struct View {
    bytes: Vec<u8>,
    /// One more than bytes: where each starts, then where the last ends. `None`: as in the original.
    starts: Option<Vec<usize>>,
}

impl View {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where these bytes stand in the original text.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        match &self.starts {
            None => range,
            Some(starts) => starts[range.start]..starts[range.end],
        }
    }

    fn start(&self, at: usize) -> usize {
        self.starts.as_ref().map_or(at, |starts| starts[at])
    }

    /// The view with every escape replaced by what it stands for; `None` when there is none.
    fn decoded(&self, decoding: Decoding) -> Option<Self> {
        if !self.bytes.contains(&decoding.sign()) {
            return None;
        }
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut starts = Vec::with_capacity(self.bytes.len() + 1);
        let mut changed = false;
        let mut at = 0;
        while at < self.bytes.len() {
            let escape = decoding.decode(&self.bytes[at..]);
            changed |= escape.is_some();
            let (length, decoded) = escape.unwrap_or((1, Decoded::byte(self.bytes[at])));
            for byte in decoded.bytes() {
                bytes.push(*byte);
                starts.push(self.start(at));
            }
            at += length;
        }
        starts.push(self.start(at));
        changed.then_some(Self {
            bytes,
            starts: Some(starts),
        })
    }
}

/// Up to four bytes: one character.
struct Decoded {
    buffer: [u8; 4],
    length: usize,
}

impl Decoded {
    fn byte(byte: u8) -> Self {
        Self {
            buffer: [byte, 0, 0, 0],
            length: 1,
        }
    }

    fn character(character: char) -> Self {
        let mut buffer = [0; 4];
        let length = character.encode_utf8(&mut buffer).len();
        Self { buffer, length }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

#[derive(Clone, Copy)]
enum Decoding {
    /// `%40`
    Percent,
    /// `\"`, `\u0040`
    Backslash,
    /// `&amp;`, `&#64;`
    Html,
    /// `+` for a space, as forms write it
    Plus,
}

impl Decoding {
    fn sign(self) -> u8 {
        match self {
            Self::Percent => b'%',
            Self::Backslash => b'\\',
            Self::Html => b'&',
            Self::Plus => b'+',
        }
    }

    /// The length of the escape at the start of the text and what it stands for.
    fn decode(self, text: &[u8]) -> Option<(usize, Decoded)> {
        if text.first() != Some(&self.sign()) {
            return None;
        }
        match self {
            Self::Percent => hex_number(text.get(1..3)?)
                .and_then(|n| u8::try_from(n).ok())
                .map(|b| (3, Decoded::byte(b))),
            Self::Plus => Some((1, Decoded::byte(b' '))),
            Self::Backslash => backslash(text),
            Self::Html => html(text),
        }
    }
}

/// Calls with the text itself and with what one or two decodings make of it.
pub(super) fn each(text: &str, plus: bool, mut look: impl FnMut(&View)) {
    let plain = View {
        bytes: text.as_bytes().to_vec(),
        starts: None,
    };
    look(&plain);
    descend(&plain, plus, 2, &mut look);
}

fn descend(view: &View, plus: bool, depth: usize, look: &mut impl FnMut(&View)) {
    for decoding in [
        Decoding::Percent,
        Decoding::Backslash,
        Decoding::Html,
        Decoding::Plus,
    ] {
        let wanted = depth > 0 && (plus || !matches!(decoding, Decoding::Plus));
        if let Some(decoded) = wanted.then(|| view.decoded(decoding)).flatten() {
            look(&decoded);
            descend(&decoded, plus, depth - 1, look);
        }
    }
}

fn hex_number(digits: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    let all_hex = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_hex.then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

/// JSON's escapes (RFC 8259 §7), surrogate pairs too.
fn backslash(text: &[u8]) -> Option<(usize, Decoded)> {
    let byte = match text.get(1)? {
        byte @ (b'"' | b'\\' | b'/' | b'\'') => *byte,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((2, Decoded::byte(byte)))
}

fn unicode(text: &[u8]) -> Option<(usize, Decoded)> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
        hex_number(&escape[2..])
    };
    let first = unit(0)?;
    if let Some(character) = char::from_u32(first) {
        return Some((6, Decoded::character(character)));
    }
    let second = unit(6).filter(|second| (0xDC00..0xE000).contains(second))?;
    let high = first.checked_sub(0xD800).filter(|high| *high < 0x400)?;
    let character = char::from_u32(0x1_0000 + (high << 10) + (second - 0xDC00))?;
    Some((12, Decoded::character(character)))
}

/// The named characters that escaping functions write, and the numbered ones.
fn html(text: &[u8]) -> Option<(usize, Decoded)> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let character = match &text[1..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex_number(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((end + 1, Decoded::character(character)))
}

//! Every spelling of every secret, found in one pass over a text.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, NO_PAD, STANDARD, URL_SAFE, URL_SAFE_NO_PAD,
};
use url::form_urlencoded;

use super::SHORTEST_SECRET;

const STANDARD_NO_PAD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);

/// Fewer characters are no proof of anything.
const SHORTEST_NEEDLE: usize = 4;

#[derive(Clone, Default)]
pub(super) struct Needles {
    names: Vec<String>,
    /// A spelling and the index of its name.
    spellings: Vec<(Vec<u8>, usize)>,
    /// Spellings by their first four bytes, longest first.
    by_start: HashMap<[u8; SHORTEST_NEEDLE], Vec<usize>>,
    /// First bytes of spellings, so that most positions cost one look.
    first: FirstBytes,
    hold_space: bool,
}

#[derive(Clone)]
struct FirstBytes([bool; 256]);

impl Default for FirstBytes {
    fn default() -> Self {
        Self([false; 256])
    }
}

impl Needles {
    pub(super) fn add(&mut self, name: &str, secret: &str) {
        let secret = secret.trim();
        if secret.chars().count() < SHORTEST_SECRET {
            return;
        }
        let index = self
            .names
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                self.names.push(name.to_owned());
                self.names.len() - 1
            });
        self.hold_space |= secret.contains(' ');
        let mut spellings = text_spellings(secret);
        spellings.extend(byte_spellings(secret.as_bytes()));
        for bytes in decoded(secret) {
            spellings.extend(byte_spellings(&bytes));
            spellings.insert(bytes);
        }
        let long_enough = spellings
            .into_iter()
            .filter(|spelling| spelling.len() >= SHORTEST_NEEDLE);
        self.spellings
            .extend(long_enough.map(|spelling| (spelling, index)));
    }

    /// Makes the index; call it once after the last [`Needles::add`].
    pub(super) fn sort(&mut self) {
        self.spellings
            .sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
        self.by_start.clear();
        for (index, (spelling, _)) in self.spellings.iter().enumerate() {
            if let Some(start) = spelling.first_chunk() {
                self.by_start.entry(*start).or_default().push(index);
                self.first.0[usize::from(start[0])] = true;
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spellings.is_empty()
    }

    /// A secret holds a space, which forms write as `+`.
    pub(super) fn hold_space(&self) -> bool {
        self.hold_space
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    pub(super) fn name(&self, index: usize) -> &str {
        &self.names[index]
    }

    /// Tells of the longest spelling at every position, with the index of its name.
    pub(super) fn find(&self, text: &[u8], mut tell: impl FnMut(Range<usize>, usize)) {
        for (at, start) in text.windows(SHORTEST_NEEDLE).enumerate() {
            if !self.first.0[usize::from(start[0])] {
                continue;
            }
            let Some(candidates) = start.first_chunk().and_then(|start| self.by_start.get(start)) else {
                continue;
            };
            let here = &text[at..];
            if let Some(hit) = candidates
                .iter()
                .find(|index| here.starts_with(&self.spellings[**index].0))
            {
                let (spelling, name) = &self.spellings[*hit];
                tell(at..at + spelling.len(), *name);
            }
        }
    }
}

/// The secret as texts hold it: raw, percent-encoded, as a form field, in JSON, in HTML.
fn text_spellings(secret: &str) -> BTreeSet<Vec<u8>> {
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::to_string(secret).unwrap_or_default();
    let html = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let mut texts = BTreeSet::new();
    for escaped in [form]
        .into_iter()
        .chain(UNESCAPED.map(|unescaped| percent_encoded(secret, unescaped)))
    {
        texts.insert(lower_escapes(&escaped));
        texts.insert(escaped);
    }
    texts.extend([
        secret.to_owned(),
        json[1..json.len().saturating_sub(1)].to_owned(),
        html.replace('"', "&quot;").replace('\'', "&#39;"),
        html.replace('"', "&#34;").replace('\'', "&#x27;"),
        html,
    ]);
    texts.into_iter().map(String::into_bytes).collect()
}

/// Hex in both cases; base64 in both alphabets, alone and embedded in a longer text.
fn byte_spellings(secret: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut spellings = BTreeSet::from([hex::encode(secret), hex::encode_upper(secret)]);
    spellings.insert(STANDARD.encode(secret));
    spellings.insert(URL_SAFE.encode(secret));
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        spellings.insert(engine.encode(secret));
        spellings.extend((0..3).map(|before| embedded(engine, secret, before)));
    }
    spellings.into_iter().map(String::into_bytes).collect()
}

/// The characters that depend on the secret alone when `before` bytes (modulo 3) come before it and any after it.
fn embedded(engine: &GeneralPurpose, secret: &[u8], before: usize) -> String {
    let padded = [&[0; 3][..before], secret].concat();
    let encoded = engine.encode(&padded);
    let first = (before * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    encoded.get(first..last).unwrap_or_default().to_owned()
}

/// The bytes that a secret of base64 or hex stands for, when they are a key's worth.
fn decoded(secret: &str) -> Vec<Vec<u8>> {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
    let all = [
        hex::decode(secret).ok(),
        standard.decode(secret).ok(),
        url_safe.decode(secret).ok(),
    ];
    all.into_iter()
        .flatten()
        .filter(|bytes| bytes.len() >= 16)
        .collect()
}

/// What percent-encoding leaves as it is beside letters and digits: by RFC 3986 §2.3, in JavaScript's
/// `encodeURIComponent`, and where nothing is left.
const UNESCAPED: [&[u8]; 3] = [b"-._~", b"-_.!~*'()", b""];

fn percent_encoded(text: &str, unescaped: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || unescaped.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The same with the hex digits of the escapes in lower case.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.push('%');
        lower.push_str(&digits.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower
}

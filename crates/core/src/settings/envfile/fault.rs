//! What can be wrong with a line, said without any part of it.

/// A line that can't be read. The message holds no part of the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {kind}")]
pub struct Fault {
    /// 1-based line.
    pub line: usize,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with a line, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The bytes are UTF-16.
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
    /// The bytes are no UTF-8.
    #[error("invalid UTF-8; save the file as UTF-8")]
    NotUtf8,
    /// A NUL byte.
    #[error("NUL byte; remove it, a variable can't hold one")]
    Nul,
    /// No separator on the line.
    #[error("no '=' after the name; write NAME=value, or start the line with # to make it a comment")]
    NoSeparator,
    /// The name is empty or holds other characters than dotenv allows.
    #[error("the name before '=' may hold only letters, digits, '_', '-' and '.'; correct the name")]
    BadName,
    /// A quote that is never closed.
    #[error(
        "the value opens with a {0} and is never closed; add the closing {0}, or quote with another character"
    )]
    Unterminated(Quote),
    /// Something other than a comment follows the closing quote.
    #[error(
        "text follows the closing {0} of the value; quote the whole value with a character that it does not hold"
    )]
    TextAfterQuote(Quote),
}

/// The three quote characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Quote {
    /// `'`
    #[error("single quote")]
    Single,
    /// `"`, the only one with `\n` and `\r` escapes.
    #[error("double quote")]
    Double,
    /// `` ` ``
    #[error("backtick")]
    Backtick,
}

impl Quote {
    pub(super) fn opening(text: &str) -> Option<Self> {
        match text.chars().next()? {
            '\'' => Some(Self::Single),
            '"' => Some(Self::Double),
            '`' => Some(Self::Backtick),
            _ => None,
        }
    }

    pub(super) fn character(self) -> char {
        match self {
            Self::Single => '\'',
            Self::Double => '"',
            Self::Backtick => '`',
        }
    }
}

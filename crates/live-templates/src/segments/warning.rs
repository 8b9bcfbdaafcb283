//! Finds the number of SMS parts in a warning, however it is worded.

/// Words for the pieces of a message.
const PIECES: [&str; 12] = [
    "part", "parts", "segment", "segments", "sms", "smses", "message", "messages", "piece", "pieces",
    "texts", "chunks",
];

/// Those that mean nothing else.
const ONLY_PIECES: [&str; 6] = ["part", "parts", "segment", "segments", "smses", "pieces"];

/// Names of alphabets that hold a number.
const ALPHABETS: [&str; 14] = [
    "gsm-7",
    "gsm 7",
    "gsm_7",
    "gsm7",
    "gsm 03.38",
    "ucs-2",
    "ucs 2",
    "ucs_2",
    "ucs2",
    "utf-16",
    "utf16",
    "7-bit",
    "7 bit",
    "16-bit",
];

const NUMERALS: [&str; 8] = ["two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// Whether the warning says that many parts: as a number beside a word for them, or, where no number
/// stands beside one, as any number.
pub(super) fn states(warning: &str, parts: usize) -> bool {
    let words = words(warning);
    let beside = beside(&words, &PIECES);
    let numbers = if beside.is_empty() {
        numbers(&words)
    } else {
        beside
    };
    numbers.contains(&parts)
}

/// Whether the warning says that there is more than one part.
pub(super) fn speaks_of_several(warning: &str) -> bool {
    const SEVERAL: [&str; 4] = ["several", "multiple", "split", "multipart"];
    let words = words(warning);
    // A length beside the word (`1 segment, 160 characters`) is no number of parts.
    let beside = beside(&words, &ONLY_PIECES);
    if beside.is_empty() {
        let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        return says(&SEVERAL) && says(&PIECES);
    }
    !beside.contains(&1) && beside.iter().any(|number| (2..=20).contains(number))
}

/// Lower-case words and numbers, without the names of alphabets.
fn words(warning: &str) -> Vec<String> {
    let mut text = warning.to_lowercase();
    for name in ALPHABETS {
        text = text.replace(name, " ");
    }
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn number(word: &str) -> Option<usize> {
    let numeral = NUMERALS.iter().position(|numeral| *numeral == word);
    word.parse().ok().or(numeral.map(|index| index + 2))
}

fn numbers(words: &[String]) -> Vec<usize> {
    words.iter().filter_map(|word| number(word)).collect()
}

/// Numbers at most two words away from one of these.
fn beside(words: &[String], near: &[&str]) -> Vec<usize> {
    let close = |index: usize| {
        let from = index.saturating_sub(2);
        words[from..words.len().min(index + 3)]
            .iter()
            .any(|word| near.contains(&word.as_str()))
    };
    words
        .iter()
        .enumerate()
        .filter(|(index, _)| close(*index))
        .filter_map(|(_, word)| number(word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_however_it_is_worded() {
        for warning in [
            "the message is sent in 3 SMS parts (307 units of GSM-7)",
            "Message will be split into 3 segments",
            "segments: 3",
            "{\"code\":\"long_message\",\"segments\":3,\"encoding\":\"UCS-2\"}",
            "This is a 3-part message.",
            "Message exceeds 160 characters (307) and will use three SMS",
            "307 characters, number of parts is 3",
            "307/160 GSM-7 characters = 3 messages",
            "long: x3 at 153, so 3",
        ] {
            assert!(states(warning, 3), "{warning}");
            assert!(!states(warning, 2), "{warning}");
        }
        for warning in [
            "UCS-2 text of several parts",
            "",
            "message is too long",
            "sent in 2 parts (135 units of UCS-2)",
        ] {
            assert!(!states(warning, 3), "{warning}");
        }
    }

    #[test]
    fn one_part_is_told_from_several() {
        for warning in [
            "sent in 2 SMS parts (160 units of GSM-7)",
            "the message is long and will be sent in several parts",
            "will be split into multiple messages",
            "segments: 2",
        ] {
            assert!(speaks_of_several(warning), "{warning}");
        }
        for warning in [
            "1 segment (160/160 characters)",
            "sent in 1 part (70 units of UCS-2)",
            "required variable not used: recovery_url",
            "the message does not name the shop",
            "unknown variable: order_2",
        ] {
            assert!(!speaks_of_several(warning), "{warning}");
        }
    }
}

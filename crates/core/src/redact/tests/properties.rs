//! Random secrets in random texts, in every spelling.

use proptest::prelude::*;

use super::super::{Redactor, SHORTEST_SECRET};
use super::{SPELLINGS, redactor, spelt};

proptest! {
    #[test]
    fn no_spelling_of_a_secret_survives(
        secret in "[ -~é✓]{4,24}",
        spelling in 0..SPELLINGS,
        before in "[ -~\n✓]{0,20}",
        after in "[ -~\n✓]{0,20}",
    ) {
        prop_assume!(secret.trim().chars().count() >= SHORTEST_SECRET);
        // A stray escape sign makes another text of what follows: `%` and `ab%2Dc` is no encoding of `ab-c`.
        let before = if spelling < 12 { before } else { before.replace(['%', '\\', '&'], "-") };
        let secret = secret.trim();
        let redactor = Redactor::with_secrets([("NAME", secret)]);
        let written = spelt(secret, spelling);
        let cleaned = redactor.clean(&format!("{before}{written}{after}")).into_owned();
        let rest = cleaned.replace("[redacted:NAME]", "\u{0}");
        prop_assert!(!rest.contains(&written), "{} left in {}", written, cleaned);
        prop_assert_eq!(redactor.clean(&cleaned), cleaned.as_str());
    }

    #[test]
    fn cleaning_twice_changes_nothing(text in "([ -~é]|\\+15551234567|a@b\\.io|://u:p@|eyJab\\.cd|Bearer |signature=|hunter2|%40|%2B|\\[redacted:jwt\\]){0,30}") {
        let redactor = redactor();
        let once = redactor.clean(&text).into_owned();
        prop_assert_eq!(redactor.clean(&once), once.as_str());
        prop_assert!(!once.contains("hunter2") && !once.contains("+15551234567"));
    }
}

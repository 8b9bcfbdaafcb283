//! `golive completions`, `golive man`, and every command's help.

use crate::files::Dir;

const COMMANDS: [&[&str]; 8] = [
    &["plan"],
    &["diff"],
    &["history"],
    &["judge"],
    &["rollback-plan"],
    &["config", "explain"],
    &["completions"],
    &["man"],
];

#[test]
fn completions_know_commands_and_values() {
    let dir = Dir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = dir.golive(&["completions", shell]);
        assert_eq!(ran.code, 0);
        for words in ["rollback-plan", "history"] {
            assert!(ran.stdout.contains(words), "{shell} lacks {words}");
        }
        let values = ran.stdout.contains("mermaid");
        assert!(
            values || ["elvish", "powershell"].contains(&shell),
            "{shell} lacks values"
        );
    }
    let ran = dir.golive(&["completions", "bahs"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("bash"), "{}", ran.stderr);
}

#[test]
fn a_manual_page_for_each_command() {
    let dir = Dir::new();
    let ran = dir.golive(&["man"]);
    assert!(ran.stdout.contains(".TH golive 1"), "{}", ran.stdout);
    assert_eq!(dir.golive(&["man", "--dir", "man1"]).code, 0);
    for command in COMMANDS {
        let page = std::fs::read_to_string(dir.path().join(format!("man1/golive-{}.1", command.join("-"))));
        let page = page.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        assert!(
            page.contains(".SH SYNOPSIS") && page.contains("Examples:"),
            "{command:?}: {page}"
        );
    }
    dir.file("blocked", "a file");
    assert_eq!(dir.golive(&["man", "--dir", "blocked"]).code, 4);
}

#[test]
fn every_help_has_examples() {
    let dir = Dir::new();
    for command in COMMANDS {
        let mut args = command.to_vec();
        args.push("--help");
        let ran = dir.golive(&args);
        assert_eq!(ran.code, 0);
        assert!(
            ran.stdout.contains("Examples:\n  golive "),
            "{command:?}: {}",
            ran.stdout
        );
    }
}

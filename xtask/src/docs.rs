//! `cargo xtask docs`: the pages that golive can write itself, written or compared.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::talk;
use crate::workspace::{binary, build, root};

/// What golive prints for these arguments is the content of that file.
const GENERATED: &[(&[&str], &str)] = &[
    (&["list", "--format", "markdown"], "docs/probes.md"),
    (&["config", "reference"], "docs/config-reference.md"),
    (&["schema"], "docs/report.schema.json"),
    (&["template"], "runtime.env.example"),
];

/// Write the generated files: probe catalogue, configuration reference, report schema, env template
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; name the files that are stale and exit with 1
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    build(&["golive"])?;
    if args.check { check() } else { write() }
}

/// Compares what the built golive says with what is committed.
pub(crate) fn check() -> anyhow::Result<u8> {
    let mut stale = Vec::new();
    for (arguments, path) in GENERATED {
        stale.extend(compare(&root().join(path), &ask(arguments)?).map(|why| format!("{path}: {why}")));
    }
    if stale.is_empty() {
        talk::say(format!("{} generated files are up to date", GENERATED.len()));
        return Ok(0);
    }
    stale.iter().for_each(talk::say);
    talk::say("run `cargo xtask docs` and commit what it writes");
    Ok(1)
}

fn write() -> anyhow::Result<u8> {
    for (arguments, path) in GENERATED {
        let text = ask(arguments)?;
        let file = root().join(path);
        if compare(&file, &text).is_some() {
            fs::write(&file, text).with_context(|| format!("cannot write {path}"))?;
            talk::say(format!("wrote {path}"));
        }
    }
    Ok(0)
}

/// golive's own words; nothing at all is not an answer.
fn ask(arguments: &[&str]) -> anyhow::Result<String> {
    let said = format!("golive {}", arguments.join(" "));
    let output = Command::new(binary("golive")?)
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {said}"))?;
    ensure!(output.status.success(), "{said} ended with {}", output.status);
    ensure!(!output.stdout.is_empty(), "{said} printed nothing");
    String::from_utf8(output.stdout).with_context(|| format!("{said} printed no text"))
}

/// Why the file is not what it should be, if so.
fn compare(file: &Path, expected: &str) -> Option<String> {
    let Ok(found) = fs::read_to_string(file) else {
        return Some("missing".to_owned());
    };
    if found == expected {
        return None;
    }
    let same = found
        .lines()
        .zip(expected.lines())
        .take_while(|(one, other)| one == other)
        .count();
    Some(format!("stale from line {}", same + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_named_with_its_first_stale_line() {
        let file = std::env::temp_dir().join(format!("golive-docs-{}", std::process::id()));
        assert_eq!(compare(&file, "a\n"), Some("missing".to_owned()));
        fs::write(&file, "a\nb\nc\n").unwrap();
        for (expected, verdict) in [
            ("a\nb\nc\n", None),
            ("a\nB\nc\n", Some("stale from line 2")),
            ("a\nb\nc\nd\n", Some("stale from line 4")),
            ("a\nb\nc", Some("stale from line 4")),
            ("", Some("stale from line 1")),
        ] {
            assert_eq!(compare(&file, expected).as_deref(), verdict, "{expected:?}");
        }
        fs::remove_file(&file).unwrap();
    }
}

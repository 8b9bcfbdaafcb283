//! The canned runs as a terminal shows them.

use super::*;
use crate::render::canned;

fn at(verbosity: Verbosity, width: usize, color: bool) -> String {
    render(
        &canned::report(),
        Style {
            color,
            width,
            verbosity,
        },
    )
}

#[test]
fn normal_view() {
    insta::assert_snapshot!(at(Verbosity::Normal, 80, false));
}

#[test]
fn verbose_view() {
    insta::assert_snapshot!(at(Verbosity::Verbose, 100, false));
}

#[test]
fn quiet_view() {
    insta::assert_snapshot!(at(Verbosity::Quiet, 80, false));
}

#[test]
fn healthy_view() {
    insta::assert_snapshot!(render(&canned::healthy(), Style::plain()));
}

#[test]
fn interrupted_view() {
    insta::assert_snapshot!(render(&canned::interrupted(), Style::plain()));
}

#[test]
fn colour_adds_nothing_but_colour() {
    let coloured = at(Verbosity::Normal, 80, true);
    assert!(coloured.contains("\x1b["));
    assert_eq!(
        anstream::adapter::strip_str(&coloured).to_string(),
        at(Verbosity::Normal, 80, false)
    );
}

#[test]
fn prose_fits_its_columns() {
    for width in [50, 80, 120] {
        for line in at(Verbosity::Normal, width, false).lines() {
            let verbatim = [
                "Run ",
                "Repeat ",
                "Runbook ",
                "golive ",
                "full run ",
                "DELETE",
                "the database role",
                "NO_GO",
            ];
            let verbatim = verbatim.iter().any(|begin| line.trim_start().starts_with(begin));
            let table = line.starts_with(['✔', '!', '?', '✘']);
            assert!(verbatim || table || text::width(line) <= width, "{width}: {line}");
        }
    }
}

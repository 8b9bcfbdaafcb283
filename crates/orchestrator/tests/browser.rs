//! `index.html` in a real Chromium: rendered, clicked, filtered, searched, printed, read by axe-core; light and dark, desktop and
//! phone; and a hostile target's markup is text.
//!
//! Needs `chromium`, `node` and `npm`; playwright-core and axe-core are pinned in `browser/package-lock.json`.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use golive::html;
use golive_core::render::canned;
use golive_core::report::Report;
use golive_core::testing::npm;

#[path = "browser/hostile.rs"]
mod hostile;
#[path = "browser/rich.rs"]
mod rich;

#[test]
fn a_no_go() {
    look("no-go", &canned::report());
}

#[test]
fn a_go() {
    look("go", &canned::healthy());
}

#[test]
fn an_interrupted_run() {
    look("interrupted", &canned::interrupted());
}

#[test]
fn a_full_run_with_its_history() {
    look("full", &rich::no_go());
}

#[test]
fn a_hostile_target() {
    look("hostile", &hostile::report().0);
}

/// `cargo test -p golive --test browser -- --ignored`: takes the pictures of the documentation anew. `GOLIVE_SHOT_GO` and
/// `GOLIVE_SHOT_NO_GO` name `golive.json` of real runs to take them of.
#[test]
#[ignore = "writes to docs/images"]
fn pictures() {
    let home = installed();
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images");
    let images = std::env::var_os("GOLIVE_SHOT_DIR").map_or(images, PathBuf::from);
    let page = |name: &str, variable: &str, made_up: Report| {
        let file = write(&home, name, &made_up);
        if let Some(path) = std::env::var_os(variable).map(PathBuf::from) {
            let report: Report = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            fs::write(&file, html::render(&report, path.parent().unwrap())).unwrap();
        }
        file.display().to_string()
    };
    let no_go = page("picture-no-go", "GOLIVE_SHOT_NO_GO", rich::no_go());
    let go = page("picture-go", "GOLIVE_SHOT_GO", rich::go());
    let names = [
        ("dashboard-no-go", &no_go),
        ("dashboard-go", &go),
        ("dashboard-go-dark", &go),
        ("dashboard-no-go-phone", &no_go),
    ];
    let mut words = vec![images.display().to_string()];
    words.extend(names.map(|(name, file)| format!("{name}={file}")));
    run(&home, "shots.mjs", &words);
}

fn look(name: &str, report: &Report) {
    let home = installed();
    let file = write(&home, name, report);
    run(&home, "look.mjs", &[file.display().to_string()]);
}

/// The page beside its history, as a run leaves it.
fn write(home: &Path, name: &str, report: &Report) -> PathBuf {
    let reports = home.join("reports").join(name);
    let history = reports.join("history");
    fs::create_dir_all(&history).unwrap();
    for (place, run) in rich::earlier().iter().enumerate() {
        let json = serde_json::to_string(run).unwrap();
        fs::write(history.join(format!("{place:02}.json")), json).unwrap();
    }
    let file = reports.join("index.html");
    fs::write(&file, html::render(report, &reports)).unwrap();
    file
}

fn run(home: &Path, script: &str, arguments: &[String]) {
    let output = Command::new("node")
        .arg(home.join(script))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| npm::missing("node", &error));
    assert!(
        output.status.success(),
        "{script}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The scripts with their `node_modules`.
fn installed() -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    npm::installed(&fixture, env!("CARGO_TARGET_TMPDIR"))
}

//! `golive config explain`.

use crate::files::Dir;

const SECRET: &str = "correct-horse-battery-staple-0123456789";

fn configured() -> Dir {
    let dir = Dir::new();
    dir.file(
        ".env.verification",
        format!("# target\nBASE_URL=https://api.example.com\nJWT_SECRET='{SECRET}'\nQUEUE_PREFIX=sms\n"),
    );
    dir.file(
        "golive.toml",
        "queue_prefix = \"shop\"\n[thresholds]\nqueue_depth = 500\n",
    );
    dir
}

#[test]
fn file_and_line_or_process_or_default() {
    let dir = configured();
    let ran = dir.golive(&["config", "explain", "BASE_URL"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.contains("source       .env.verification:2\n"),
        "{}",
        ran.stdout
    );
    let ran = dir.golive_with(
        &["config", "explain", "base_url"],
        &[("BASE_URL", "https://other.example.com")],
    );
    assert!(
        ran.stdout.contains("source       process environment\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("https://other.example.com"), "{}", ran.stdout);
    let ran = dir.golive(&["config", "explain", "thresholds.queue_depth"]);
    assert_eq!(
        ran.stdout,
        "thresholds.queue_depth\n  value        500\n  source       golive.toml:3\n  default      100\n  \
         meaning      Waiting jobs in one queue: healthy below it.\n"
    );
    let ran = dir.golive(&["config", "explain", "thresholds"]);
    assert!(
        ran.stdout
            .contains("thresholds.tls_days\n  value        14\n  source       default\n"),
        "{}",
        ran.stdout
    );
    let ran = dir.golive(&["config", "explain", "queue_prefix"]);
    assert!(
        ran.stdout
            .contains("overruled    by QUEUE_PREFIX = sms (.env.verification:4)"),
        "{}",
        ran.stdout
    );
}

#[test]
fn no_secret_is_ever_shown() {
    let dir = configured();
    for args in [
        vec!["config", "explain"],
        vec!["config", "explain", "JWT_SECRET"],
        vec!["config", "explain", "--json"],
    ] {
        let env = [("DATABASE_URL", "postgres://app:hunter2hunter2@db.example.com/sms")];
        let ran = dir.golive_with(&args, &env);
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("JWT_SECRET"), "{}", ran.stdout);
        assert!(
            !ran.stdout.contains(SECRET) && !ran.stdout.contains("hunter2"),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn the_overview_names_what_is_wrong_and_what_is_overridden() {
    let ran = configured().golive(&["config", "explain"]);
    assert!(
        ran.stdout.contains("DATABASE_URL          not set: required"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("thresholds.queue_depth = 500  golive.toml:3, default 100"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_unknown_key_gets_a_suggestion() {
    let dir = configured();
    dir.golive(&["config", "explain", "DATABSE_URL"])
        .refused("did you mean \"DATABASE_URL\"?");
    dir.golive(&["config", "explain", "queue_depth"])
        .refused("did you mean \"thresholds.queue_depth\"?");
    dir.golive(&["config", "explain", "thresholds.queue_dept"])
        .refused("did you mean \"thresholds.queue_depth\"?");
}

#[test]
fn the_reference_is_the_same_whatever_is_set() {
    let ran = configured().golive(&["config", "reference"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.stdout, Dir::new().golive(&["config", "reference"]).stdout);
    for row in [
        "| `DATABASE_URL` | yes, secret | ",
        "### `[thresholds]`",
        "| `queue_depth` | integer | `100` | Waiting jobs in one queue: healthy below it. |",
        "### `[[schema.columns]]`",
    ] {
        assert!(ran.stdout.contains(row), "{row}: {}", ran.stdout);
    }
}

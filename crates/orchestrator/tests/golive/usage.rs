//! Wrong calls: one clear line, exit 2, nothing sent, nothing written.

use std::net::TcpListener;

use crate::support::{Env, Place};

/// A target that would notice a connection.
fn silent_target() -> (TcpListener, Env) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("non-blocking");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, Env::from([("BASE_URL".to_owned(), url)]))
}

#[test]
fn wrong_calls_are_one_line_and_send_nothing() {
    let (listener, env) = silent_target();
    for (args, file, words) in [
        (vec!["run", "databse"], None, "did you mean \"database\"?"),
        (
            vec!["run", "queues.wrokers"],
            None,
            "did you mean \"queues.workers\"?",
        ),
        (
            vec!["run", "--skip", "nope.nope"],
            None,
            "no check or probe is called",
        ),
        (vec!["run", "--env-file", "missing.env"], None, "missing.env"),
        (
            vec!["run", "--env-file", "bad.env"],
            Some(("bad.env", "BASE_URL=http://x\nnonsense line\n")),
            "bad.env:2",
        ),
        (
            vec!["run", "--env-file", "bad.env"],
            Some(("bad.env", "A=\"never closed\n")),
            "bad.env:1",
        ),
        (vec!["run"], Some(("golive.toml", "quues = 1\n")), "golive.toml:1"),
        (
            vec!["run"],
            Some(("golive.toml", "[thresholds]\nqueue_depth = \"many\"\n")),
            "golive.toml:2",
        ),
        (
            vec!["run"],
            Some(("golive.toml", "[[waiver]]\nprobe = \"redis.connect\"\n")),
            "fingerprint",
        ),
        (vec!["explain", "queues.wrokers"], None, "queues.workers"),
    ] {
        let place = Place::new().with_env(&env);
        let place = match file {
            Some((name, text)) => place.with_file(name, text),
            None => place,
        };
        let ran = place.golive(&args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stderr.contains(words),
            "{args:?} should say {words}: {}",
            ran.stderr
        );
        assert_eq!(
            ran.stderr.trim_end().lines().count(),
            1,
            "one line: {}",
            ran.stderr
        );
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
        assert!(!place.path().join("reports").exists(), "{args:?} wrote a report");
    }
    assert!(listener.accept().is_err(), "something was sent");
}

#[test]
fn unknown_options_are_usage_errors() {
    let place = Place::new();
    for args in [
        vec!["run", "--concurency", "3"],
        vec!["run", "--concurrency", "0"],
        vec!["run", "--format", "xml"],
        vec!["run", "--report", "junit"],
    ] {
        let ran = place.golive(&args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(
            ran.stderr.starts_with("error:") && !ran.stderr.contains("panicked"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn help_teaches() {
    let place = Place::new();
    for args in [
        vec!["--help"],
        vec!["run", "--help"],
        vec!["list", "--help"],
        vec!["explain", "--help"],
        vec!["cleanup", "--help"],
    ] {
        let ran = place.golive(&args);
        assert!(
            ran.code == 0 && ran.stdout.contains("Usage:"),
            "{args:?}: {}",
            ran.stdout
        );
    }
    assert!(place.golive(&["--help"]).stdout.contains("Exit codes"));
}

//! Services start, answer, refuse a wrong password, and leave nothing behind, however their owner ends.
//!
//! They need the programs: `cargo xtask setup` first.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use golive_services::{Binaries, Error, Options, PostgresServer, RedisServer, Services, find};

/// Set for the copy of this test binary that starts services and waits to be killed.
const VICTIM: &str = "GOLIVE_SERVICES_TEST_VICTIM";

fn binaries() -> Binaries {
    find().expect("run `cargo xtask setup` first")
}

fn start() -> Services {
    Services::start(&binaries(), &Options::default()).expect("both start")
}

fn psql(url: &str, sql: &str) -> Option<Output> {
    let bundled = binaries().postgres_bindir().join("psql");
    let program = if bundled.is_file() {
        bundled
    } else {
        PathBuf::from("psql")
    };
    Command::new(program)
        .args(["-XAtc", sql, url])
        .env("LC_ALL", "C")
        .output()
        .ok()
}

fn setting(redis: &RedisServer, name: &str) -> String {
    let reply = redis.command(&["CONFIG", "GET", name]).expect("it answers");
    reply.split_once('\n').expect("a name and a value").1.to_owned()
}

fn alive(pid: u32) -> bool {
    // The shell's own: a bare machine has no kill program.
    Command::new("sh")
        .args(["-c", "kill -0 $0", &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success())
}

/// True as soon as `condition` is, within ten seconds.
fn soon(condition: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn both_answer_and_are_set_up_for_a_queue() {
    let services = start();
    let [(database, url), (redis, _)] = services.env();
    assert_eq!(
        (database, redis),
        ("GOLIVE_TEST_DATABASE_URL", "GOLIVE_TEST_REDIS_URL")
    );
    let sql = "SELECT current_user, current_setting('max_connections'), current_setting('timezone')";
    let output = psql(&url, sql).expect("psql runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "postgres|300|UTC",
        "{errors}"
    );
    services.postgres.execute("CREATE DATABASE one").unwrap();
    let error = services
        .postgres
        .execute("CREATE DATABASE one")
        .unwrap_err()
        .to_string();
    assert!(error.contains("already exists"), "{error}");

    assert_eq!(services.redis.command(&["SET", "key", "value"]).unwrap(), "+OK");
    assert_eq!(
        services
            .redis
            .command(&["EVAL", "return redis.call('INCR', KEYS[1])", "1", "n"])
            .unwrap(),
        ":1"
    );
    for (name, value) in [
        ("appendonly", "yes"),
        ("maxmemory-policy", "noeviction"),
        ("databases", "4096"),
        ("save", ""),
    ] {
        assert_eq!(setting(&services.redis, name), value);
    }
    assert_eq!(services.redis.command(&["SWAPDB", "0", "4095"]).unwrap(), "+OK");
}

#[test]
fn a_wrong_password_and_none_are_refused() {
    let services = start();
    let wrong = services
        .database_url()
        .replace(services.postgres.password(), "wrong");
    let output = psql(&wrong, "SELECT 1").expect("psql runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && errors.contains("password authentication failed"),
        "{errors}"
    );

    let stream = std::net::TcpStream::connect(("127.0.0.1", services.redis.port())).unwrap();
    let mut lines = BufReader::new(&stream).lines();
    for (command, answer) in [("PING\r\n", "-NOAUTH"), ("AUTH wrong\r\n", "-WRONGPASS")] {
        std::io::Write::write_all(&mut &stream, command.as_bytes()).unwrap();
        let line = lines.next().unwrap().unwrap();
        assert!(line.starts_with(answer), "{line}");
    }
}

#[test]
fn nothing_is_left_after_drop_or_panic() {
    let services = start();
    let (directory, pids) = (
        services.directory().to_owned(),
        [services.postgres.pid(), services.redis.pid()],
    );
    assert!(directory.is_dir() && pids.iter().all(|pid| alive(*pid)));
    drop(services);
    assert!(!directory.exists() && !pids.iter().any(|pid| alive(*pid)));

    let (sender, receiver) = std::sync::mpsc::channel();
    let panicked = std::thread::spawn(move || {
        let services = start();
        let pids = [services.postgres.pid(), services.redis.pid()];
        sender.send((services.directory().to_owned(), pids)).unwrap();
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    let (directory, pids) = receiver.recv().unwrap();
    assert!(!directory.exists() && !pids.iter().any(|pid| alive(*pid)));
}

#[test]
fn the_directory_is_private_and_the_servers_are_nobody_s() {
    use std::os::unix::fs::MetadataExt;
    let services = start();
    let metadata = std::fs::metadata(services.directory()).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o700);
    assert_ne!(metadata.uid(), 0);
    let longest = services.directory().join("pg/.s.PGSQL.65535");
    assert!(longest.as_os_str().len() < 100, "{}", longest.display());
    if Path::new("/proc/self").exists() {
        for pid in [services.postgres.pid(), services.redis.pid()] {
            assert_ne!(std::fs::metadata(format!("/proc/{pid}")).unwrap().uid(), 0);
            let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
            assert!(
                !command.contains(services.redis.password())
                    && !command.contains(services.postgres.password())
            );
        }
    }
}

#[test]
fn each_can_be_alone_stopped_paused_and_have_settings_of_its_own() {
    let mut redis = RedisServer::start(
        &binaries(),
        &["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru"],
    )
    .unwrap();
    assert_eq!(setting(&redis, "maxmemory-policy"), "allkeys-lru");
    assert_eq!(setting(&redis, "appendonly"), "yes");
    redis.pause();
    let waiting = Instant::now();
    assert!(
        matches!(redis.command(&["PING"]), Err(Error::Io { .. })),
        "paused, yet it answers"
    );
    assert!(
        waiting.elapsed() > Duration::from_secs(4),
        "hanging is not refusing"
    );
    redis.resume();
    assert_eq!(redis.command(&["PING"]).unwrap(), "+PONG");
    redis.stop();
    assert!(matches!(redis.command(&["PING"]), Err(Error::Io { .. })));

    let mut postgres = PostgresServer::start(&binaries(), &[("max_connections", "7")]).unwrap();
    let output = psql(&postgres.url(), "SHOW max_connections").expect("psql runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "7");
    postgres.stop();
    assert!(postgres.execute("SELECT 1").is_err());
}

#[test]
fn a_setting_that_does_not_work_is_told_in_the_server_s_words() {
    let error = PostgresServer::start(&binaries(), &[("no_such_setting", "1")])
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("unrecognized configuration parameter \"no_such_setting\""),
        "{error}"
    );
    let error = RedisServer::start(&binaries(), &["--no-such-setting", "1"])
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("Bad directive"), "{error}");
}

#[test]
fn many_at_once_do_not_get_in_each_other_s_way() {
    let starts: Vec<_> = (0..4).map(|_| std::thread::spawn(start)).collect();
    let all: Vec<Services> = starts.into_iter().map(|thread| thread.join().unwrap()).collect();
    let ports: std::collections::BTreeSet<u16> = all
        .iter()
        .flat_map(|it| [it.postgres.port(), it.redis.port()])
        .collect();
    assert_eq!(ports.len(), 8);
}

/// Not a test of its own: what `nothing_is_left_after_kill_9` starts and kills.
#[test]
fn victim() {
    if std::env::var_os(VICTIM).is_none() {
        return;
    }
    let services = start();
    let mut adopted = Command::new("sleep").arg("600").spawn().unwrap();
    services.adopt(adopted.id()).unwrap();
    println!(
        "\nvictim {} {} {} {}",
        services.directory().display(),
        services.postgres.pid(),
        services.redis.pid(),
        adopted.id()
    );
    adopted.wait().unwrap();
}

#[test]
fn nothing_is_left_after_kill_9() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let line = lines
        .into_iter()
        .find(|line| line.starts_with("victim "))
        .expect("it says what it started");
    let words: Vec<&str> = line.split(' ').collect();
    let directory = PathBuf::from(words[1]);
    let pids: Vec<u32> = words[2..].iter().map(|word| word.parse().unwrap()).collect();
    assert!(directory.is_dir() && pids.iter().all(|pid| alive(*pid)));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(soon(|| !directory.exists()), "{} is left", directory.display());
    assert!(
        soon(|| !pids.iter().any(|pid| alive(*pid))),
        "one of {pids:?} is left"
    );
}

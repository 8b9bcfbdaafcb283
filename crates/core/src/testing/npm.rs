//! Node fixtures with packages from npm, for tests that hold golive against the real thing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A script of a fixture as a command, see [`installed`].
///
/// # Panics
/// As [`installed`] does.
pub fn script(fixture: &Path, tmpdir: &str, name: &str) -> Command {
    let home = installed(fixture, tmpdir);
    let mut command = Command::new("node");
    command.arg(home.join(name)).current_dir(home);
    command
}

/// Where a copy of a fixture (a directory with scripts and `package-lock.json`) lies with its packages: below `target`,
/// beside `tmpdir`, the test's `CARGO_TARGET_TMPDIR`. `npm ci` runs when its lock file is not the one that is installed.
///
/// # Panics
/// When npm is missing, or fails.
pub fn installed(fixture: &Path, tmpdir: &str) -> PathBuf {
    let name = fixture.file_name().expect("a fixture has a name");
    let home = Path::new(tmpdir).with_file_name(name);
    fs::create_dir_all(&home).expect("target can be written");
    // Tests are processes of their own: one installs, the others wait.
    let guard = File::create(home.join(".lock")).expect("target can be written");
    guard.lock().expect("a lock");
    for entry in fs::read_dir(fixture).expect("a fixture") {
        let path = entry.expect("a file").path();
        if path.is_file() {
            replace(&path, &home.join(path.file_name().expect("a name")));
        }
    }
    let wanted = fs::read_to_string(home.join("package-lock.json")).expect("package-lock.json");
    let stamp = home.join(".installed");
    if !fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        let arguments = [
            "ci",
            "--ignore-scripts",
            "--omit=optional",
            "--no-audit",
            "--no-fund",
        ];
        let npm = Command::new("npm")
            .args(arguments)
            .current_dir(&home)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| missing("npm", &error));
        let errors = String::from_utf8_lossy(&npm.stderr);
        assert!(npm.status.success(), "npm ci in {}: {errors}", home.display());
        fs::write(stamp, wanted).expect("target can be written");
    }
    home
}

/// Another test may be reading the file: it sees the old one or the new one.
fn replace(from: &Path, to: &Path) {
    let text = fs::read(from).expect("a file of the fixture");
    if fs::read(to).is_ok_and(|there| there == text) {
        return;
    }
    let beside = to.with_extension("new");
    fs::write(&beside, text).expect("target can be written");
    fs::rename(beside, to).expect("target can be written");
}

/// Ends the test with what to install.
///
/// # Panics
/// Always.
pub fn missing(program: &str, error: &std::io::Error) -> ! {
    panic!(
        "{program} cannot be started ({error}): this test runs packages from npm. Install Node 18 or newer with npm \
         (Debian: apt-get install nodejs npm), or leave these tests out with \
         `cargo xtask test -- -E 'not binary(/interop|browser/)'`"
    )
}

//! One temporary directory (0700) and the watchdog that clears it, and what runs in it, once we are gone.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::account;
use crate::error::{Doing, Error};

/// Reads its orders from a pipe whose other end only we hold; its end means that we are gone, however that came about.
/// `$1` is the directory. Orders: `watch PID SIGNAL`, `gone PID`.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM QUIT
all=
while read -r verb pid signal; do
  case $verb in
    watch) all="$all $pid:$signal" ;;
    gone) rest=; for one in $all; do [ "${one%:*}" = "$pid" ] || rest="$rest $one"; done; all=$rest ;;
  esac
done
for one in $all; do kill -s "${one#*:}" "${one%:*}"; done
tries=0
while [ $tries -lt 50 ]; do
  left=; for one in $all; do kill -0 "${one%:*}" && left=1; done
  [ -n "$left" ] || break
  sleep 0.1; tries=$((tries + 1))
done
for one in $all; do kill -s KILL "${one%:*}"; done
for again in 1 2 3 4 5; do rm -rf "$1" && break; sleep 0.2; done
"#;

/// The longest socket path is 103 bytes on macOS: the directory leaves room for `/pg/.s.PGSQL.65535`.
const LONGEST: usize = 80;

pub(crate) struct Home {
    path: PathBuf,
    watchdog: Child,
    orders: Mutex<Option<ChildStdin>>,
}

impl Home {
    /// Makes the directory and starts its watchdog.
    pub(crate) fn create() -> Result<Arc<Self>, Error> {
        let path = base().join(format!("golive-{}", random_hex(6)?));
        // The watchdog first: there is no moment at which the directory exists unwatched.
        let mut watchdog = Command::new("/bin/sh")
            .args(["-c", WATCHDOG, "golive-watchdog"])
            .arg(&path)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .doing(|| "cannot start /bin/sh as watchdog".to_owned())?;
        let orders = Mutex::new(watchdog.stdin.take());
        let home = Self {
            path,
            watchdog,
            orders,
        };
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&home.path)
            .doing(|| format!("cannot create {}", home.path.display()))?;
        account::give(&home.path)?;
        Ok(Arc::new(home))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a directory in it (0700) for the user that runs the servers.
    pub(crate) fn directory(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .doing(|| format!("cannot create {}", path.display()))?;
        account::give(&path)?;
        Ok(path)
    }

    /// Ends `pid` with `signal` should we vanish before [`Home::gone`].
    pub(crate) fn watch(&self, pid: u32, signal: &str) -> Result<(), Error> {
        self.order(&format!("watch {pid} {signal}\n"))
    }

    /// The process has been waited for: its number may now belong to somebody else.
    pub(crate) fn gone(&self, pid: u32) {
        let _ = self.order(&format!("gone {pid}\n"));
    }

    fn order(&self, order: &str) -> Result<(), Error> {
        let mut pipe = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let pipe = pipe.as_mut().ok_or_else(|| Error::Failed {
            what: "the watchdog".to_owned(),
            detail: "it has no pipe".to_owned(),
        })?;
        pipe.write_all(order.as_bytes())
            .doing(|| "the watchdog does not listen".to_owned())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.orders.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = self.watchdog.wait();
        if self.path.exists() {
            let _ = fs::remove_dir_all(&self.path); // somebody killed the watchdog
        }
    }
}

/// The temporary directory, or `/tmp` where that is too deep for a socket or closed to the unprivileged user.
fn base() -> PathBuf {
    let base = std::env::temp_dir();
    let open = |dir: &Path| fs::metadata(dir).is_ok_and(|it| it.permissions().mode() & 0o001 != 0);
    let reachable = !account::is_root() || base.ancestors().all(open);
    if base.as_os_str().len() + "/golive-0123456789ab".len() <= LONGEST && base.is_absolute() && reachable {
        base
    } else {
        PathBuf::from("/tmp")
    }
}

/// That many random bytes of the kernel, in hex.
pub(crate) fn random_hex(bytes: usize) -> Result<String, Error> {
    use std::fmt::Write as _;
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut buffer))
        .doing(|| "cannot read /dev/urandom".to_owned())?;
    let mut text = String::with_capacity(bytes * 2);
    for byte in buffer {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

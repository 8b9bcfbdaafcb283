//! The migrations of the checkout that `PRISMA_MIGRATIONS_DIR` names, with their checksums.

use std::io;
use std::path::Path;
use std::sync::Arc;

use golive_core::prelude::*;
use golive_core::settings::{Problem, SettingError};
use sha2::{Digest, Sha256};

pub(super) const VARIABLE: &str = "PRISMA_MIGRATIONS_DIR";

/// More directories than this are no migrations.
const MOST: usize = 5_000;
/// A larger `migration.sql` is not read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// One directory of the checkout.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Migration {
    pub(super) name: String,
    /// Hex SHA-256 of `migration.sql` as it is, with LF and with CRLF, which Prisma takes as equal
    /// (prisma-engines, `schema_connector::checksum`); `None` without the file.
    pub(super) checksums: Option<Vec<String>>,
}

/// Read once a run; `None` when the variable is not set.
///
/// # Errors
/// [`Error::Setting`] when it names no readable directory with migrations in it.
pub(super) async fn read(cx: &Context) -> Result<Option<Arc<Vec<Migration>>>, Error> {
    let Some(path) = cx.settings().migrations_dir() else {
        return Ok(None);
    };
    cx.shared("database.migrations-directory", || async move {
        let malformed = |why: String| SettingError {
            name: VARIABLE,
            problem: Problem::Malformed { why },
        };
        let found = list(&path)
            .await
            .map_err(|error| malformed(format!("cannot be read: {error}")))?;
        if found.iter().all(|migration| migration.checksums.is_none()) {
            return Err(
                malformed("names a directory without any NAME/migration.sql in it".to_owned()).into(),
            );
        }
        Ok(found)
    })
    .await
    .map(Some)
}

async fn list(directory: &Path) -> io::Result<Vec<Migration>> {
    let mut entries = tokio::fs::read_dir(directory).await?;
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !tokio::fs::metadata(entry.path()).await?.is_dir() {
            continue;
        }
        if found.len() == MOST {
            return Err(io::Error::other(format!("more than {MOST} directories in it")));
        }
        found.push(Migration {
            name,
            checksums: checksums(&entry.path().join("migration.sql")).await?,
        });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

async fn checksums(file: &Path) -> io::Result<Option<Vec<String>>> {
    match tokio::fs::metadata(file).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) if metadata.len() > LARGEST => {
            return Err(io::Error::other("a migration.sql is too large"));
        }
        Ok(_) => {}
    }
    let bytes = tokio::fs::read(file).await?;
    let unix: Vec<u8> = lines(&bytes, b"\n");
    let windows: Vec<u8> = lines(&bytes, b"\r\n");
    Ok(Some(
        [bytes, unix, windows]
            .iter()
            .map(|bytes| hex::encode(Sha256::digest(bytes)))
            .collect(),
    ))
}

fn lines(bytes: &[u8], end: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|&byte| byte == b'\n');
    lines
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect::<Vec<_>>()
        .join(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn directories_are_read_in_order_with_three_checksums() {
        let home = tempfile::tempdir().unwrap();
        for (name, sql) in [
            ("2_b", Some("SELECT 1;\r\n")),
            ("1_a", Some("SELECT 1;\n")),
            ("3_empty", None),
        ] {
            std::fs::create_dir(home.path().join(name)).unwrap();
            if let Some(sql) = sql {
                std::fs::write(home.path().join(name).join("migration.sql"), sql).unwrap();
            }
        }
        std::fs::write(home.path().join("migration_lock.toml"), "").unwrap();
        let found = list(home.path()).await.unwrap();
        let names: Vec<&str> = found.iter().map(|migration| migration.name.as_str()).collect();
        assert_eq!(names, ["1_a", "2_b", "3_empty"]);
        let written_with_lf = &found[0].checksums.as_ref().unwrap()[0];
        assert!(found[1].checksums.as_ref().unwrap().contains(written_with_lf));
        assert_eq!(found[2].checksums, None);
        assert!(list(&home.path().join("nowhere")).await.is_err());
    }
}

//! One migration: its number, name, text and checksum.

use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha384};

use super::dialect::Dialect;
use super::error::MigrationError;
use super::statement::{self, SqlStatement};

/// The longest migration file that is read, in bytes (4 MiB). A migration holds shapes, not data: it
/// is parsed at start-up and sent to every tenant.
pub const MAX_MIGRATION_BYTES: u64 = 4 * 1024 * 1024;

/// The first line that asks for the migration to run outside a transaction, as in sqlx.
const NO_TRANSACTION: &str = "-- no-transaction";

/// SHA-384 over a migration's text without its byte-order mark and with `\n` line ends.
///
/// For files without a byte-order mark and without `\r\n` it is the checksum that sqlx keeps in
/// `_sqlx_migrations`; the two are taken out so that a checkout on another system does not look like
/// a changed file.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 48]);

impl Checksum {
    /// The checksum of a text that is already without mark and `\r\n`.
    pub(crate) fn of(normalized: &str) -> Self {
        Self(Sha384::digest(normalized.as_bytes()).into())
    }

    /// The 48 bytes, as they are kept in a ledger.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<[u8]> for Checksum {
    fn eq(&self, other: &[u8]) -> bool {
        self.0.as_slice() == other
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

/// One migration file.
#[derive(Debug, Clone)]
pub struct Migration {
    version: i64,
    description: String,
    file: Arc<str>,
    sql: Arc<str>,
    checksum: Checksum,
}

impl Migration {
    pub(crate) fn new(version: i64, description: &str, file: Arc<str>, text: &str) -> Self {
        let sql: Arc<str> = text
            .strip_prefix('\u{feff}')
            .unwrap_or(text)
            .replace("\r\n", "\n")
            .into();
        Self {
            version,
            description: description.replace('_', " "),
            file,
            checksum: Checksum::of(&sql),
            sql,
        }
    }

    pub(crate) fn read(path: &Path, name: &FileName<'_>) -> Result<Self, MigrationError> {
        let file: Arc<str> = path.display().to_string().into();
        let io = |source| MigrationError::Io {
            path: path.to_owned(),
            source,
        };
        let handle = fs::File::open(path).map_err(io)?;
        let mut bytes = Vec::new();
        // One byte more than allowed, so that a file that grows or a device cannot fill the memory.
        handle
            .take(MAX_MIGRATION_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(io)?;
        check_length(&file, &bytes)?;
        let text = String::from_utf8(bytes).map_err(|_| MigrationError::NotUtf8 {
            file: Arc::clone(&file),
        })?;
        Ok(Self::new(name.version, name.description, file, &text))
    }

    /// The number in front of the name.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The name, with spaces for underscores.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Where the text came from, for messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn file_name(&self) -> &Arc<str> {
        &self.file
    }

    /// The text, without byte-order mark and with `\n` line ends.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The checksum to keep in a ledger.
    pub fn checksum(&self) -> &Checksum {
        &self.checksum
    }

    /// Whether the migration runs in one transaction: false where its first line is
    /// `-- no-transaction` (for `CREATE INDEX CONCURRENTLY`).
    pub fn is_transactional(&self) -> bool {
        !self.sql.starts_with(NO_TRANSACTION)
    }

    /// The statements, in order, each as it stands in the file. A statement that the parser cannot
    /// read is split off rightly all the same: only the tokens are looked at.
    ///
    /// # Errors
    /// [`MigrationError::Unsplittable`] where a quote or comment is never closed.
    pub fn statements(&self, dialect: Dialect) -> Result<Vec<SqlStatement>, MigrationError> {
        statement::split(&self.file, &self.sql, dialect)
    }
}

pub(crate) fn check_length(file: &Arc<str>, text: &[u8]) -> Result<(), MigrationError> {
    let bytes = text.len() as u64;
    if bytes > MAX_MIGRATION_BYTES {
        return Err(MigrationError::TooLong {
            file: Arc::clone(file),
            bytes,
            limit: MAX_MIGRATION_BYTES,
        });
    }
    Ok(())
}

/// What a file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileName<'a> {
    pub(crate) version: i64,
    pub(crate) description: &'a str,
    /// `NNNN_name.down.sql`: never run.
    pub(crate) down: bool,
}

impl<'a> FileName<'a> {
    /// Reads `NNNN_name.sql`, `NNNN_name.up.sql` and `NNNN_name.down.sql`; `None` for anything else.
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        let stem = name.strip_suffix(".sql")?;
        let (version, description) = stem.split_once('_')?;
        // `i64::from_str` also takes "+1", which sorts and reads like another file's "1".
        if !version.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let version = version.parse().ok().filter(|v| *v > 0)?;
        let (description, down) = match (description.strip_suffix(".up"), description.strip_suffix(".down")) {
            (Some(up), _) => (up, false),
            (None, Some(down)) => (down, true),
            (None, None) => (description, false),
        };
        Some(Self {
            version,
            description,
            down,
        })
    }
}

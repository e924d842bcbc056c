//! What a test needs of its own machine: a folder for SQLite files, a free port, a name nobody else has.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use uuid::Uuid;

/// How many characters of a hint go into a name: with the random part it stays far below 63 bytes.
const MAX_HINT: usize = 20;

/// A folder for SQLite files that goes when this value goes.
#[derive(Debug)]
pub struct SqliteDir(TempDir);

impl SqliteDir {
    /// Makes the folder.
    ///
    /// # Panics
    /// When the system's temporary folder cannot be written.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap_or_else(|e| panic!("no temporary folder for SQLite files: {e}")))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of a file in it; the file is not made.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(format!("{name}.sqlite"))
    }

    /// The URL of a database file in it, made when it is first opened.
    pub fn url(&self, name: &str) -> String {
        format!("sqlite://{}?mode=rwc", self.file(name).display())
    }
}

impl Default for SqliteDir {
    fn default() -> Self {
        Self::new()
    }
}

/// A TCP port of the loopback that nobody listens on at the moment. Prefer port 0 where the program tells which
/// port it got: between this answer and its use another process may take the port.
///
/// # Panics
/// When the loopback has no free port.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|e| panic!("no free port on the loopback: {e}"))
        .port()
}

/// A name of `a-z0-9_` that no other test has: the hint, cut to 20 characters, and 48 random bits.
pub fn unique(hint: &str) -> String {
    let hint: String = hint
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .take(MAX_HINT)
        .collect();
    let random = Uuid::now_v7().simple().to_string();
    format!("t_{hint}_{}", &random[20..])
}

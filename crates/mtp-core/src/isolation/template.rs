//! What new places are copied from: empty tables at the newest version, kept for each set of migrations.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::migrate::MigrationSet;

/// Twelve digits that stand for a set of migrations: two releases that run side by side have a template each. None for
/// a set without files, which needs no template.
pub(super) fn digest(set: &MigrationSet) -> Option<String> {
    if set.is_empty() {
        return None;
    }
    let mut hash = Sha256::new();
    for migration in set {
        hash.update(migration.version().to_be_bytes());
        hash.update(migration.checksum().as_bytes());
    }
    let mut digits = String::new();
    for byte in hash.finalize().iter().take(6) {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Some(digits)
}

//! Migration files as data: reading, checksums, statements, the lint, and the tables that they lead to.
//!
//! A service keeps a folder of sqlx's `NNNN_name.sql` files for its tenants. Nothing in here talks to
//! a server: a [`MigrationSet`] is read once, checked by [`MigrationSet::lint`], folded into its final
//! [`TableShape`]s, and compared with what a tenant's ledger says by [`MigrationSet::verify`].
//!
//! Why the files are folded instead of a live database being asked: the first wall must know every
//! tenant table before the first tenant exists, and what it believes must not depend on which tenant
//! was looked at.
//!
//! Why there are no down migrations: over a fleet, half of the tenants are on the new version when
//! something is noticed; the way back is one more migration forward.

mod dialect;
mod error;
mod file;
mod lint;
mod set;
mod statement;
mod tables;

#[cfg(test)]
mod tests;

pub use crate::dialect::Dialect;
pub use error::{MigrationError, Mismatch, Position};
pub use file::{Checksum, MAX_MIGRATION_BYTES, Migration};
pub use lint::{Finding, LintOptions, LintReport, Rule, Severity};
pub use set::{MigrationSet, Pending};
pub use statement::SqlStatement;
pub use tables::{ColumnShape, ForeignKeyShape, KeyShape, TableShape};

/// The checksum of a file of our own, as hexadecimal digits.
pub(crate) fn checksum(sql: &str) -> String {
    file::Checksum::of(sql).to_string()
}

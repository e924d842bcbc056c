//! A tenant's own record of its migrations, beside its tables and in their transaction. (On the MySQL wire no
//! transaction can hold a change of a table: there it is another, `mysql/ledger.rs`.)

#[cfg(feature = "postgres")]
use std::fmt::Write;

#[cfg(feature = "postgres")]
use sha2::Digest;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use crate::{
    db::{Conn, FaultKind},
    error::Result,
    migrate::Migration,
};

/// The table's name; `mtp_` is reserved for us among a service's tables.
pub(crate) const TABLE: &str = "mtp_ledger";

#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    checksum: Vec<u8>,
}

/// What to say for one database and place.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(super) struct Ledger {
    /// The table, quoted and qualified.
    pub(super) table: String,
    /// The type of the checksum's column.
    pub(super) bytes: &'static str,
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl Ledger {
    pub(super) fn create(&self) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (version BIGINT NOT NULL PRIMARY KEY, checksum {} NOT NULL)",
            self.table, self.bytes
        )
    }

    /// The statement that answers what was applied.
    pub(super) fn select(&self) -> String {
        format!("SELECT version, checksum FROM {} ORDER BY version", self.table)
    }

    pub(super) async fn read(&self, conn: &mut Conn) -> Result<Vec<(i64, Vec<u8>)>> {
        match conn.fetch_all::<Row>(self.select().into(), Vec::new(), false).await {
            Ok(rows) => Ok(rows.into_iter().map(|r| (r.version, r.checksum)).collect()),
            // No ledger: nothing was ever applied.
            Err(fault) if fault.kind() == FaultKind::Statement => Ok(Vec::new()),
            Err(fault) => Err(fault.into()),
        }
    }

    #[cfg(feature = "sqlite")]
    pub(super) async fn write(&self, conn: &mut Conn, migration: &Migration) -> Result<()> {
        let sql = format!("INSERT INTO {} (version, checksum) VALUES ($1, $2)", self.table);
        let values = vec![
            migration.version().into(),
            migration.checksum().as_bytes().to_vec().into(),
        ];
        conn.execute(sql.into(), values, false).await?;
        Ok(())
    }

    /// The statement that writes a migration down where its values may stand in the text: numbers and digits only.
    #[cfg(feature = "postgres")]
    pub(super) fn entry(&self, migration: &Migration) -> String {
        format!(
            "INSERT INTO {} (version, checksum) VALUES ({}, {})",
            self.table,
            migration.version(),
            bytes(migration.checksum().as_bytes())
        )
    }

    /// As [`entry`](Self::entry), and fails where the ledger holds anything but what was added to `before`.
    #[cfg(feature = "postgres")]
    pub(super) fn entry_after(&self, before: Contents, migration: &Migration) -> String {
        format!(
            "INSERT INTO {table} (version, checksum) SELECT {version}, \
             CASE WHEN sha256(coalesce(string_agg(int8send(version) || checksum, ''::bytea ORDER BY version), ''::bytea)) \
             = {before} THEN {checksum} \
             ELSE int8send(('mtp: the ledger is not as the catalogue has it: ' || count(*))::bigint) END FROM {table}",
            table = self.table,
            version = migration.version(),
            before = bytes(&before.0.finalize()),
            checksum = bytes(migration.checksum().as_bytes()),
        )
    }
}

/// A digest of what a ledger holds, in the order of versions.
#[cfg(feature = "postgres")]
#[derive(Clone, Default)]
pub(super) struct Contents(sha2::Sha256);

#[cfg(feature = "postgres")]
impl Contents {
    pub(super) fn add(&mut self, migration: &Migration) {
        self.0.update(migration.version().to_be_bytes());
        self.0.update(migration.checksum().as_bytes());
    }
}

/// Bytes as PostgreSQL reads them in a text.
#[cfg(feature = "postgres")]
fn bytes(bytes: &[u8]) -> String {
    let mut sql = String::from("decode('");
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(sql, "{byte:02x}");
    }
    sql.push_str("', 'hex')");
    sql
}

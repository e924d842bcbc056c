//! A place's own record of its migrations, on a wire where a change of a table cannot be undone.
//!
//! A file is written down as begun, then statement by statement, then as applied. So a file of which a part was
//! applied is known, and goes on where it stopped. Of the statement in flight when a process died only the server
//! knows whether it was done (a change of a table is done wholly or not at all, from MariaDB 10.6 and MySQL 8 on): it
//! is run again, and there "exists already" is the answer that it was.

use sha2::{Digest, Sha256};

use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::{Applied, ledger},
    migrate::{Migration, MigrationError, SqlStatement},
};

/// What the ledger says of one file.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Entry {
    pub(super) version: i64,
    checksum: Vec<u8>,
    /// `applied`, or `begun` and not finished.
    state: String,
    /// How many of its statements are done.
    pub(super) done: i64,
    /// Whether the next one was sent and its answer never seen.
    in_flight: bool,
    /// The digest of the statements that were sent.
    sent: Vec<u8>,
}

impl Entry {
    fn is_applied(&self) -> bool {
        self.state == "applied"
    }
}

/// The ledger of one database.
pub(super) struct Ledger {
    table: String,
}

/// Where to go on in a file.
pub(super) struct Resume {
    /// The first statement to send.
    pub(super) from: usize,
    /// Whether that one may have been done.
    pub(super) unsure: bool,
    /// Whether it is written down as being sent.
    pub(super) told: bool,
}

impl Ledger {
    pub(super) fn of(database: &SqlIdent) -> Self {
        Self {
            table: format!("{}.{}", database.ticked(), ledger::TABLE),
        }
    }

    pub(super) async fn create(&self, conn: &mut Conn) -> Result<()> {
        conn.run(format!(
            "CREATE TABLE IF NOT EXISTS {} (version BIGINT NOT NULL PRIMARY KEY, checksum VARBINARY(64) NOT NULL, \
             state VARCHAR(8) NOT NULL, done BIGINT NOT NULL, in_flight BOOLEAN NOT NULL, sent VARBINARY(32) NOT NULL) \
             ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            self.table
        ))
        .await?;
        Ok(())
    }

    /// All that it says; none where there is no ledger.
    pub(super) async fn entries(&self, conn: &mut Conn) -> Result<Option<Vec<Entry>>> {
        let sql = format!(
            "SELECT version, checksum, state, done, in_flight, sent FROM {} ORDER BY version",
            self.table
        );
        match conn.fetch_all(sql.into(), Vec::new(), false).await {
            Ok(rows) => Ok(Some(rows)),
            Err(fault) if matches!(fault.number(), Some(NO_SUCH_TABLE | UNKNOWN_DATABASE)) => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    /// What was applied wholly; nothing where there is no ledger.
    pub(super) async fn applied(&self, conn: &mut Conn) -> Result<Vec<Applied>> {
        Ok(applied(&self.entries(conn).await?.unwrap_or_default()))
    }

    /// Every file that was begun and not finished; one, unless somebody wrote into the ledger.
    pub(super) async fn begun(&self, conn: &mut Conn) -> Result<Vec<Entry>> {
        let mut entries = self.entries(conn).await?.unwrap_or_default();
        entries.retain(|entry| !entry.is_applied());
        Ok(entries)
    }

    /// Writes down that a file is begun and its first statement about to be sent, or finds out where it stopped.
    ///
    /// # Errors
    /// [`MigrationError::HalfApplied`] where the part that was applied is not the file's any more.
    pub(super) async fn begin(
        &self,
        conn: &mut Conn,
        entries: &[Entry],
        migration: &Migration,
        statements: &[SqlStatement],
    ) -> Result<Resume> {
        let mut begun = entries.iter().filter(|entry| !entry.is_applied());
        let Some(before) = begun.find(|b| b.version == migration.version()) else {
            let first = statements.get(..1).unwrap_or_default();
            let sql = format!(
                "INSERT INTO {} (version, checksum, state, done, in_flight, sent) VALUES (?, ?, 'begun', 0, ?, ?)",
                self.table
            );
            let told = !first.is_empty();
            let values = vec![
                migration.version().into(),
                migration.checksum().as_bytes().to_vec().into(),
                told.into(),
                digest(first).into(),
            ];
            conn.execute(sql.into(), values, false).await?;
            return Ok(Resume {
                from: 0,
                unsure: false,
                told,
            });
        };
        let from = usize::try_from(before.done).map_err(|_| Error::Internal("a ledger counts below zero"))?;
        let sent = from + usize::from(before.in_flight);
        if statements.get(..sent).is_none_or(|part| digest(part) != before.sent) {
            return Err(MigrationError::HalfApplied {
                file: migration.file_name().clone(),
                version: migration.version(),
                done: before.done,
                of: statements.len(),
                advice: format!(
                    "and that part was changed in the file since: put its text back, or finish by hand what it was to do \
                     and write so (UPDATE {} SET state = 'applied' WHERE version = {})",
                    self.table,
                    migration.version()
                ),
                source: None,
            }
            .into());
        }
        let sql = format!("UPDATE {} SET checksum = ? WHERE version = ?", self.table);
        let values = vec![
            migration.checksum().as_bytes().to_vec().into(),
            migration.version().into(),
        ];
        conn.execute(sql.into(), values, false).await?;
        Ok(Resume {
            from,
            unsure: before.in_flight,
            told: before.in_flight,
        })
    }

    /// Writes down that a statement is about to be sent, after all before it were done.
    pub(super) async fn sending(
        &self,
        conn: &mut Conn,
        version: i64,
        statements: &[SqlStatement],
        at: usize,
    ) -> Result<()> {
        let sql = format!(
            "UPDATE {} SET done = ?, in_flight = TRUE, sent = ? WHERE version = ?",
            self.table
        );
        let sent = digest(statements.get(..=at).unwrap_or_default());
        let values = vec![count(at).into(), sent.into(), version.into()];
        conn.execute(sql.into(), values, false).await?;
        Ok(())
    }

    /// Writes down that a statement was done; in the transaction of one that changes rows.
    pub(super) async fn did(&self, conn: &mut Conn, version: i64, at: usize) -> Result<()> {
        let sql = format!(
            "UPDATE {} SET done = ?, in_flight = FALSE WHERE version = ?",
            self.table
        );
        let values = vec![count(at + 1).into(), version.into()];
        conn.execute(sql.into(), values, false).await?;
        Ok(())
    }

    /// Writes down that the statement in flight was refused, so not done.
    pub(super) async fn refused(
        &self,
        conn: &mut Conn,
        version: i64,
        statements: &[SqlStatement],
        at: usize,
    ) -> Result<()> {
        let sql = format!(
            "UPDATE {} SET in_flight = FALSE, sent = ? WHERE version = ?",
            self.table
        );
        let sent = digest(statements.get(..at).unwrap_or_default());
        conn.execute(sql.into(), vec![sent.into(), version.into()], false)
            .await?;
        Ok(())
    }

    /// Writes down that a file is applied.
    pub(super) async fn finish(&self, conn: &mut Conn, version: i64, statements: &[SqlStatement]) -> Result<()> {
        let sql = format!(
            "UPDATE {} SET state = 'applied', done = ?, in_flight = FALSE WHERE version = ?",
            self.table
        );
        let values = vec![count(statements.len()).into(), version.into()];
        conn.execute(sql.into(), values, false).await?;
        Ok(())
    }
}

/// Of what a ledger says, what was applied wholly.
pub(super) fn applied(entries: &[Entry]) -> Vec<Applied> {
    entries
        .iter()
        .filter(|entry| entry.is_applied())
        .map(|entry| (entry.version, entry.checksum.clone()))
        .collect()
}

/// "Table doesn't exist", "Unknown database".
const NO_SUCH_TABLE: u16 = 1146;
const UNKNOWN_DATABASE: u16 = 1049;

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn digest(statements: &[SqlStatement]) -> Vec<u8> {
    let mut digest = Sha256::new();
    for statement in statements {
        digest.update(statement.text().len().to_be_bytes());
        digest.update(statement.text());
    }
    digest.finalize().to_vec()
}

//! A tenant's transaction: one connection, the seal carried by its first statement.

use std::{fmt, time::Instant};

use super::{conn::Values, fault::FaultKind, handle::TenantDb, pool::Pooled, query::IntoStatement, row::TenantRow};
use crate::{
    error::{Error, Result},
    limits::SEAL_RENEWAL,
    rewrite::{Dialect, Rewritten, Text},
};

/// Statements that happen all or not at all. Dropped without [`commit`](Self::commit) it is undone and
/// its connection closed.
pub struct TenantTransaction {
    db: TenantDb,
    pooled: Pooled,
    /// When the server was known to have a good seal for this transaction.
    sealed: Option<Instant>,
    failed: bool,
}

/// A statement in a transaction, ready to run.
#[must_use = "a query does nothing until it is run"]
pub struct TransactionQuery<'t, 'q> {
    tx: &'t mut TenantTransaction,
    sql: std::borrow::Cow<'q, str>,
    values: Values,
}

impl TenantTransaction {
    pub(super) fn new(db: TenantDb, pooled: Pooled) -> Self {
        // On the MySQL wire the session was told before it began.
        let sealed = (db.dialect() == Dialect::MySql).then(Instant::now);
        Self {
            db,
            pooled,
            sealed,
            failed: false,
        }
    }

    /// Starts a statement in this transaction.
    pub fn query<'t, 'q>(&'t mut self, statement: impl IntoStatement<'q>) -> TransactionQuery<'t, 'q> {
        let (sql, values) = statement.into_statement(self.db.dialect());
        TransactionQuery { tx: self, sql, values }
    }

    /// Inserts many rows, [`MAX_INSERT_ROWS`](crate::limits::MAX_INSERT_ROWS) a statement.
    ///
    /// # Errors
    /// As [`TenantDb::insert_many`].
    pub async fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: impl IntoIterator<Item = Vec<sea_query::Value>>,
    ) -> Result<u64> {
        let mut rows = rows.into_iter().peekable();
        let mut inserted = 0;
        while rows.peek().is_some() {
            let mut insert = sea_query::Query::insert();
            insert.into_table(table).columns(columns.iter().copied());
            for row in rows.by_ref().take(TenantDb::rows_per_insert(columns.len())) {
                if row.len() != columns.len() {
                    return Err(Error::invalid(
                        "row",
                        format!("{} values for {} columns", row.len(), columns.len()),
                    ));
                }
                insert.values_panic(row.into_iter().map(sea_query::Expr::from));
            }
            inserted += self.query(&insert).execute().await?;
        }
        Ok(inserted)
    }

    /// Makes it happen.
    ///
    /// # Errors
    /// Where the database refuses; then nothing happened, unless the connection was lost on the way,
    /// when it is not known (kind [`Connection`](super::FaultKind::Connection)).
    pub async fn commit(mut self) -> Result<()> {
        if self.failed {
            return Err(undone());
        }
        let done = self.pooled.busy()?.run("COMMIT").await;
        self.pooled.settle(done)
    }

    /// Undoes it and keeps the connection.
    ///
    /// # Errors
    /// Where the connection was lost; it is undone all the same.
    pub async fn rollback(mut self) -> Result<()> {
        if self.pooled.is_lost() {
            return Err(undone());
        }
        let done = self.pooled.busy()?.run("ROLLBACK").await;
        self.pooled.settle(done)
    }

    /// The form to send now: with the seal where the server does not have it yet for this transaction,
    /// or has had it for long.
    #[cfg_attr(
        not(feature = "mysql"),
        expect(
            clippy::unused_async,
            reason = "only the MySQL wire sets the seal in a statement of its own"
        )
    )]
    async fn form<'r>(&mut self, rewritten: &'r Rewritten) -> Result<&'r Text> {
        // After a deadlock there is no transaction any more, and what follows would stand alone (PostgreSQL refuses it
        // by itself); and after a lost connection there is nothing.
        if self.failed && self.db.dialect() == Dialect::MySql || self.pooled.is_lost() {
            return Err(undone());
        }
        if !self.db.is_sealed() {
            return Ok(&rewritten.plain);
        }
        if self.sealed.is_some_and(|at| at.elapsed() < SEAL_RENEWAL) {
            return match self.db.dialect() {
                Dialect::MySql => self.db.sealed_form(rewritten),
                Dialect::Postgres | Dialect::Sqlite => Ok(&rewritten.plain),
            };
        }
        #[cfg(feature = "mysql")]
        if self.db.dialect() == Dialect::MySql {
            let told = self.db.tell(&mut self.pooled).await;
            // In a transaction the connection is never fit for another's use.
            self.pooled.taint();
            told?;
            self.sealed = Some(Instant::now());
            return self.db.sealed_form(rewritten);
        }
        self.sealed = Some(Instant::now());
        // The form for a transaction: one that is alone may be planned away together with its seal.
        rewritten
            .opening()
            .ok_or(Error::Internal("a statement has no sealed form"))
    }

    fn settle<T>(&mut self, result: std::result::Result<T, super::fault::DatabaseFault>) -> Result<T> {
        self.failed |= match (&result, self.db.dialect()) {
            (Err(fault), _) if !fault.connection_survives() => true,
            (Ok(_), _) | (Err(_), Dialect::Sqlite) => false,
            // PostgreSQL refuses everything after a failed statement until the end of the transaction.
            (Err(_), Dialect::Postgres) => true,
            // A deadlock undoes the whole, a lock that was waited for too long may do so.
            (Err(fault), Dialect::MySql) => matches!(fault.kind(), FaultKind::Collision | FaultKind::Locked),
        };
        let result = self.pooled.settle(result);
        // In a transaction the connection is never fit for another's use, whatever the answer was.
        self.pooled.taint();
        result
    }
}

fn undone() -> Error {
    Error::invalid("transaction", "a statement in it failed, so it was undone; start again")
}

impl TransactionQuery<'_, '_> {
    /// Binds the next placeholder.
    pub fn bind(mut self, value: impl Into<sea_query::Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it and says how many rows it changed.
    ///
    /// # Errors
    /// As [`TenantQuery::execute`](super::TenantQuery::execute).
    pub async fn execute(self) -> Result<u64> {
        let rewritten = self.tx.db.rewrite(&self.sql, &self.values)?;
        let text = self.tx.form(&rewritten).await?;
        let values = self.tx.db.fill(text, self.values)?;
        let keep = self.tx.pooled.keeps_statements();
        let run = self.tx.pooled.busy()?.count(text, values, keep);
        let done = self.tx.db.in_time(false, run).await;
        self.tx.settle(done)
    }

    /// Reads every row.
    ///
    /// # Errors
    /// As [`TenantQuery::fetch_all`](super::TenantQuery::fetch_all).
    pub async fn fetch_all<T: TenantRow>(self) -> Result<Vec<T>> {
        let rewritten = self.tx.db.rewrite(&self.sql, &self.values)?;
        if !rewritten.gives_rows() {
            self.execute().await?;
            return Ok(Vec::new());
        }
        let text = self.tx.form(&rewritten).await?;
        let values = self.tx.db.fill(text, self.values)?;
        let keep = self.tx.pooled.keeps_statements();
        let run = self.tx.pooled.busy()?.fetch_all(text.sql.clone(), values, keep);
        let rows = self.tx.db.in_time(false, run).await;
        self.tx.settle(rows)
    }

    /// Reads the first row, if there is one.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn fetch_optional<T: TenantRow>(self) -> Result<Option<T>> {
        let rewritten = self.tx.db.rewrite(&self.sql, &self.values)?;
        if !rewritten.gives_rows() {
            self.execute().await?;
            return Ok(None);
        }
        let text = self.tx.form(&rewritten).await?;
        let values = self.tx.db.fill(text, self.values)?;
        let keep = self.tx.pooled.keeps_statements();
        let run = self.tx.pooled.busy()?.fetch_first(text.sql.clone(), values, keep);
        let row = self.tx.db.in_time(false, run).await;
        self.tx.settle(row)
    }

    /// Reads the first row.
    ///
    /// # Errors
    /// As [`fetch_optional`](Self::fetch_optional); a fault of kind
    /// [`NoRow`](super::FaultKind::NoRow) where there is none.
    pub async fn fetch_one<T: TenantRow>(self) -> Result<T> {
        self.fetch_optional()
            .await?
            .ok_or_else(|| sqlx::Error::RowNotFound.into())
    }
}

impl fmt::Debug for TenantTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantTransaction")
            .field("tenant", self.db.tenant_id())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TransactionQuery<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionQuery")
            .field("sql", &self.sql)
            .finish_non_exhaustive()
    }
}

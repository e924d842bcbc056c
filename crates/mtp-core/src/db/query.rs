//! One statement of a tenant's, alone or in a transaction.

use std::borrow::Cow;

use futures::stream::BoxStream;

use super::{conn::Values, handle::TenantDb, row::TenantRow, stream};
use crate::{error::Result, rewrite::Dialect};

/// What a statement can be made of: SQL text with `$1 …` (PostgreSQL, SQLite) or `?` (SQLite, MariaDB, MySQL), or a
/// statement built by sea-query.
pub trait IntoStatement<'q> {
    /// The text in the given dialect, and the values that it already holds.
    fn into_statement(self, dialect: Dialect) -> (Cow<'q, str>, Vec<sea_query::Value>);
}

impl<'q> IntoStatement<'q> for &'q str {
    fn into_statement(self, _dialect: Dialect) -> (Cow<'q, str>, Vec<sea_query::Value>) {
        (Cow::Borrowed(self), Vec::new())
    }
}

impl IntoStatement<'static> for String {
    fn into_statement(self, _dialect: Dialect) -> (Cow<'static, str>, Vec<sea_query::Value>) {
        (Cow::Owned(self), Vec::new())
    }
}

macro_rules! sea_query_statement {
    ($($statement:ident),*) => {$(
        impl IntoStatement<'static> for &sea_query::$statement {
            fn into_statement(self, dialect: Dialect) -> (Cow<'static, str>, Vec<sea_query::Value>) {
                let (sql, values) = dialect.build(self);
                (Cow::Owned(sql), values.0)
            }
        }
        // Builders of sea-query's hand themselves on as `&mut`.
        impl IntoStatement<'static> for &mut sea_query::$statement {
            fn into_statement(self, dialect: Dialect) -> (Cow<'static, str>, Vec<sea_query::Value>) {
                (&*self).into_statement(dialect)
            }
        }
    )*};
}
sea_query_statement!(
    SelectStatement,
    InsertStatement,
    UpdateStatement,
    DeleteStatement,
    WithQuery
);

/// A statement with its values, ready to run on a connection of its own.
#[derive(Debug)]
#[must_use = "a query does nothing until it is run"]
pub struct TenantQuery<'q> {
    db: TenantDb,
    sql: Cow<'q, str>,
    values: Values,
}

impl<'q> TenantQuery<'q> {
    pub(super) fn new(db: TenantDb, sql: Cow<'q, str>, values: Values) -> Self {
        Self { db, sql, values }
    }

    /// Binds the next placeholder.
    pub fn bind(mut self, value: impl Into<sea_query::Value>) -> Self {
        self.values.push(value.into());
        self
    }

    pub(super) fn bind_all(mut self, values: Values) -> Self {
        self.values = values;
        self
    }

    /// Runs it and says how many rows it changed.
    ///
    /// # Errors
    /// [`Error::Statement`](crate::Error::Statement) where it may not run for a tenant,
    /// [`Error::Database`](crate::Error::Database) where the database refuses it.
    pub async fn execute(self) -> Result<u64> {
        let rewritten = self.db.rewrite(&self.sql, &self.values)?;
        let text = self.db.sealed_form(&rewritten)?;
        let values = self.db.fill(text, self.values)?;
        let mut pooled = self.db.acquire().await?;
        self.db.open_alone(&mut pooled).await?;
        let keep = pooled.keeps_statements();
        let run = pooled.busy()?.count(text, values, keep);
        let done = self.db.in_time(true, run).await;
        pooled.settle_alone(done).await
    }

    /// Reads every row.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and where a row does not fit `T`.
    pub async fn fetch_all<T: TenantRow>(self) -> Result<Vec<T>> {
        let rewritten = self.db.rewrite(&self.sql, &self.values)?;
        if !rewritten.gives_rows() {
            self.execute().await?;
            return Ok(Vec::new());
        }
        let text = self.db.sealed_form(&rewritten)?;
        let values = self.db.fill(text, self.values)?;
        let mut pooled = self.db.acquire().await?;
        self.db.open_alone(&mut pooled).await?;
        let keep = pooled.keeps_statements();
        let run = pooled.busy()?.fetch_all(text.sql.clone(), values, keep);
        let rows = self.db.in_time(true, run).await;
        pooled.settle_alone(rows).await
    }

    /// Reads the first row, if there is one.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn fetch_optional<T: TenantRow>(self) -> Result<Option<T>> {
        let rewritten = self.db.rewrite(&self.sql, &self.values)?;
        if !rewritten.gives_rows() {
            self.execute().await?;
            return Ok(None);
        }
        let text = self.db.sealed_form(&rewritten)?;
        let values = self.db.fill(text, self.values)?;
        let mut pooled = self.db.acquire().await?;
        self.db.open_alone(&mut pooled).await?;
        let keep = pooled.keeps_statements();
        let run = pooled.busy()?.fetch_first(text.sql.clone(), values, keep);
        let row = self.db.in_time(true, run).await;
        pooled.settle_alone(row).await
    }

    /// Reads the first row.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all); a fault of kind
    /// [`NoRow`](super::FaultKind::NoRow) where there is none.
    pub async fn fetch_one<T: TenantRow>(self) -> Result<T> {
        self.fetch_optional()
            .await?
            .ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Reads row after row, holding one of the tenant's connections for as long as one of its statements may take
    /// ([`TimeLimits`](super::TimeLimits)). Dropped before its end it closes
    /// the connection, so for pages of a long list a key and a `LIMIT` are better.
    pub fn stream<T: TenantRow>(self) -> BoxStream<'q, Result<T>> {
        stream::rows(self.db, self.sql, self.values)
    }
}

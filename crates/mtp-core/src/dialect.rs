//! `Dialect`: whose SQL it is. Each part that writes or reads SQL says beside itself what differs.

use sea_query::{QueryStatementWriter, Values};

/// Whose SQL a statement is written in, read and printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dialect {
    /// PostgreSQL 15 and later.
    Postgres,
    /// MariaDB 10.11 and later, MySQL 8.
    #[serde(rename = "mysql")]
    MySql,
    /// SQLite 3.35 and later.
    Sqlite,
}

impl Dialect {
    /// Opens a transaction. On SQLite for writing at once: one that begins by reading and then writes
    /// fails where another wrote in between, without waiting.
    pub(crate) fn begin(self) -> &'static str {
        match self {
            Self::Postgres | Self::MySql => "BEGIN",
            Self::Sqlite => "BEGIN IMMEDIATE",
        }
    }

    /// Whether `SELECT … FOR UPDATE` exists; without it a transaction that writes is alone anyway.
    pub(crate) fn has_row_locks(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }

    /// The databases that this build can talk to.
    pub(crate) fn compiled_in() -> impl Iterator<Item = Self> {
        [
            cfg!(feature = "postgres").then_some(Self::Postgres),
            cfg!(feature = "mysql").then_some(Self::MySql),
            cfg!(feature = "sqlite").then_some(Self::Sqlite),
        ]
        .into_iter()
        .flatten()
    }

    /// A statement of sea-query's as text and values.
    pub(crate) fn build(self, statement: &impl QueryStatementWriter) -> (String, Values) {
        match self {
            Self::Postgres => statement.build(sea_query::PostgresQueryBuilder),
            Self::MySql => statement.build(sea_query::MysqlQueryBuilder),
            Self::Sqlite => statement.build(sea_query::SqliteQueryBuilder),
        }
    }
}

//! One connection to whichever database, and what is asked of it alike.

use std::sync::Arc;

use futures::TryStreamExt;
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection};

use super::{fault::DatabaseFault, row::TenantRow};
#[cfg(feature = "sqlite")]
use crate::limits::SQLITE_CHECK_STEPS;
use crate::rewrite::{Count, Text};

/// Bound values, in the order of their positions.
pub(crate) type Values = Vec<sea_query::Value>;

/// A bare connection. Only pools hold them; a raw pool of sqlx's is never made for a tenant.
#[derive(Debug)]
pub(crate) enum Conn {
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(Box<sqlx::PgConnection>),
    /// MariaDB or MySQL.
    #[cfg(feature = "mysql")]
    MySql(Box<sqlx::MySqlConnection>),
    /// SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(
        Box<sqlx::SqliteConnection>,
        #[expect(dead_code, reason = "it is there to be dropped")] Wanted,
    ),
}

/// Held as long as a SQLite connection is wanted. A statement runs in a thread of its own there, which goes on when its
/// caller has gone; so it looks whether this is still held.
#[cfg(feature = "sqlite")]
#[derive(Debug)]
pub(crate) struct Wanted {
    _held: Arc<()>,
}

/// Runs the same code on whichever connection it is: `with_conn!(conn, c => c.ping().await)`.
macro_rules! with_conn {
    ($conn:expr, $name:ident => $body:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::db::Conn::Postgres($name) => $body,
            #[cfg(feature = "mysql")]
            $crate::db::Conn::MySql($name) => $body,
            #[cfg(feature = "sqlite")]
            $crate::db::Conn::Sqlite($name, _) => $body,
            #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            none => none.never(),
        }
    };
}

#[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
impl Conn {
    /// Without a database feature there is no connection.
    pub(crate) fn never(&self) -> ! {
        match *self {}
    }
}

impl Conn {
    /// A connection of SQLite's, whose statements are broken off once it is dropped.
    #[cfg(feature = "sqlite")]
    pub(crate) async fn sqlite(mut conn: sqlx::SqliteConnection) -> Result<Self, DatabaseFault> {
        let held = Arc::new(());
        let wanted = Arc::downgrade(&held);
        conn.lock_handle()
            .await?
            .set_progress_handler(SQLITE_CHECK_STEPS, move || wanted.strong_count() > 0);
        Ok(Self::Sqlite(Box::new(conn), Wanted { _held: held }))
    }

    /// Whether a statement is kept in the session: on the MySQL wire always. There sqlx closes one that is not by a
    /// message that nobody answers, and since 0.9.0 it leaves Nagle's algorithm on (its issue 4335): so the next message
    /// waits until that one is acknowledged, which the other side puts off for 40 ms.
    fn keeps(&self, asked: bool) -> bool {
        asked
            || match self {
                #[cfg(feature = "postgres")]
                Self::Postgres(_) => false,
                #[cfg(feature = "mysql")]
                Self::MySql(_) => true,
                #[cfg(feature = "sqlite")]
                Self::Sqlite(..) => false,
                #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
                none => none.never(),
            }
    }

    /// Runs a statement and counts the rows it changed (or, in the sealed form, returned).
    pub(crate) async fn execute(&mut self, sql: Arc<str>, values: Values, keep: bool) -> Result<u64, DatabaseFault> {
        let keep = self.keeps(keep);
        with_conn!(self, c => {
            let done = sqlx::query_with(AssertSqlSafe(sql), bound(values)).persistent(keep).execute(&mut **c).await?;
            Ok(done.rows_affected())
        })
    }

    /// Runs a rewritten statement and counts the rows it changed (or, in a sealed form, returned), as its text asks.
    pub(crate) async fn count(&mut self, text: &Text, values: Values, keep: bool) -> Result<u64, DatabaseFault> {
        match text.count {
            Count::Told => self.execute(text.sql.clone(), values, keep).await,
            Count::Rows => self.count_rows(text.sql.clone(), values, keep).await,
        }
    }

    async fn count_rows(&mut self, sql: Arc<str>, values: Values, keep: bool) -> Result<u64, DatabaseFault> {
        let keep = self.keeps(keep);
        with_conn!(self, c => {
            let mut rows = sqlx::query_with(AssertSqlSafe(sql), bound(values)).persistent(keep).fetch(&mut **c);
            let mut count = 0;
            while rows.try_next().await?.is_some() {
                count += 1;
            }
            Ok(count)
        })
    }

    /// Runs a statement and reads every row.
    pub(crate) async fn fetch_all<T: TenantRow>(
        &mut self,
        sql: Arc<str>,
        values: Values,
        keep: bool,
    ) -> Result<Vec<T>, DatabaseFault> {
        let keep = self.keeps(keep);
        with_conn!(self, c => Ok(sqlx::query_as_with(AssertSqlSafe(sql), bound(values)).persistent(keep).fetch_all(&mut **c).await?))
    }

    /// Runs a statement and reads its first row, to the end of the answer: what were left unread would
    /// be read, errors and all, by the connection's next user.
    pub(crate) async fn fetch_first<T: TenantRow>(
        &mut self,
        sql: Arc<str>,
        values: Values,
        keep: bool,
    ) -> Result<Option<T>, DatabaseFault> {
        let keep = self.keeps(keep);
        with_conn!(self, c => {
            let mut rows = sqlx::query_with(AssertSqlSafe(sql), bound(values)).persistent(keep).fetch(&mut **c);
            let Some(first) = rows.try_next().await? else { return Ok(None) };
            while rows.try_next().await?.is_some() {}
            drop(rows);
            Ok(Some(T::from_row(&first)?))
        })
    }

    /// Runs text that holds no value of anybody's, several statements perhaps.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) -> Result<(), DatabaseFault> {
        use sqlx::Executor;
        let sql = sql.into();
        with_conn!(self, c => {
            (&mut **c).execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
            Ok(())
        })
    }

    /// As [`run`](Self::run), and reads the rows that have this many columns; whole statements as the service wrote them
    /// have no place here.
    #[cfg(feature = "postgres")]
    pub(crate) async fn run_for_rows<T: TenantRow>(
        &mut self,
        sql: String,
        columns: usize,
    ) -> Result<Vec<T>, DatabaseFault> {
        use sqlx::{Executor, Row};
        with_conn!(self, c => {
            let rows = (&mut **c).fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
            let rows = rows.iter().filter(|row| row.len() == columns);
            Ok(rows.map(T::from_row).collect::<sqlx::Result<_>>()?)
        })
    }

    /// Whether the other side still answers.
    pub(crate) async fn ping(&mut self) -> bool {
        with_conn!(self, c => c.ping().await.is_ok())
    }

    /// Says good-bye.
    pub(crate) async fn close(self) {
        // The connection is given up either way; a failing good-bye changes nothing.
        // What SQLite's statements look for (`Wanted`) is held until the good-bye is said.
        let _ = with_conn!(self, c => (*c).close().await);
    }
}

pub(super) fn bound(values: Values) -> SqlxValues {
    SqlxValues(sea_query::Values(values))
}

//! A bare connection lent to a service, so that sqlx's macros and other libraries can use it where the server walls
//! the tenant by itself.

use std::fmt;

use super::{conn::Conn, handle::TenantDb, pool::Pooled};
use crate::{
    error::{Error, Result},
    rewrite::Dialect,
};

/// A connection inside a transaction of one tenant's, with nothing but the server's wall around it: names without a
/// schema mean this tenant's tables, and where it shares them with others the server shows its rows alone. The
/// statements do **not** go through the rewriter: write `tenant_id` yourself where the table is another's too, and
/// never put text of a caller's into them.
///
/// It ends with [`commit`](Self::commit), or undone when it is dropped. The connection is closed afterwards, never
/// used for another.
pub struct BorrowedConnection {
    tenant: crate::TenantId,
    pooled: Pooled,
}

impl TenantDb {
    /// Lends a connection of sqlx's own (PostgreSQL, MariaDB, MySQL). It costs a new connection each time.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the server does not wall the tenant by itself (SQLite), or where a pooler in
    /// transaction mode stands between, which would give what is left behind to others.
    pub async fn begin_raw(&self) -> Result<BorrowedConnection> {
        let mut pooled = self.acquire().await?;
        if !pooled.lends() {
            return Err(Error::invalid(
                "begin_raw",
                "a bare connection is lent on PostgreSQL and the MySQL wire only, and not through a pooler; use query()",
            ));
        }
        match self.dialect() {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => self.open_postgres(&mut pooled).await?,
            #[cfg(feature = "mysql")]
            Dialect::MySql => self.open_mysql(&mut pooled).await?,
            #[allow(unreachable_patterns, reason = "without one of the two, or with nothing besides")]
            _ => return Err(Error::Internal("a bare connection is lent on a database without walls")),
        }
        Ok(BorrowedConnection {
            tenant: self.tenant_id().clone(),
            pooled,
        })
    }

    /// The transaction, and in it the names and the seal.
    #[cfg(feature = "postgres")]
    async fn open_postgres(&self, pooled: &mut Pooled) -> Result<()> {
        let conn = pooled.busy()?;
        conn.run(self.times().begin(Dialect::Postgres)).await?;
        let path = format!("pg_catalog, \"{}\", pg_temp", self.schema().unwrap_or("app"));
        let mut values = vec![path.into()];
        let mut sql = "SELECT set_config('search_path', $1, true)".to_owned();
        if self.is_sealed() {
            values.push(self.seal()?.into_value());
            sql.push_str(", set_config('mtp.seal', $2, true)");
        }
        conn.execute(sql.into(), values, false).await?;
        Ok(())
    }

    /// The seal and the times, which last as long as the session and end with it, and the transaction. The connection
    /// leads into the database where the tenant's tables are seen.
    #[cfg(feature = "mysql")]
    async fn open_mysql(&self, pooled: &mut Pooled) -> Result<()> {
        self.tell(pooled).await?;
        Ok(pooled.busy()?.run("START TRANSACTION").await?)
    }
}

impl BorrowedConnection {
    /// The connection, for `sqlx::query!(…).fetch_all(…)` and the like (PostgreSQL).
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is one of the MySQL wire.
    #[cfg(feature = "postgres")]
    pub fn connection(&mut self) -> Result<&mut sqlx::PgConnection> {
        match self.pooled.busy()? {
            Conn::Postgres(conn) => Ok(conn),
            #[cfg(any(feature = "mysql", feature = "sqlite"))]
            _ => Err(Error::invalid(
                "connection",
                "it is one of the MySQL wire; use mysql_connection()",
            )),
        }
    }

    /// The same on MariaDB and MySQL.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is one of PostgreSQL.
    #[cfg(feature = "mysql")]
    pub fn mysql_connection(&mut self) -> Result<&mut sqlx::MySqlConnection> {
        match self.pooled.busy()? {
            Conn::MySql(conn) => Ok(conn),
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            _ => Err(Error::invalid(
                "mysql_connection",
                "it is one of PostgreSQL; use connection()",
            )),
        }
    }

    /// Makes it happen, and closes the connection.
    ///
    /// # Errors
    /// Where a statement in it had failed (PostgreSQL), or the database refuses; then nothing happened, unless the connection was
    /// lost on the way, when it is not known.
    pub async fn commit(mut self) -> Result<()> {
        let conn = self.pooled.busy()?;
        // On PostgreSQL COMMIT after a failed statement is a ROLLBACK without an error.
        conn.run("SELECT 1").await?;
        conn.run("COMMIT").await?;
        Ok(())
    }
}

impl fmt::Debug for BorrowedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BorrowedConnection")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

//! A bare connection lent to a service, so that sqlx's macros and other libraries can use it where the server walls
//! the tenant by itself.

use std::fmt;

use sqlx::PgConnection;

use super::{conn::Conn, handle::TenantDb, pool::Pooled};
use crate::error::{Error, Result};

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
    /// Lends a connection of sqlx's own (PostgreSQL). It costs a new connection each time.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the server does not wall the tenant by itself (SQLite), or where a pooler in
    /// transaction mode stands between, which would give what is left behind to others.
    pub async fn begin_raw(&self) -> Result<BorrowedConnection> {
        let mut pooled = self.acquire().await?;
        if !pooled.lends() {
            return Err(Error::invalid(
                "begin_raw",
                "a bare connection is lent on PostgreSQL only, and not through a pooler; use query()",
            ));
        }
        let conn = pooled.busy()?;
        conn.run("BEGIN").await?;
        let path = format!("pg_catalog, \"{}\", pg_temp", self.schema().unwrap_or("app"));
        let mut values = vec![path.into()];
        let mut sql = "SELECT set_config('search_path', $1, true)".to_owned();
        if self.is_sealed() {
            values.push(self.seal()?.into_value());
            sql.push_str(", set_config('mtp.seal', $2, true)");
        }
        conn.execute(sql.into(), values, false).await?;
        Ok(BorrowedConnection {
            tenant: self.tenant_id().clone(),
            pooled,
        })
    }
}

impl BorrowedConnection {
    /// The connection, for `sqlx::query!(…).fetch_all(…)` and the like.
    ///
    /// # Errors
    /// None in practice: the connection is there for as long as this value is.
    pub fn connection(&mut self) -> Result<&mut PgConnection> {
        match self.pooled.busy()? {
            Conn::Postgres(conn) => Ok(conn),
            #[cfg(any(feature = "mysql", feature = "sqlite"))]
            _ => Err(Error::Internal("a borrowed connection is of another database")),
        }
    }

    /// Makes it happen, and closes the connection.
    ///
    /// # Errors
    /// Where a statement in it had failed, or the database refuses; then nothing happened, unless the connection was
    /// lost on the way, when it is not known.
    pub async fn commit(mut self) -> Result<()> {
        let conn = self.pooled.busy()?;
        // COMMIT after a failed statement is a ROLLBACK without an error.
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

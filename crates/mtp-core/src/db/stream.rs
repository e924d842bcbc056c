//! Rows one after another, owning all they need.

use std::borrow::Cow;

use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::AssertSqlSafe;
use tokio::time::{Instant, timeout_at};

use super::{
    conn::{Conn, Values, bound},
    fault::DatabaseFault,
    handle::TenantDb,
    row::TenantRow,
};
use crate::error::Result;

/// A stream without a task of its own: it is driven by who reads it, keeps that task's locals, and is
/// cancelled by being dropped, which closes the connection.
pub(super) fn rows<T: TenantRow>(db: TenantDb, sql: Cow<'_, str>, values: Values) -> BoxStream<'_, Result<T>> {
    async_stream::try_stream! {
        let rewritten = db.rewrite(&sql, &values)?;
        if !rewritten.gives_rows() {
            db.query(&*sql).bind_all(values).execute().await?;
            return;
        }
        let text = db.sealed_form(&rewritten)?;
        let values = db.fill(text, values)?;
        let mut pooled = db.acquire().await?;
        db.open_alone(&mut pooled).await?;
        let keep = pooled.keeps_statements();
        let deadline = Instant::now() + db.times().deadline(db.dialect(), true);
        match pooled.busy()? {
            #[cfg(feature = "postgres")]
            Conn::Postgres(conn) => {
                let query = sqlx::query_as_with::<_, T, _>(AssertSqlSafe(text.sql.clone()), bound(values)).persistent(keep);
                let mut rows = query.fetch(&mut **conn);
                while let Some(row) = next(deadline, rows.try_next()).await? {
                    yield row;
                }
            }
            #[cfg(feature = "mysql")]
            Conn::MySql(conn) => {
                let query = sqlx::query_as_with::<_, T, _>(AssertSqlSafe(text.sql.clone()), bound(values)).persistent(keep);
                let mut rows = query.fetch(&mut **conn);
                while let Some(row) = next(deadline, rows.try_next()).await? {
                    yield row;
                }
            }
            #[cfg(feature = "sqlite")]
            Conn::Sqlite(conn, _) => {
                let query = sqlx::query_as_with::<_, T, _>(AssertSqlSafe(text.sql.clone()), bound(values)).persistent(keep);
                let mut rows = query.fetch(&mut **conn);
                while let Some(row) = next(deadline, rows.try_next()).await? {
                    yield row;
                }
            }
            #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            none => none.never(),
        }
        pooled.settle_alone(Ok(())).await?;
    }
    .boxed()
}

async fn next<T>(deadline: Instant, row: impl Future<Output = sqlx::Result<Option<T>>>) -> Result<Option<T>> {
    match timeout_at(deadline, row).await {
        Ok(row) => Ok(row.map_err(DatabaseFault::from)?),
        Err(_) => Err(DatabaseFault::out_of_time().into()),
    }
}

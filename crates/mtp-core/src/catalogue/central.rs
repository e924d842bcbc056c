//! Statements on the central database, through connections of its own, outside the tenants' budget.

use std::sync::Arc;

use sea_query::{Expr, IntoTableRef, TableRef};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    db::{Conn, IntoStatement, Pooled, ServerPool, Target, TenantRow, Told},
    error::{Error, Result},
    limits::DEFAULT_ACQUIRE_TIMEOUT,
    rewrite::Dialect,
    service::ServiceId,
};

/// PostgreSQL's schema, and elsewhere the prefix, of the catalogue's tables.
const SCHEMA: &str = "mtp_central";

/// The central database as one service sees it.
#[derive(Debug, Clone)]
pub(crate) struct Central {
    pool: Arc<ServerPool>,
    target: Arc<Target>,
    share: Arc<Semaphore>,
    dialect: Dialect,
    service: ServiceId,
    /// SQLite has one writer at a time. The ones of this process take turns here, first come first served; those
    /// who meet inside SQLite sleep and try again, and the unlucky one starves.
    turn: Option<Arc<Semaphore>>,
}

/// A transaction on the central database; dropped, it is undone.
#[derive(Debug)]
pub(crate) struct CentralTx {
    pooled: Pooled,
    dialect: Dialect,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Central {
    pub(crate) fn new(pool: Arc<ServerPool>, target: Arc<Target>, dialect: Dialect, service: ServiceId) -> Self {
        let share = pool.share();
        Self {
            pool,
            target,
            share,
            dialect,
            service,
            turn: (dialect == Dialect::Sqlite).then(|| Arc::new(Semaphore::new(1))),
        }
    }

    /// Waits for this process's turn to write. Nothing that writes may be awaited while it is held.
    async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>> {
        let Some(turn) = &self.turn else { return Ok(None) };
        match tokio::time::timeout(DEFAULT_ACQUIRE_TIMEOUT, turn.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_)) => Err(Error::Internal("a semaphore was closed")),
            Err(_) => Err(Error::Unavailable {
                what: "the central database",
                retry_after: std::time::Duration::from_secs(1),
                source: None,
            }),
        }
    }

    pub(crate) fn service(&self) -> &str {
        self.service.as_str()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// One of the catalogue's tables.
    pub(crate) fn table(&self, name: &'static str) -> TableRef {
        match self.dialect {
            Dialect::Postgres => (SCHEMA, name).into_table_ref(),
            Dialect::MySql | Dialect::Sqlite => sea_query::Alias::new(format!("{SCHEMA}_{name}")).into_table_ref(),
        }
    }

    /// The database's own clock in unix milliseconds: leases of several processes are measured by one.
    pub(crate) fn now(&self) -> Expr {
        Expr::cust(match self.dialect {
            Dialect::Postgres => "(extract(epoch from clock_timestamp()) * 1000)::bigint",
            Dialect::MySql => "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
            Dialect::Sqlite => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        })
    }

    async fn acquire(&self) -> Result<Pooled> {
        let told = Told::default();
        self.pool.acquire(&self.target, &self.share, &told).await.map_err(away)
    }

    pub(crate) async fn execute(&self, statement: impl IntoStatement<'_>) -> Result<u64> {
        let (sql, values) = statement.into_statement(self.dialect);
        let _turn = self.turn().await?;
        let mut pooled = self.acquire().await?;
        let keep = pooled.keeps_statements();
        let done = pooled.busy()?.execute(sql.into(), values, keep).await;
        pooled.settle(done).map_err(away)
    }

    pub(crate) async fn fetch_all<T: TenantRow>(&self, statement: impl IntoStatement<'_>) -> Result<Vec<T>> {
        let (sql, values) = statement.into_statement(self.dialect);
        let mut pooled = self.acquire().await?;
        let keep = pooled.keeps_statements();
        let rows = pooled.busy()?.fetch_all(sql.into(), values, keep).await;
        pooled.settle(rows).map_err(away)
    }

    pub(crate) async fn fetch_optional<T: TenantRow>(&self, statement: impl IntoStatement<'_>) -> Result<Option<T>> {
        let (sql, values) = statement.into_statement(self.dialect);
        let mut pooled = self.acquire().await?;
        let keep = pooled.keeps_statements();
        let row = pooled.busy()?.fetch_first(sql.into(), values, keep).await;
        pooled.settle(row).map_err(away)
    }

    pub(crate) async fn begin(&self) -> Result<CentralTx> {
        let turn = self.turn().await?;
        let mut pooled = self.acquire().await?;
        let begun = pooled.busy()?.run(self.dialect.begin()).await;
        pooled.settle(begun).map_err(away)?;
        pooled.taint();
        Ok(CentralTx {
            pooled,
            dialect: self.dialect,
            _turn: turn,
        })
    }
}

impl CentralTx {
    pub(crate) async fn execute(&mut self, statement: impl IntoStatement<'_>) -> Result<u64> {
        let (sql, values) = statement.into_statement(self.dialect);
        let keep = self.pooled.keeps_statements();
        let done = self.conn()?.execute(sql.into(), values, keep).await;
        done.map_err(|e| away(e.into()))
    }

    pub(crate) async fn fetch_all<T: TenantRow>(&mut self, statement: impl IntoStatement<'_>) -> Result<Vec<T>> {
        let (sql, values) = statement.into_statement(self.dialect);
        let keep = self.pooled.keeps_statements();
        let rows = self.conn()?.fetch_all(sql.into(), values, keep).await;
        rows.map_err(|e| away(e.into()))
    }

    pub(crate) async fn fetch_optional<T: TenantRow>(
        &mut self,
        statement: impl IntoStatement<'_>,
    ) -> Result<Option<T>> {
        let (sql, values) = statement.into_statement(self.dialect);
        let keep = self.pooled.keeps_statements();
        let row = self.conn()?.fetch_first(sql.into(), values, keep).await;
        row.map_err(|e| away(e.into()))
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Result<()> {
        let done = self.conn()?.run(sql).await;
        done.map_err(|e| away(e.into()))
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        let done = self.conn()?.run("COMMIT").await;
        self.pooled.settle(done).map_err(away)
    }

    fn conn(&mut self) -> Result<&mut Conn> {
        self.pooled.busy()
    }
}

/// A central database that does not answer is not the caller's fault: 503, and when to come back.
fn away(error: Error) -> Error {
    match error {
        Error::Database(fault) if fault.kind() == crate::db::FaultKind::Connection => Error::Unavailable {
            what: "the central database",
            retry_after: std::time::Duration::from_secs(1),
            source: Some(Box::new(fault)),
        },
        Error::Unavailable {
            retry_after, source, ..
        } => Error::Unavailable {
            what: "the central database",
            retry_after,
            source,
        },
        other => other,
    }
}

//! Sessions of the lifecycle, and the fence between one turn of an operation and the next.
//!
//! Every session that works for a tenant carries the tenant and the turn in its `application_name`. A turn first
//! ends the sessions of those before it, and each session, once it is open, looks in the catalogue whether its turn
//! still is the operation's. So a process that wakes late finds its sessions dead and its new ones refused, also in
//! the middle of what no transaction can hold (CREATE DATABASE).

use std::{sync::PoisonError, time::Duration};

use futures::future::BoxFuture;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use tokio::time::Instant;

use super::PgServer;
use crate::{
    catalogue::Central,
    db::Conn,
    error::{Error, Result},
    isolation::Tenancy,
    limits::FENCE_TIMEOUT,
    tenant::TenantUid,
};

/// A tenant's first turn: there is none before it that could have left a session. (0 is no turn of an operation.)
const FIRST: i64 = 1;
/// How often it is looked whether ended sessions are gone.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The name of a session that works on no tenant.
const PLAIN: &str = "mtp-op";

/// What the lifecycle's sessions for a tenant need to know of its server.
pub(super) trait Ways: Send + Sync {
    /// Where it stands whose turn it is.
    fn central(&self) -> &Central;

    /// The way of the login that makes the tenant's place and ends sessions.
    fn provisioner(&self, tenancy: &Tenancy) -> Result<PgConnectOptions>;

    /// The way of the login that owns the tenant's tables, into the database that holds them.
    fn owner(&self, tenancy: &Tenancy, database: &str) -> Result<PgConnectOptions>;

    /// Hears that every session of the turns before this one is gone.
    fn passed(&self, tenancy: &Tenancy) {
        let _ = tenancy;
    }

    /// Opens a session.
    fn open(&self, options: PgConnectOptions) -> BoxFuture<'_, Result<Conn>> {
        Box::pin(async move { Ok(Conn::Postgres(Box::new(options.connect().await?))) })
    }
}

/// What all sessions of a tenant's operations begin with; with the fence it fits PostgreSQL's 63 bytes.
fn names(uid: TenantUid) -> String {
    format!("mtp-op:{uid}:")
}

/// Opens a session that works on no tenant.
pub(super) async fn plain(options: &PgConnectOptions) -> Result<Conn> {
    let options = options.clone().application_name(PLAIN);
    Ok(Conn::Postgres(Box::new(options.connect().await?)))
}

/// Opens a session for a turn of a tenant's operation; outside an operation (fence 0), a plain one.
///
/// # Errors
/// [`Error::Fenced`] where the turn is over.
pub(super) async fn session(server: &impl Ways, options: &PgConnectOptions, tenancy: &Tenancy) -> Result<Conn> {
    if tenancy.fence == 0 {
        return server.open(options.clone().application_name(PLAIN)).await;
    }
    let name = format!("{}{}", names(tenancy.uid), tenancy.fence);
    let conn = server.open(options.clone().application_name(&name)).await?;
    again(server, conn, tenancy).await
}

/// Goes on in a session of a turn, if the turn is not over.
///
/// # Errors
/// [`Error::Fenced`] where it is.
pub(super) async fn again(server: &impl Ways, conn: Conn, tenancy: &Tenancy) -> Result<Conn> {
    // After it is open, not before: the next turn ends every session that was open when it began.
    if !server.central().fence_holds(tenancy.uid, tenancy.fence).await? {
        conn.close().await;
        return Err(Error::Fenced);
    }
    Ok(conn)
}

/// Turns of this process that are remembered as those whose predecessors' sessions are gone.
const REMEMBERED: usize = 64;

/// Sees that every session of the turns before is gone; once in a turn is enough, since each session that is opened
/// later finds its turn over.
pub(super) async fn pass(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    let turn = (tenancy.uid, tenancy.fence);
    let done = tenancy.fence <= FIRST
        || server
            .advanced
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&turn);
    if !done {
        advance(server, tenancy).await?.close().await;
    }
    Ok(())
}

/// Remembers that nothing of the turns before this one is left.
pub(super) fn remember(server: &PgServer, tenancy: &Tenancy) {
    let mut advanced = server.advanced.lock().unwrap_or_else(PoisonError::into_inner);
    if advanced.len() >= REMEMBERED {
        advanced.pop_front();
    }
    advanced.push_back((tenancy.uid, tenancy.fence));
}

/// Opens the provisioner's session for a turn, after every session of the turns before it is gone.
pub(super) async fn advance(server: &impl Ways, tenancy: &Tenancy) -> Result<Conn> {
    let mut conn = session(server, &server.provisioner(tenancy)?, tenancy).await?;
    if tenancy.fence <= FIRST {
        return Ok(conn);
    }
    let others = "FROM pg_stat_activity WHERE starts_with(application_name, $1) AND application_name <> $2";
    let values = || -> Vec<sea_query::Value> {
        let names = names(tenancy.uid);
        let mine = format!("{names}{}", tenancy.fence);
        vec![names.into(), mine.into()]
    };
    let deadline = Instant::now() + FENCE_TIMEOUT;
    loop {
        let sql = format!("SELECT count(pg_terminate_backend(pid)) {others}");
        let left: Option<(i64,)> = conn.fetch_first(sql.into(), values(), false).await?;
        if left.is_none_or(|l| l.0 == 0) {
            server.passed(tenancy);
            return Ok(conn);
        }
        if Instant::now() > deadline {
            return Err(Error::Unavailable {
                what: "the place of an earlier turn's sessions",
                retry_after: Duration::from_secs(1),
                source: None,
            });
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

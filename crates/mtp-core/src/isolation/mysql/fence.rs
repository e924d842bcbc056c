//! Sessions of the lifecycle, and the fence between one turn of an operation and the next.
//!
//! A session here cannot carry a name as on PostgreSQL. So every session that works for a tenant holds one of a few
//! named locks of that tenant, and the server says who holds one. A turn first ends the sessions that hold any, and
//! each session, once it is open, looks in the catalogue whether its turn still is the operation's. So a process that
//! wakes late finds its sessions dead and its new ones refused, also in the middle of a change of a table.

use std::time::Duration;

use sqlx::mysql::MySqlConnectOptions;
use tokio::time::Instant;

use super::{MySqlServer, session};
use crate::{
    db::Conn,
    error::{Error, Result},
    isolation::Tenancy,
    limits::FENCE_TIMEOUT,
    tenant::TenantUid,
};

/// How often it is looked whether ended sessions are gone.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Most sessions of one turn at once; one has two.
const SESSIONS: u32 = 4;
/// "Unknown thread id": the session to be ended has ended by itself.
const NO_SUCH_THREAD: u16 = 1094;

/// One of a tenant's locks; within MySQL's 64 characters.
fn lock(uid: TenantUid, n: u32) -> String {
    format!("mtp-op:{uid}:{n}")
}

/// Opens a session that works on no tenant.
pub(super) async fn plain(options: &MySqlConnectOptions) -> Result<Conn> {
    session::lifecycle(options).await
}

/// Opens a session for a turn of a tenant's operation; outside an operation (fence 0), a plain one.
///
/// # Errors
/// [`Error::Fenced`] where the turn is over.
pub(super) async fn session(server: &MySqlServer, options: &MySqlConnectOptions, tenancy: &Tenancy) -> Result<Conn> {
    let mut conn = plain(options).await?;
    if tenancy.fence == 0 {
        return Ok(conn);
    }
    match enter(server, &mut conn, tenancy).await {
        Ok(()) => Ok(conn),
        Err(e) => {
            conn.close().await;
            Err(e)
        }
    }
}

/// Takes one of the tenant's locks and then looks whether it is our turn: the next turn ends every session that held
/// one when it began.
async fn enter(server: &MySqlServer, conn: &mut Conn, tenancy: &Tenancy) -> Result<()> {
    let mut entered = false;
    for n in 0..SESSIONS {
        let values = vec![lock(tenancy.uid, n).into()];
        let got: Option<(Option<i64>,)> = conn.fetch_first("SELECT GET_LOCK(?, 0)".into(), values, false).await?;
        if matches!(got, Some((Some(1),))) {
            entered = true;
            break;
        }
    }
    if !server.central.fence_holds(tenancy.uid, tenancy.fence).await? {
        return Err(Error::Fenced);
    }
    if entered { Ok(()) } else { Err(CROWDED) }
}

/// Passing: whoever holds the locks ends, or is ended by the next turn.
const CROWDED: Error = Error::Unavailable {
    what: "the place of an earlier turn's sessions",
    retry_after: Duration::from_secs(1),
    source: None,
};

/// Opens the provisioner's session for a turn, after every session of the turns before it is gone.
pub(super) async fn advance(server: &MySqlServer, tenancy: &Tenancy) -> Result<Conn> {
    let mut conn = plain(&server.provisioner).await?;
    if tenancy.fence == 0 {
        return Ok(conn);
    }
    if !server.central.fence_holds(tenancy.uid, tenancy.fence).await? {
        conn.close().await;
        return Err(Error::Fenced);
    }
    let deadline = Instant::now() + FENCE_TIMEOUT;
    loop {
        let holders = holders(&mut conn, tenancy.uid).await?;
        if holders.is_empty() {
            break;
        }
        for id in holders {
            end(&mut conn, id).await?;
        }
        if Instant::now() > deadline {
            return Err(CROWDED);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    enter(server, &mut conn, tenancy).await?;
    Ok(conn)
}

/// The sessions that hold one of the tenant's locks.
async fn holders(conn: &mut Conn, uid: TenantUid) -> Result<Vec<i64>> {
    let one = "SELECT CAST(IS_USED_LOCK(?) AS SIGNED) AS id";
    let sql = vec![one; SESSIONS as usize].join(" UNION ALL ");
    let values = (0..SESSIONS).map(|n| lock(uid, n).into()).collect();
    let rows: Vec<(Option<i64>,)> = conn.fetch_all(sql.into(), values, false).await?;
    Ok(rows.into_iter().filter_map(|r| r.0).collect())
}

/// Ends a session; one that has ended already is none to fail over.
pub(super) async fn end(conn: &mut Conn, id: i64) -> Result<()> {
    match conn.run(format!("KILL CONNECTION {id}")).await {
        Err(fault) if fault.number() != Some(NO_SUCH_THREAD) => Err(fault.into()),
        _ => Ok(()),
    }
}

//! The secrets of seals in a common database: one is good, or two while one replaces the other.
//!
//! What stands on the server is where a rotation is: two secrets without an end mean that it was broken off.

use std::time::Duration;

use super::{PgServer, fence, wall};
use crate::{
    db::Conn,
    error::{Error, Result},
    seal::SealKey,
};

/// Opens a transaction as the wall's own role; rotations take turns.
async fn begin(server: &PgServer) -> Result<Conn> {
    let way = server.provisioner.clone().database(server.common.as_str());
    let mut conn = fence::plain(&way).await?;
    conn.run(format!(
        "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('mtp-rotate', 0)); SET LOCAL ROLE {}",
        server.wall
    ))
    .await?;
    Ok(conn)
}

async fn end(mut conn: Conn) -> Result<()> {
    conn.run("COMMIT").await?;
    conn.close().await;
    Ok(())
}

/// Looks whether the server believes seals of the secret in use.
pub(super) async fn check(server: &PgServer) -> Result<()> {
    let key = server.sealer.key();
    let mut conn = begin(server).await?;
    let sql =
        "SELECT count(*) FROM mtp.seal_secret WHERE id = $1 AND (retired_at IS NULL OR retired_at > clock_timestamp())";
    let row: Option<(i64,)> = conn.fetch_first(sql.into(), vec![key.id().into()], false).await?;
    end(conn).await?;
    if row.is_some_and(|r| r.0 == 1) {
        return Ok(());
    }
    let id = key.id();
    Err(Error::Config(format!(
        "the common database {} has newer secrets of seals than this catalogue. Where another instance rotates them just \
         now, start again; where the catalogue was restored from an older backup, run there: DELETE FROM mtp.seal_secret \
         WHERE id > {id}; UPDATE mtp.seal_secret SET retired_at = NULL WHERE id = {id}",
        server.common.as_str()
    )))
}

/// The number of the secret to go over to: the newest where a rotation was broken off, else another. Unless `at_once`,
/// not while the one before still has time.
pub(super) async fn next(server: &PgServer, at_once: bool) -> Result<i32> {
    let mut conn = begin(server).await?;
    let sql = "SELECT max(id), count(*) FILTER (WHERE retired_at IS NULL), \
               coalesce(max(extract(epoch FROM retired_at - clock_timestamp())), 0)::bigint FROM mtp.seal_secret";
    let row: Option<(Option<i32>, i64, i64)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    end(conn).await?;
    match row {
        Some((Some(newest), good, _)) if good > 1 => Ok(newest),
        Some((_, _, left)) if left > 0 && !at_once => Err(Error::invalid(
            "server",
            format!("the secret before the one in use is good for {left} s more; rotate after that, or at once"),
        )),
        Some((Some(newest), ..)) => newest
            .checked_add(1)
            .ok_or(Error::Internal("there were too many secrets of seals")),
        _ => Err(Error::Internal("a common database has no secret of seals")),
    }
}

/// Lets the server believe seals of a secret too, and forgets those whose time is over.
pub(super) async fn add(server: &PgServer, key: &SealKey) -> Result<()> {
    let mut conn = begin(server).await?;
    conn.run("DELETE FROM mtp.seal_secret WHERE retired_at <= clock_timestamp()")
        .await?;
    wall::put_secret(&mut conn, server, key).await?;
    end(conn).await
}

/// Gives every older secret an end, not later than one it has, and answers their numbers.
pub(super) async fn retire(server: &PgServer, newest: i32, after: Duration) -> Result<Vec<i32>> {
    let mut conn = begin(server).await?;
    let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
    let sql = "UPDATE mtp.seal_secret SET retired_at = least(retired_at, clock_timestamp() + $2 * interval '1 millisecond') \
               WHERE id < $1 RETURNING id";
    let rows: Vec<(i32,)> = conn
        .fetch_all(sql.into(), vec![newest.into(), after.into()], false)
        .await?;
    end(conn).await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

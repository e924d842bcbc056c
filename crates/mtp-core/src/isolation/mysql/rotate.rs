//! The secrets of seals in a service's wall: one is good, or two while one replaces the other.
//!
//! What stands on the server is where a rotation is: two secrets without an end mean that it was broken off. There is
//! no transaction around it: each statement is one step, and rotations take turns.

use std::time::Duration;

use super::{MySqlServer, fence, server, wall};
use crate::{
    db::Conn,
    error::{Error, Result},
    seal::SealKey,
};

/// Opens a session whose turn it is; the turn ends with the session.
async fn begin(server: &MySqlServer) -> Result<Conn> {
    let mut conn = fence::plain(&server.provisioner).await?;
    server::take_turn(server, &mut conn).await?;
    Ok(conn)
}

fn secrets(server: &MySqlServer) -> String {
    format!("{}.{}", server.wall.ticked(), wall::SECRETS)
}

/// Looks whether the server believes seals of the secret in use.
pub(super) async fn check(server: &MySqlServer) -> Result<()> {
    let id = server.sealer.key().id();
    let mut conn = fence::plain(&server.provisioner).await?;
    let sql = format!(
        "SELECT COUNT(*) FROM {} WHERE id = ? AND (retired_at IS NULL OR retired_at > UNIX_TIMESTAMP(SYSDATE()))",
        secrets(server)
    );
    let row: Option<(i64,)> = conn.fetch_first(sql.into(), vec![id.into()], false).await?;
    conn.close().await;
    if row.is_some_and(|r| r.0 == 1) {
        return Ok(());
    }
    let on = secrets(server);
    Err(Error::Config(format!(
        "the database {} has newer secrets of seals than this catalogue. Where another instance rotates them just now, \
         start again; where the catalogue was restored from an older backup, run there: DELETE FROM {on} WHERE id > {id}; \
         UPDATE {on} SET retired_at = NULL WHERE id = {id}",
        server.wall.as_str()
    )))
}

/// The number of the secret to go over to: the newest where a rotation was broken off, else another. Unless `at_once`,
/// not while the one before still has time.
pub(super) async fn next(server: &MySqlServer, at_once: bool) -> Result<i32> {
    let mut conn = begin(server).await?;
    let sql = format!(
        "SELECT MAX(id), COUNT(CASE WHEN retired_at IS NULL THEN 1 END), \
         CAST(COALESCE(MAX(retired_at - CAST(UNIX_TIMESTAMP(SYSDATE()) AS SIGNED)), 0) AS SIGNED) FROM {}",
        secrets(server)
    );
    let row: Option<(Option<i32>, i64, i64)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    conn.close().await;
    match row {
        Some((Some(newest), good, _)) if good > 1 => Ok(newest),
        Some((_, _, left)) if left > 0 && !at_once => Err(Error::invalid(
            "server",
            format!("the secret before the one in use is good for {left} s more; rotate after that, or at once"),
        )),
        Some((Some(newest), ..)) => newest
            .checked_add(1)
            .ok_or(Error::Internal("there were too many secrets of seals")),
        _ => Err(Error::Internal("a service's wall has no secret of seals")),
    }
}

/// Lets the server believe seals of a secret too, and forgets those whose time is over.
pub(super) async fn add(server: &MySqlServer, key: &SealKey) -> Result<()> {
    let mut conn = begin(server).await?;
    let sql = format!(
        "DELETE FROM {} WHERE retired_at <= UNIX_TIMESTAMP(SYSDATE())",
        secrets(server)
    );
    conn.run(sql).await?;
    wall::put_secret(server, &mut conn, key).await?;
    conn.close().await;
    Ok(())
}

/// Gives every older secret an end, not later than one it has, and answers their numbers.
pub(super) async fn retire(server: &MySqlServer, newest: i32, after: Duration) -> Result<Vec<i32>> {
    let mut conn = begin(server).await?;
    // Whole seconds, as the wall counts: rounded up, so that none ends sooner than was said.
    let after = i64::try_from(after.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
    let sql = format!(
        "UPDATE {} SET retired_at = LEAST(COALESCE(retired_at, {}), CAST(UNIX_TIMESTAMP(SYSDATE()) AS SIGNED) + ?) WHERE id < ?",
        secrets(server),
        i64::MAX
    );
    conn.execute(sql.into(), vec![after.into(), newest.into()], false)
        .await?;
    let sql = format!("SELECT id FROM {} WHERE id < ?", secrets(server));
    let rows: Vec<(i32,)> = conn.fetch_all(sql.into(), vec![newest.into()], false).await?;
    conn.close().await;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

//! Our marks. A database or account has no comment on this wire, so the marks stand in a table of the wall's database,
//! each written before what it marks is made: what has none is not ours.

use super::MySqlServer;
use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::PlaceKind,
};

/// The table of marks.
pub(super) const TABLE: &str = "mark";

fn table(server: &MySqlServer) -> String {
    format!("{}.{TABLE}", server.wall.ticked())
}

/// Makes the table where it is not there.
pub(super) async fn install(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    conn.run(format!(
        "CREATE TABLE IF NOT EXISTS {} (kind VARCHAR(16) NOT NULL, name VARCHAR(64) NOT NULL, mark VARCHAR(200) NOT NULL, \
         PRIMARY KEY (kind, name)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        table(server)
    ))
    .await?;
    Ok(())
}

/// The mark on something.
pub(super) async fn found(
    server: &MySqlServer,
    conn: &mut Conn,
    kind: PlaceKind,
    name: &SqlIdent,
) -> Result<Option<String>> {
    let sql = format!("SELECT mark FROM {} WHERE kind = ? AND name = ?", table(server));
    let values = vec![kind.to_string().into(), name.as_str().into()];
    let row: Option<(String,)> = conn.fetch_first(sql.into(), values, false).await?;
    Ok(row.map(|r| r.0))
}

/// Every mark of a tenant of the service: kind, name, mark.
pub(super) async fn all(server: &MySqlServer, conn: &mut Conn, start: &str) -> Result<Vec<(String, String, String)>> {
    let sql = format!(
        "SELECT kind, name, mark FROM {} WHERE LEFT(mark, CHAR_LENGTH(?)) = ?",
        table(server)
    );
    Ok(conn
        .fetch_all(sql.into(), vec![start.into(), start.into()], false)
        .await?)
}

/// Puts a mark on what is about to be made, or sees that the mark there is this one; says whether it is there already.
///
/// # Errors
/// [`Error::Config`] where it exists without this mark: it is somebody else's.
pub(super) async fn claim(
    server: &MySqlServer,
    conn: &mut Conn,
    kind: PlaceKind,
    name: &SqlIdent,
    mark: &str,
) -> Result<bool> {
    let there = exists(conn, kind, name).await?;
    match found(server, conn, kind, name).await? {
        Some(found) if found == mark => return Ok(there),
        // The mark of something that is gone.
        _ if !there => {}
        _ => {
            let drop = if kind == PlaceKind::Login { "USER" } else { "DATABASE" };
            return Err(Error::Config(format!(
                "the {kind} {} exists on the server and is not of this service in this catalogue; choose another \
                 service id, or drop it where it is a leftover (DROP {drop} {})",
                name.as_str(),
                name.ticked()
            )));
        }
    }
    let sql = format!(
        "INSERT INTO {} (kind, name, mark) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE mark = VALUES(mark)",
        table(server)
    );
    let values = vec![kind.to_string().into(), name.as_str().into(), mark.into()];
    conn.execute(sql.into(), values, false).await?;
    Ok(there)
}

/// Takes a mark away, after what it marked is gone.
pub(super) async fn remove(server: &MySqlServer, conn: &mut Conn, kind: PlaceKind, name: &SqlIdent) -> Result<()> {
    let sql = format!("DELETE FROM {} WHERE kind = ? AND name = ?", table(server));
    let values = vec![kind.to_string().into(), name.as_str().into()];
    conn.execute(sql.into(), values, false).await?;
    Ok(())
}

/// Whether a database or account of this name is there.
pub(super) async fn exists(conn: &mut Conn, kind: PlaceKind, name: &SqlIdent) -> Result<bool> {
    let sql = if kind == PlaceKind::Login {
        "SELECT COUNT(*) FROM mysql.user WHERE User = ? AND Host = '%'"
    } else {
        "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?"
    };
    let row: Option<(i64,)> = conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?;
    Ok(row.is_some_and(|r| r.0 > 0))
}

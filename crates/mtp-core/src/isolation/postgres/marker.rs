//! Whose a database is: who owns it, and the mark that its comment carries.

use super::PgServer;
use crate::{db::Conn, error::Result, ident::SqlIdent};

/// Who owns a database and what its comment says, if it is there.
pub(super) async fn owner_and_marker(conn: &mut Conn, name: &SqlIdent) -> Result<Option<(String, Option<String>)>> {
    let sql = "SELECT pg_get_userbyid(datdba)::text, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1";
    Ok(conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?)
}

/// Ours is what our owner owns and what carries our mark, or none yet: CREATE DATABASE and its comment are two steps.
pub(super) fn is_ours(server: &PgServer, owner: &str, found: Option<&str>, marker: &str) -> bool {
    owner == server.owner.name.as_str() && found.is_none_or(|m| m == marker)
}

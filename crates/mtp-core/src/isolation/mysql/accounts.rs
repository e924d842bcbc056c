//! The accounts of a service on a server: made, and given their passwords.

use sha1::{Digest, Sha1};
use sqlx::mysql::MySqlConnectOptions;

use super::{MySqlServer, fence, marks, probe::Flavor};
use crate::{
    db::{Conn, FaultKind},
    error::{Error, Result},
    ident::SqlIdent,
    isolation::PlaceKind,
    secret::Secret,
};

/// An account on this wire.
pub(crate) type Login = super::super::Login<MySqlConnectOptions>;

/// An account as statements name it. From every host: the password is the lock, and the service may run anywhere.
pub(super) fn account(name: &SqlIdent) -> String {
    format!("{}@`%`", name.ticked())
}

/// An account as the server's own tables of rights name it.
pub(super) fn grantee(name: &SqlIdent) -> String {
    format!("'{}'@'%'", name.as_str())
}

/// What an account identifies itself by. MariaDB takes the password's digest, so that no statement and no log ever
/// holds the password itself; MySQL leaves it out of its logs by itself, and has given that digest up.
pub(super) fn identified(flavor: Flavor, password: Option<&Secret>) -> Result<String> {
    let password = password.ok_or(Error::Internal("a login of ours has no password"))?;
    match flavor {
        Flavor::MariaDb => Ok(format!(
            "IDENTIFIED VIA mysql_native_password USING '{}'",
            digest(password)
        )),
        Flavor::MySql
            if password
                .expose()
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'\'' && b != b'\\') =>
        {
            Ok(format!("IDENTIFIED BY '{}'", password.expose()))
        }
        Flavor::MySql => Err(Error::Internal("a password of ours holds what it must not")),
    }
}

/// As the server's `PASSWORD()` makes it.
fn digest(password: &Secret) -> String {
    use std::fmt::Write;
    let mut text = String::from("*");
    for byte in Sha1::digest(Sha1::digest(password.expose().as_bytes())) {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// Makes an account where it is not there, with our mark.
pub(super) async fn ensure(
    server: &MySqlServer,
    conn: &mut Conn,
    name: &SqlIdent,
    options: &str,
    mark: &str,
) -> Result<()> {
    if !marks::claim(server, conn, PlaceKind::Login, name, mark).await? {
        conn.run(format!("CREATE USER IF NOT EXISTS {} {options}", account(name)))
            .await?;
    }
    Ok(())
}

/// Sees that a login gets in; one whose password is not ours any more (any login may change its own) gets it again.
pub(super) async fn let_in(conn: &mut Conn, flavor: Flavor, login: &Login) -> Result<()> {
    let refused = match fence::plain(&login.options).await {
        Ok(open) => {
            open.close().await;
            return Ok(());
        }
        Err(Error::Database(fault)) if fault.kind() == FaultKind::Connection => fault,
        Err(e) => return Err(e),
    };
    let (Some(_), Some(ACCESS_DENIED)) = (&login.password, refused.number()) else {
        return Err(refused.into());
    };
    conn.run(format!(
        "ALTER USER {} {}",
        account(&login.name),
        identified(flavor, login.password.as_ref())?
    ))
    .await?;
    fence::plain(&login.options).await?.close().await;
    Ok(())
}

/// "Access denied for user".
const ACCESS_DENIED: u16 = 1045;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_servers() {
        // SELECT PASSWORD('o'), as MariaDB 10.11 says.
        assert_eq!(digest(&Secret::new("o")), "*A5C666EC400A205E980891201970972DFA107615");
    }
}

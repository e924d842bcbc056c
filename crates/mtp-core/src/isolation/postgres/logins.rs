//! The three logins of a service on a server: made, given their passwords and settings.

use std::fmt::Write;

use sqlx::postgres::PgConnectOptions;

use super::{PgServer, fence, scram};
use crate::{
    db::{Conn, FaultKind},
    error::{Error, Result},
    ident::SqlIdent,
    limits::{
        CLIENT_CHECK_INTERVAL, RUNTIME_IDLE_IN_TRANSACTION_TIMEOUT, RUNTIME_LOCK_TIMEOUT, RUNTIME_STATEMENT_TIMEOUT,
    },
    secret::Secret,
};

/// A login on this wire.
pub(crate) type Login = super::super::Login<PgConnectOptions>;

/// What is pinned for every login that serves tenants, in the database where it does. Not as start-up parameters:
/// PgBouncer refuses them, and a session could not be sure of another's.
pub(super) fn pinned() -> [(&'static str, String); 11] {
    let ms = |time: std::time::Duration| time.as_millis().to_string();
    [
        ("search_path", "pg_catalog, app, pg_temp".into()),
        ("standard_conforming_strings", "on".into()),
        ("row_security", "on".into()),
        ("default_transaction_isolation", "read committed".into()),
        ("default_transaction_read_only", "off".into()),
        ("statement_timeout", ms(RUNTIME_STATEMENT_TIMEOUT)),
        ("lock_timeout", ms(RUNTIME_LOCK_TIMEOUT)),
        (
            "idle_in_transaction_session_timeout",
            ms(RUNTIME_IDLE_IN_TRANSACTION_TIMEOUT),
        ),
        // A statement whose time is over is ended by closing its connection.
        ("client_connection_check_interval", ms(CLIENT_CHECK_INTERVAL)),
        // A seal is a bound value: an error must not write it into the server's log.
        ("log_parameter_max_length_on_error", "0".into()),
        ("transform_null_equals", "off".into()),
    ]
}

/// The statements that pin a login's settings in a database, after whatever the login gave itself is taken back: any
/// login may change its own settings.
pub(super) fn pin(login: &SqlIdent, database: &SqlIdent) -> String {
    let mut sql = format!("ALTER ROLE {login} RESET ALL; ALTER ROLE {login} IN DATABASE {database} RESET ALL;");
    for (name, value) in pinned() {
        // A list of names, not one name with commas in it.
        let value = if name == "search_path" {
            value
        } else {
            format!("'{value}'")
        };
        let _ = write!(sql, " ALTER ROLE {login} IN DATABASE {database} SET {name} = {value};");
    }
    sql
}

/// Whether a login's settings are the pinned ones, and no others.
pub(super) async fn is_pinned(conn: &mut Conn, login: &SqlIdent, database: &SqlIdent) -> Result<bool> {
    let sql = "SELECT coalesce(d.datname::text, ''), array_to_string(ARRAY(SELECT unnest(s.setconfig) ORDER BY 1), E'\\n') \
               FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase \
               WHERE r.rolname = $1 AND (d.datname IS NULL OR d.datname = $2)";
    let values = vec![login.as_str().into(), database.as_str().into()];
    let rows: Vec<(String, String)> = conn.fetch_all(sql.into(), values, false).await?;
    let mut wanted: Vec<String> = pinned().iter().map(|(n, v)| format!("{n}={v}")).collect();
    wanted.sort_unstable();
    Ok(match rows.as_slice() {
        [(place, found)] if place == database.as_str() => {
            let mut found: Vec<&str> = found.split('\n').collect();
            found.sort_unstable();
            found == wanted
        }
        _ => false,
    })
}

#[derive(sqlx::FromRow)]
struct Role {
    marker: Option<String>,
    usable: bool,
}

/// Makes a role where it is not there, with our marker, and lets the provisioner act as it.
pub(super) async fn ensure(conn: &mut Conn, role: &SqlIdent, options: &str, marker: &str) -> Result<()> {
    let sql = "SELECT shobj_description(oid, 'pg_authid') AS marker, pg_has_role(oid, 'USAGE') AS usable \
               FROM pg_roles WHERE rolname = $1";
    let found: Option<Role> = conn.fetch_first(sql.into(), vec![role.as_str().into()], false).await?;
    match found {
        Some(Role {
            marker: Some(m),
            usable,
        }) if m == marker => {
            if !usable {
                conn.run(format!("GRANT {role} TO CURRENT_USER")).await?;
            }
            Ok(())
        }
        Some(_) => Err(Error::Config(format!(
            "the login {} exists on the server and is not of this service in this catalogue; choose another service \
             id, or drop it where it is a leftover (DROP ROLE {role})",
            role.as_str()
        ))),
        None => {
            // In one message, so in one transaction: no login without its marker. The provisioner is a member, so
            // that it may end the role's sessions and drop what it owns.
            conn.run(format!(
                "CREATE ROLE {role} {options}; COMMENT ON ROLE {role} IS '{marker}'; GRANT {role} TO CURRENT_USER"
            ))
            .await?;
            Ok(())
        }
    }
}

/// The options of a role that logs in.
pub(super) fn with_login(password: Option<&Secret>, connections: Option<u32>) -> Result<String> {
    let password = password.ok_or(Error::Internal("a login of ours has no password"))?;
    let limit = connections
        .map(|n| format!(" CONNECTION LIMIT {n}"))
        .unwrap_or_default();
    Ok(format!("LOGIN{limit} PASSWORD '{}'", scram::verifier(password)?))
}

/// Sees that a login gets in; one whose password is not ours any more (any login may change its own) gets it again.
pub(super) async fn let_in(server: &PgServer, conn: &mut Conn, login: &Login) -> Result<()> {
    let refused = match fence::plain(&login.options).await {
        Ok(open) => {
            open.close().await;
            return Ok(());
        }
        Err(Error::Database(fault)) if server.managed && fault.kind() == FaultKind::Connection => fault,
        Err(e) => return Err(e),
    };
    let Some(password) = login
        .password
        .as_ref()
        .filter(|_| refused.code().as_deref() == Some("28P01"))
    else {
        return Err(refused.into());
    };
    conn.run(format!(
        "ALTER ROLE {} PASSWORD '{}'",
        login.name,
        scram::verifier(password)?
    ))
    .await?;
    fence::plain(&login.options).await?.close().await;
    Ok(())
}

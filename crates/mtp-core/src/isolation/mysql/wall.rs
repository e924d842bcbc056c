//! The sealed context: the secret, and the one function that may read it.

use super::{
    MySqlServer,
    accounts::{account, grantee},
    probe::Flavor,
};
use crate::{
    db::Conn,
    error::{Error, Result},
    seal::SealKey,
};

/// What checks a seal; names in it without a database are the wall's own.
pub(super) const BODY: &str = include_str!("tenant.sql");
/// The function's name.
pub(super) const FUNCTION: &str = "tenant";
/// The table of secrets.
pub(super) const SECRETS: &str = "seal_secret";
/// "the tenant seal is not valid", as the function says it.
pub(super) const FALSE_SEAL: u16 = 1644;

/// The function, named with its database.
pub(super) fn function(server: &MySqlServer) -> String {
    format!("{}.`{FUNCTION}`", server.wall.ticked())
}

/// Makes the wall in its database, or brings it to this release's.
pub(super) async fn raise(server: &MySqlServer, conn: &mut Conn, flavor: Flavor) -> Result<()> {
    let (wall, guard) = (server.wall.ticked(), account(&server.guard));
    // The key, padded as RFC 2104 says: HMAC from SHA2() alone. `retired_at`, in seconds, is from when on a secret's
    // seals are refused; two are good at once while one replaces the other. `good_until` says the same without a NULL,
    // which the function would have to ask for in each statement of a tenant's.
    conn.run(format!(
        "CREATE TABLE IF NOT EXISTS {wall}.{SECRETS} (id INT NOT NULL PRIMARY KEY, inner_pad VARBINARY(64) NOT NULL, \
         outer_pad VARBINARY(64) NOT NULL, created_at BIGINT NOT NULL, retired_at BIGINT, \
         good_until BIGINT GENERATED ALWAYS AS (COALESCE(retired_at, {})) STORED) ENGINE = InnoDB",
        i64::MAX
    ))
    .await?;
    put_secret(server, conn, &server.sealer.key()).await?;
    conn.run(format!("GRANT SELECT ON {wall}.{SECRETS} TO {guard}")).await?;
    if !stands(server, conn).await? {
        replace(server, conn, flavor).await?;
    }
    // Whoever defined it must be let at it too.
    for name in [&server.guard, &server.owner.name, &server.runtime.name] {
        conn.run(format!(
            "GRANT EXECUTE ON FUNCTION {} TO {}",
            function(server),
            account(name)
        ))
        .await?;
    }
    Ok(())
}

/// Lets the server believe seals of this secret, unless it knows a newer one: whoever starts, or wakes, in the middle of a
/// rotation brings no old one back.
pub(super) async fn put_secret(server: &MySqlServer, conn: &mut Conn, key: &SealKey) -> Result<()> {
    let wall = server.wall.ticked();
    let (inner, outer) = key.pads();
    let put = format!(
        "INSERT INTO {wall}.{SECRETS} (id, inner_pad, outer_pad, created_at) SELECT ?, ?, ?, UNIX_TIMESTAMP() FROM DUAL \
         WHERE NOT EXISTS (SELECT 1 FROM {wall}.{SECRETS} n WHERE n.id >= ?)"
    );
    let pads = [inner.to_vec().into(), outer.to_vec().into()];
    let values = [vec![key.id().into()], pads.to_vec(), vec![key.id().into()]].concat();
    conn.execute(put.into(), values, false).await?;
    let same =
        format!("SELECT COUNT(*) FROM {wall}.{SECRETS} WHERE id > ? OR (id = ? AND inner_pad = ? AND outer_pad = ?)");
    let values = [vec![key.id().into(), key.id().into()], pads.to_vec()].concat();
    let found: Option<(i64,)> = conn.fetch_first(same.into(), values, false).await?;
    if found.is_none_or(|f| f.0 == 0) {
        return Err(Error::Config(format!(
            "the database {} has another secret for seals than this catalogue; is it another installation's?",
            server.wall.as_str()
        )));
    }
    Ok(())
}

async fn replace(server: &MySqlServer, conn: &mut Conn, flavor: Flavor) -> Result<()> {
    let (name, guard) = (function(server), account(&server.guard));
    let create = match flavor {
        Flavor::MariaDb => "CREATE OR REPLACE",
        // Between the two no tenant of the shared tables is served, which closes and does not open.
        Flavor::MySql => {
            conn.run(format!("DROP FUNCTION IF EXISTS {name}")).await?;
            "CREATE"
        }
    };
    // DETERMINISTIC is what makes it one constant of a statement, so that an index is used: within one statement the
    // seal cannot change.
    conn.run(format!(
        "{create} DEFINER = {guard} FUNCTION {name}() RETURNS VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin \
         DETERMINISTIC READS SQL DATA SQL SECURITY DEFINER {BODY}"
    ))
    .await?;
    Ok(())
}

/// Whether the function is the one of this release, word for word, and its definer's.
pub(super) async fn stands(server: &MySqlServer, conn: &mut Conn) -> Result<bool> {
    let sql = "SELECT ROUTINE_DEFINITION, DEFINER, SECURITY_TYPE, IS_DETERMINISTIC, SQL_MODE FROM information_schema.ROUTINES \
               WHERE ROUTINE_SCHEMA = ? AND ROUTINE_NAME = ? AND ROUTINE_TYPE = 'FUNCTION'";
    let values = vec![server.wall.as_str().into(), FUNCTION.into()];
    let found: Option<(String, String, String, String, String)> = conn.fetch_first(sql.into(), values, false).await?;
    Ok(found.is_some_and(|(body, definer, rights, deterministic, modes)| {
        body.trim() == BODY.trim()
            && definer == format!("{}@%", server.guard.as_str())
            && rights == "DEFINER"
            && deterministic == "YES"
            // In these modes the body would mean something else.
            && !["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"].iter().any(|mode| modes.contains(mode))
    }))
}

/// Whether the account that owns the wall is locked.
pub(super) async fn is_locked(server: &MySqlServer, conn: &mut Conn, flavor: Flavor) -> Result<bool> {
    let sql = match flavor {
        Flavor::MariaDb => {
            "SELECT COUNT(*) FROM mysql.global_priv WHERE User = ? AND Host = '%' AND JSON_VALUE(Priv, '$.account_locked') = 1"
        }
        Flavor::MySql => "SELECT COUNT(*) FROM mysql.user WHERE User = ? AND Host = '%' AND account_locked = 'Y'",
    };
    let row: Option<(i64,)> = conn
        .fetch_first(sql.into(), vec![server.guard.as_str().into()], false)
        .await?;
    Ok(row.is_some_and(|r| r.0 == 1))
}

/// Who but the wall's own account was let at the secret, by name or by its database.
pub(super) async fn readers(server: &MySqlServer, conn: &mut Conn) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT GRANTEE FROM (SELECT GRANTEE FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = ? \
                 UNION SELECT GRANTEE FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = ? \
                 UNION SELECT GRANTEE FROM information_schema.SCHEMA_PRIVILEGES WHERE ? LIKE TABLE_SCHEMA) x WHERE GRANTEE <> ?";
    let wall = server.wall.as_str();
    let values = vec![wall.into(), wall.into(), wall.into(), grantee(&server.guard).into()];
    let rows: Vec<(String,)> = conn.fetch_all(sql.into(), values, false).await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

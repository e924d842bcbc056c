//! Sessions in a database that a tenant brought. What goes wrong is told without a word of the server: names of hosts,
//! logins and databases are the tenant's.

use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use super::super::logins;
use crate::{
    db::{Conn, Connect},
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
    limits::BROUGHT_CONNECT_TIMEOUT,
};

/// Opens a session, or says why not.
pub(super) async fn open(options: &PgConnectOptions) -> Result<Conn, &'static str> {
    match tokio::time::timeout(BROUGHT_CONNECT_TIMEOUT, options.connect()).await {
        Ok(Ok(conn)) => Ok(Conn::Postgres(Box::new(conn))),
        Ok(Err(e)) => Err(reason(&e)),
        Err(_) => Err("the tenant's own database does not answer"),
    }
}

fn reason(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        Some("28P01" | "28000") => "the tenant's own database refuses the login or its password",
        Some("3D000") => "the tenant's own database is not there under that name",
        Some("08P01") => {
            "something before the tenant's own database refuses start-up parameters; give the server's own address"
        }
        Some("53300") => "the tenant's own database takes no more connections",
        _ => "the tenant's own database does not answer",
    }
}

pub(super) fn away(what: &'static str) -> Error {
    Error::Unavailable {
        what,
        retry_after: Duration::from_secs(5),
        source: None,
    }
}

/// Opens sessions that serve the tenant.
pub(super) struct BroughtConnector {
    options: PgConnectOptions,
    pinned: Vec<(&'static str, String)>,
}

impl BroughtConnector {
    /// With the settings of every login that serves tenants, as start-up parameters: they stand above what the login
    /// or the database has set, and come back after `DISCARD ALL`. No pooler in transaction mode stands between.
    pub(super) fn new(options: PgConnectOptions, schema: &SqlIdent) -> Self {
        let mut pinned = logins::pinned().to_vec();
        for (name, value) in &mut pinned {
            if *name == "search_path" {
                *value = format!("pg_catalog, {}, pg_temp", schema.as_str());
            }
        }
        Self {
            options: options.options(pinned.iter().map(|(name, value)| (*name, value))),
            pinned,
        }
    }
}

impl Connect for BroughtConnector {
    fn connect(&self) -> BoxFuture<'_, Result<Conn>> {
        Box::pin(async {
            let mut conn = open(&self.options).await.map_err(away)?;
            // Something between may have swallowed them; the parser here and the server must read alike.
            let (names, values): (Vec<_>, Vec<_>) =
                self.pinned.iter().map(|(name, value)| (*name, value.as_str())).unzip();
            let sql = "SELECT count(*) FROM unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n')) AS p (name, value) \
                       LEFT JOIN pg_catalog.pg_settings s ON s.name = p.name WHERE s.setting IS DISTINCT FROM p.value";
            let bound = vec![names.join("\n").into(), values.join("\n").into()];
            let others: Option<(i64,)> = conn.fetch_first(sql.into(), bound, false).await?;
            if others.is_some_and(|n| n.0 == 0) {
                return Ok(conn);
            }
            conn.close().await;
            Err(Error::WallDown(vec![Finding::error(
                "brought-settings",
                "sessions of a database that a tenant brought do not have the settings that they were opened with",
                "give the server's own address as db_url, not that of a pooler",
            )]))
        })
    }
}

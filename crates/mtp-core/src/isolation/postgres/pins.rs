//! Looks at each new session of the login that tenants share, before anybody is served on it.
//!
//! Any login may change its own settings (`ALTER ROLE CURRENT_USER SET …`), and PostgreSQL has no right to take that
//! away. So what one tenant's injected SQL commits would hold for every later session, whichever tenant it serves:
//! `standard_conforming_strings = off` alone makes the parser here and the server read a literal differently. A
//! session that does not have the pinned settings, or whose login has others of its own, is closed unused.
//!
//! Cost: three round trips a connection, none a statement. Through a pooler it sees the backend that answers, not all.

use futures::future::BoxFuture;
use sqlx::postgres::PgConnectOptions;

use super::logins;
use crate::{
    catalogue::PgConnector,
    db::{Conn, Connect},
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
};

/// Opens sessions of the shared login, and gives none that is not as it was set up.
pub(super) struct PinnedConnector {
    inner: PgConnector,
    login: SqlIdent,
    database: SqlIdent,
}

impl PinnedConnector {
    pub(super) fn new(options: PgConnectOptions, login: SqlIdent, database: SqlIdent) -> Self {
        Self {
            inner: PgConnector { options },
            login,
            database,
        }
    }
}

impl Connect for PinnedConnector {
    fn connect(&self) -> BoxFuture<'_, Result<Conn>> {
        Box::pin(async {
            let mut conn = self.inner.connect().await?;
            let found = differing(&mut conn, &self.database).await?;
            if found.is_empty() {
                return Ok(conn);
            }
            conn.close().await;
            let finding = Finding::error(
                "settings-not-pinned",
                format!(
                    "sessions of {} in {} do not have the pinned settings ({found}), so none is used",
                    self.login.as_str(),
                    self.database.as_str()
                ),
                format!(
                    "{} And find the statement that changed them: a tenant's SQL got past the first wall",
                    logins::pin(&self.login, &self.database)
                ),
            );
            tracing::error!(target: "mtp::doctor", rule = finding.rule, mend = %finding.mend, "{}", finding.what);
            Err(Error::WallDown(vec![finding]))
        })
    }
}

/// The names of settings that are not the pinned ones in this session, or that the login has beside them.
async fn differing(conn: &mut Conn, database: &SqlIdent) -> Result<String> {
    let (names, values): (Vec<String>, Vec<String>) = logins::pinned()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .unzip();
    // As one text each, since not every database that values are made for has arrays. No name holds a line break.
    let bound = vec![
        names.join("\n").into(),
        values.join("\n").into(),
        database.as_str().into(),
    ];
    let sql = "SELECT coalesce(string_agg(DISTINCT x.name, ', '), '') FROM ( \
                 SELECT p.name FROM unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n')) AS p (name, value) \
                   LEFT JOIN pg_catalog.pg_settings s ON s.name = p.name WHERE s.setting IS DISTINCT FROM p.value \
                 UNION ALL \
                 SELECT split_part(c.line, '=', 1) FROM pg_catalog.pg_db_role_setting r \
                   JOIN pg_catalog.pg_roles l ON l.oid = r.setrole AND l.rolname = session_user \
                   LEFT JOIN pg_catalog.pg_database d ON d.oid = r.setdatabase \
                   CROSS JOIN LATERAL unnest(r.setconfig) AS c (line) \
                 WHERE r.setdatabase = 0 OR (d.datname = $3 AND split_part(c.line, '=', 1) <> ALL (string_to_array($1, E'\\n'))) \
               ) x";
    // In a transaction: a pooler that keeps no prepared statements keeps this one until its end.
    conn.run("BEGIN").await?;
    let row: Option<(String,)> = conn.fetch_first(sql.into(), bound, false).await?;
    conn.run("COMMIT").await?;
    row.map(|r| r.0)
        .ok_or(Error::Internal("a question about settings had no answer"))
}

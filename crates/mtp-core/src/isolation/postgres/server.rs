//! Makes a server ready for a service: the logins, the common database, the wall in it.

use super::{PgServer, by_hand, fence, logins, marker, migrate, probe, wall};
use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
};

/// PostgreSQL 15: `security_invoker` views, and no CREATE for everybody in schema public.
pub(super) const MIN_VERSION: i64 = 150_000;

/// What was found out of a server while it was made ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ready {
    /// Whether the provisioner may create databases and logins.
    pub(super) creates: bool,
    /// What stands between us and the server.
    pub(super) way: probe::Way,
}

/// Brings everything into place; processes that start together take turns.
pub(super) async fn prepare(server: &PgServer) -> Result<Ready> {
    let mut conn = fence::plain(&server.provisioner).await?;
    if probe::is_pooled(&server.provisioner).await? {
        return Err(Error::Config(
            "the URL of the provisioner leads through a pooler in transaction mode; give the server's own address \
             (tenants' traffic may go through the pooler: pooler_url)"
                .into(),
        ));
    }
    let lock = vec![format!("mtp:{}", server.service).into()];
    conn.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))".into(), lock, false)
        .await?;
    let sql = "SELECT current_setting('server_version_num')::bigint, rolsuper OR (rolcreatedb AND rolcreaterole) \
               FROM pg_roles WHERE rolname = current_user";
    let (version, creates): (i64, bool) = conn
        .fetch_first(sql.into(), Vec::new(), false)
        .await?
        .ok_or(Error::Internal("a login is not among the roles"))?;
    if version < MIN_VERSION {
        return Err(Error::Config(format!(
            "PostgreSQL {} is too old; 15 or later is needed",
            version / 10_000
        )));
    }
    if server.managed {
        if !creates {
            return Err(Error::Config(
                "the login of MTP_CENTRAL_DB_URL may not create databases and logins; ALTER ROLE … CREATEDB \
                 CREATEROLE, or make them by hand and give MTP_OWNER_DB_URL and MTP_RUNTIME_DB_URL"
                    .into(),
            ));
        }
        for login in [&server.owner, &server.runtime] {
            let options = logins::with_login(login.password.as_ref(), None)?;
            logins::ensure(&mut conn, &login.name, &options, &server.marker).await?;
        }
        logins::ensure(&mut conn, &server.wall, "NOLOGIN", &server.marker).await?;
        database(&mut conn, server, &server.common, &server.marker, None).await?;
        let grant = format!("GRANT CONNECT ON DATABASE {} TO {}", server.common, server.runtime.name);
        conn.run(grant).await?;
        if !logins::is_pinned(&mut conn, &server.runtime.name, &server.common).await? {
            conn.run(logins::pin(&server.runtime.name, &server.common)).await?;
        }
        for login in [&server.owner, &server.runtime] {
            logins::let_in(server, &mut conn, login).await?;
        }
    }
    if !server.managed {
        let missing = by_hand::missing(server, &mut conn).await?;
        if !missing.is_empty() {
            for finding in &missing {
                tracing::error!(target: "mtp::doctor", rule = finding.rule, mend = %finding.mend, "{}", finding.what);
            }
            return Err(Error::WallDown(missing));
        }
        for (variable, login) in [
            ("MTP_OWNER_DB_URL", &server.owner),
            ("MTP_RUNTIME_DB_URL", &server.runtime),
        ] {
            let open = fence::plain(&login.options).await;
            open.map_err(|_| {
                Error::Config(format!(
                    "the login of {variable} does not get in; see its password and pg_hba.conf"
                ))
            })?
            .close()
            .await;
        }
    }
    inside(server).await?;
    let way = probe::way(&server.runtime_way(server.common.as_str())).await?;
    conn.close().await;
    Ok(Ready { creates, way })
}

/// Makes a database of ours where it is not there, owned by the owner, shut for everybody else; a copy of `template`
/// where there is one.
pub(super) async fn database(
    conn: &mut Conn,
    server: &PgServer,
    name: &SqlIdent,
    marker: &str,
    template: Option<&SqlIdent>,
) -> Result<()> {
    let found = marker::owner_and_marker(conn, name).await?;
    match found {
        None => {
            let owner = &server.owner.name;
            let from = match template {
                Some(template) => format!("TEMPLATE {template}"),
                None => "TEMPLATE template0 ENCODING 'UTF8'".into(),
            };
            conn.run(format!("CREATE DATABASE {name} OWNER {owner} {from}")).await?;
        }
        Some((owner, found)) if !marker::is_ours(server, &owner, found.as_deref(), marker) => {
            return Err(Error::Config(format!(
                "the database {} exists and is not of this service in this catalogue; drop it where it is a leftover \
                 (DROP DATABASE {name})",
                name.as_str()
            )));
        }
        Some(_) => {}
    }
    conn.run(format!(
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC; COMMENT ON DATABASE {name} IS '{marker}'"
    ))
    .await?;
    Ok(())
}

/// What belongs into the common database: schema `app`, the wall, and nothing for anybody else.
async fn inside(server: &PgServer) -> Result<()> {
    let mut conn = fence::plain(&server.provisioner.clone().database(server.common.as_str())).await?;
    let (owner, runtime) = (&server.owner.name, &server.runtime.name);
    conn.run("BEGIN").await?;
    conn.run(format!("SET LOCAL ROLE {owner}")).await?;
    conn.run("REVOKE ALL ON SCHEMA public FROM PUBLIC").await?;
    conn.run(migrate::make_schema("app", Some(runtime.as_str()))).await?;
    wall::raise(server, &mut conn).await?;
    conn.run("COMMIT").await?;
    conn.close().await;
    Ok(())
}

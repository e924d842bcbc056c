//! Isolation `database`: a tenant's own database, and a login that can connect to it alone.

use sqlx::postgres::PgConnectOptions;

use super::{PgServer, fence, logins, marker, migrate, migrate::Ground, selftest, server};
use crate::{
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::Tenancy,
    limits::MAX_LOGIN_CONNECTIONS,
    names,
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// The schema of a tenant's tables in its own database.
pub(super) const SCHEMA: &str = "app";

pub(super) fn place(server: &PgServer, id: &TenantId, uid: TenantUid) -> Result<Placement> {
    let name = server.prefix.physical(id, uid)?;
    let mut placement = Placement::new("", Isolation::Database, name.as_str());
    placement.schema = Some(SCHEMA.into());
    placement.login = Some(names::login(uid)?.as_str().to_owned());
    Ok(placement)
}

pub(super) fn name(tenancy: &Tenancy) -> Result<SqlIdent> {
    SqlIdent::new(tenancy.placement.database.as_str())
}

pub(super) fn login(tenancy: &Tenancy) -> Result<SqlIdent> {
    let login = tenancy.placement.login.clone();
    SqlIdent::new(login.ok_or(Error::Internal("a tenant's database has no login"))?)
}

pub(super) fn ground<'a>(tenancy: &'a Tenancy, schema: &'a SqlIdent, login: &'a SqlIdent) -> Ground<'a> {
    Ground {
        database: &tenancy.placement.database,
        schema,
        user: Some(login),
        sealed: false,
    }
}

/// The way into the tenant's database as its own login, from `base`.
pub(super) fn options(base: &PgConnectOptions, tenancy: &Tenancy) -> Result<PgConnectOptions> {
    let password = tenancy
        .password
        .as_ref()
        .ok_or(Error::Internal("a tenant's login has no password"))?;
    Ok(base
        .clone()
        .database(name(tenancy)?.as_str())
        .username(login(tenancy)?.as_str())
        .password(password.expose()))
}

pub(super) async fn create(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    let (name, login, marker) = (name(tenancy)?, login(tenancy)?, server.mark(tenancy.uid));
    let mut conn = fence::advance(server, tenancy).await?;
    let options = logins::with_login(tenancy.password.as_ref(), Some(MAX_LOGIN_CONNECTIONS))?;
    logins::ensure(&mut conn, &login, &options, &marker).await?;
    let template = server.template.get();
    let made = server::database(&mut conn, server, &name, &marker, template.as_ref()).await;
    if made.is_err() {
        // It may be gone; the next attempt looks.
        server.template.set(None);
    }
    made?;
    conn.run(format!("GRANT CONNECT ON DATABASE {name} TO {login}")).await?;
    if !logins::is_pinned(&mut conn, &login, &name).await? {
        conn.run(logins::pin(&login, &name)).await?;
    }
    conn.close().await;
    let owner = server.owner.options.clone().database(name.as_str());
    let mut conn = fence::session(server, &owner, tenancy).await?;
    conn.run(format!(
        "BEGIN; {} COMMIT",
        migrate::private_schema(SCHEMA, Some(login.as_str()))
    ))
    .await?;
    if tenancy.fence == 0 {
        conn.close().await;
    } else {
        // The migration comes next, in the same place as the same login.
        server.waiting.leave(tenancy, conn);
    }
    Ok(())
}

pub(super) async fn self_test(server: &PgServer, tenancy: &Tenancy) -> Result<Vec<Finding>> {
    selftest::own_database(server, tenancy).await
}

pub(super) async fn erase(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    let (name, login, marker) = (name(tenancy)?, login(tenancy)?, server.mark(tenancy.uid));
    let mut conn = fence::advance(server, tenancy).await?;
    if let Some((owner, found)) = marker::owner_and_marker(&mut conn, &name).await? {
        if !marker::is_ours(server, &owner, found.as_deref(), &marker) {
            return Err(Error::Internal("a database with a tenant's name is not that tenant's"));
        }
        conn.run(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    }
    let sql = "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1";
    let role: Option<(Option<String>,)> = conn.fetch_first(sql.into(), vec![login.as_str().into()], false).await?;
    match role {
        Some((Some(found),)) if found == marker => conn.run(format!("DROP ROLE IF EXISTS {login}")).await?,
        Some(_) => return Err(Error::Internal("a login with a tenant's name is not that tenant's")),
        None => {}
    }
    conn.close().await;
    Ok(())
}

pub(super) async fn is_gone(server: &PgServer, tenancy: &Tenancy) -> Result<bool> {
    let (name, login) = (name(tenancy)?, login(tenancy)?);
    let mut conn = fence::session(server, &server.provisioner, tenancy).await?;
    let sql = "SELECT (SELECT count(*) FROM pg_database WHERE datname = $1) + (SELECT count(*) FROM pg_roles WHERE rolname = $2)";
    let values = vec![name.as_str().into(), login.as_str().into()];
    let left: Option<(i64,)> = conn.fetch_first(sql.into(), values, false).await?;
    conn.close().await;
    Ok(left.is_some_and(|l| l.0 == 0))
}

//! Isolation `database`: a tenant's own database, and a login that sees it alone.

use sqlx::mysql::MySqlConnectOptions;

use super::{
    MySqlServer,
    accounts::{self, account},
    fence, marks, server,
};
use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::{PlaceKind, Tenancy},
    limits::MAX_LOGIN_CONNECTIONS,
    names,
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// "There is no such grant defined": the right to be taken away is gone.
const NO_SUCH_GRANT: u16 = 1141;

pub(super) fn place(server: &MySqlServer, id: &TenantId, uid: TenantUid) -> Result<Placement> {
    let name = server.prefix.physical(id, uid)?;
    let mut placement = Placement::new("", Isolation::Database, name.as_str());
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

/// The way into the tenant's database as its own login, from `base`.
pub(super) fn options(base: &MySqlConnectOptions, tenancy: &Tenancy) -> Result<MySqlConnectOptions> {
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

pub(super) async fn create(server: &MySqlServer, tenancy: &Tenancy) -> Result<()> {
    let (name, login, mark) = (name(tenancy)?, login(tenancy)?, server.mark(tenancy.uid));
    let mut conn = fence::advance(server, tenancy).await?;
    let options = format!(
        "{} WITH MAX_USER_CONNECTIONS {MAX_LOGIN_CONNECTIONS}",
        accounts::identified(server.ready()?.flavor, tenancy.password.as_ref())?
    );
    accounts::ensure(server, &mut conn, &login, &options, &mark).await?;
    server::database(server, &mut conn, &name, &mark).await?;
    server::let_owner_in(server, &mut conn, &name).await?;
    // The least that opens a database which has no table yet; rights on tables come with the tables.
    conn.run(format!(
        "GRANT SHOW VIEW ON {}.* TO {}",
        server::pattern(&name),
        account(&login)
    ))
    .await?;
    conn.close().await;
    Ok(())
}

pub(super) async fn erase(server: &MySqlServer, tenancy: &Tenancy) -> Result<()> {
    let (name, login, mark) = (name(tenancy)?, login(tenancy)?, server.mark(tenancy.uid));
    let mut conn = fence::advance(server, tenancy).await?;
    shut(server, &mut conn, &login, &mark).await?;
    drop_database(server, &mut conn, &name, &mark).await?;
    drop_login(server, &mut conn, &login, &mark).await?;
    conn.close().await;
    Ok(())
}

/// Lets a login's new sessions in no more, and ends those it has: what they hold open cannot be dropped.
async fn shut(server: &MySqlServer, conn: &mut Conn, login: &SqlIdent, mark: &str) -> Result<()> {
    if !is_ours(server, conn, PlaceKind::Login, login, mark).await? {
        return Ok(());
    }
    conn.run(format!("ALTER USER IF EXISTS {} ACCOUNT LOCK", account(login)))
        .await?;
    let sql = "SELECT CAST(ID AS SIGNED) FROM information_schema.PROCESSLIST WHERE USER = ?";
    let rows: Vec<(i64,)> = conn.fetch_all(sql.into(), vec![login.as_str().into()], false).await?;
    for (id,) in rows {
        fence::end(conn, id).await?;
    }
    Ok(())
}

/// Whether it is there, and this tenant's.
///
/// # Errors
/// Where it is there and another's.
async fn is_ours(server: &MySqlServer, conn: &mut Conn, kind: PlaceKind, name: &SqlIdent, mark: &str) -> Result<bool> {
    if !marks::exists(conn, kind, name).await? {
        return Ok(false);
    }
    match marks::found(server, conn, kind, name).await? {
        Some(found) if found == mark => Ok(true),
        _ if kind == PlaceKind::Login => Err(Error::Internal("a login with a tenant's name is not that tenant's")),
        _ => Err(Error::Internal("a database with a tenant's name is not that tenant's")),
    }
}

/// Drops a database that carries this mark, and the owner's rights on it, which would hold for another of its name.
pub(super) async fn drop_database(server: &MySqlServer, conn: &mut Conn, name: &SqlIdent, mark: &str) -> Result<()> {
    if is_ours(server, conn, PlaceKind::Database, name, mark).await? {
        conn.run(format!("DROP DATABASE IF EXISTS {}", name.ticked())).await?;
    }
    let revoke = format!(
        "REVOKE ALL PRIVILEGES ON {}.* FROM {}",
        server::pattern(name),
        account(&server.owner.name)
    );
    match conn.run(revoke).await {
        Err(fault) if fault.number() != Some(NO_SUCH_GRANT) => return Err(fault.into()),
        _ => {}
    }
    marks::remove(server, conn, PlaceKind::Database, name).await
}

/// Drops a login that carries this mark.
pub(super) async fn drop_login(server: &MySqlServer, conn: &mut Conn, login: &SqlIdent, mark: &str) -> Result<()> {
    if is_ours(server, conn, PlaceKind::Login, login, mark).await? {
        conn.run(format!("DROP USER IF EXISTS {}", account(login))).await?;
    }
    marks::remove(server, conn, PlaceKind::Login, login).await
}

pub(super) async fn is_gone(server: &MySqlServer, tenancy: &Tenancy) -> Result<bool> {
    let (name, login) = (name(tenancy)?, login(tenancy)?);
    let mut conn = fence::session(server, &server.provisioner, tenancy).await?;
    let left = marks::exists(&mut conn, PlaceKind::Database, &name).await?
        || marks::exists(&mut conn, PlaceKind::Login, &login).await?;
    conn.close().await;
    Ok(!left)
}

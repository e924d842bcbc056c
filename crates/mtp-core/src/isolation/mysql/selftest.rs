//! Looks at one tenant's walls before it is served, and whenever an operator asks.

use super::{MySqlServer, accounts::account, database, examine, fence, grants, half, keys, sealed, session};
use crate::{
    db::{Conn, Connect},
    doctor::Finding,
    error::Result,
    ident::SqlIdent,
    isolation::Tenancy,
};

/// A tenant in the common database: the seal is checked, and every table is seen through a view that asks for it.
pub(super) async fn sealed(server: &MySqlServer, tenancy: &Tenancy) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let (own, none, refused) = sealed::try_seals(server, tenancy).await?;
    for (fine, what) in [
        (own, "does not answer the tenant of a right seal"),
        (none, "answers a tenant without a seal"),
        (refused, "accepts a forged seal"),
    ] {
        if !fine {
            findings.push(Finding::error(
                "seal",
                format!("the function {}.tenant() {what}", server.wall.as_str()),
                "restart the service, which makes the function anew; until then nothing is served",
            ));
        }
    }
    let mut conn = fence::session(server, &server.provisioner, tenancy).await?;
    examine::views(server, &mut conn, &mut findings).await?;
    conn.close().await;
    Ok(findings)
}

/// A tenant in its own database: its login can do nothing but use its tables.
pub(super) async fn own_database(server: &MySqlServer, tenancy: &Tenancy) -> Result<Vec<Finding>> {
    let (name, login) = (database::name(tenancy)?, database::login(tenancy)?);
    let mut findings = Vec::new();
    // The door itself: as it is served.
    let options = database::options(&server.provisioner, tenancy)?;
    let mut conn = session::ServingConnector::new(options, server.ready()?.flavor)
        .connect()
        .await?;
    elsewhere(&mut conn, &name, &login, &mut findings).await?;
    conn.close().await;
    let mut conn = fence::session(server, &server.provisioner, tenancy).await?;
    examine::login(&mut conn, &login, "login-strong", &mut findings).await?;
    for granted in grants::list(&mut conn, &name, &login).await? {
        if let Some(mend) = granted.mend(&login) {
            findings.push(Finding::error(
                "grants",
                format!("the rights on {} are not what they must be", granted.quoted()),
                mend,
            ));
        }
    }
    keys::keys(&mut conn, &name, &mut findings).await?;
    keys::collations(&mut conn, &name, &mut findings).await?;
    half::applied(&mut conn, &name, &mut findings).await?;
    conn.close().await;
    Ok(findings)
}

/// What a login sees besides its own database.
async fn elsewhere(conn: &mut Conn, own: &SqlIdent, login: &SqlIdent, findings: &mut Vec<Finding>) -> Result<()> {
    // `test` is what old installations let everybody into; whoever has it sees nothing of ours there.
    let sql = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA \
               WHERE SCHEMA_NAME NOT IN ('information_schema', 'performance_schema', 'test', ?)";
    let rows: Vec<(String,)> = conn.fetch_all(sql.into(), vec![own.as_str().into()], false).await?;
    if !rows.is_empty() {
        let seen: Vec<String> = rows.into_iter().map(|r| r.0).collect();
        findings.push(Finding::error(
            "login-elsewhere",
            format!("the login {} sees {} too", login.as_str(), seen.join(", ")),
            format!(
                "SHOW GRANTS FOR {} and revoke what is not on its own database",
                account(login)
            ),
        ));
    }
    Ok(())
}

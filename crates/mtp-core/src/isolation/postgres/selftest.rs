//! Looks at one tenant's walls before it is served, and whenever an operator asks.

use super::{
    PgServer, database, fence, logins, sealed,
    wall::{self, Look},
};
use crate::{doctor::Finding, error::Result, isolation::Tenancy};

/// A tenant in the common database: the seal is checked, and every table of the schema asks for it.
pub(super) async fn sealed(server: &PgServer, tenancy: &Tenancy, schema: &str) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let (own, none, refused) = sealed::try_seals(server, tenancy).await?;
    for (fine, what) in [
        (own, "mtp.tenant() does not answer the tenant of a right seal"),
        (none, "mtp.tenant() answers a tenant without a seal"),
        (refused, "mtp.tenant() accepts a forged seal"),
    ] {
        if !fine {
            findings.push(Finding::error(
                "seal",
                format!("{what} (common database {})", server.common.as_str()),
                "restart the service, which makes the function anew; until then nothing is served",
            ));
        }
    }
    let options = server.provisioner.clone().database(server.common.as_str());
    let mut conn = fence::session(server, &options, tenancy).await?;
    for relation in wall::relations(&mut conn, schema, &server.runtime.name, Look::All, false).await? {
        findings.extend(super::examine::relation(&relation, server));
    }
    conn.close().await;
    Ok(findings)
}

#[derive(sqlx::FromRow)]
struct Login {
    strong: bool,
    creates: bool,
    writes: bool,
    elsewhere: String,
}

/// A tenant in its own database: its login can do nothing but use its tables.
pub(super) async fn own_database(server: &PgServer, tenancy: &Tenancy) -> Result<Vec<Finding>> {
    let (name, login) = (database::name(tenancy)?, database::login(tenancy)?);
    let mut findings = Vec::new();
    let options = database::options(&server.provisioner, tenancy)?;
    let mut conn = fence::session(server, &options, tenancy).await?;
    // Of ours are the databases that carry our mark.
    let sql = "SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication \
                 OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid) AS strong, \
               has_database_privilege(current_database(), 'CREATE') OR has_database_privilege(current_database(), 'TEMP') AS creates, \
               EXISTS (SELECT 1 FROM pg_namespace n WHERE has_schema_privilege(n.oid, 'CREATE')) AS writes, \
               coalesce((SELECT string_agg(d.datname, ', ') FROM pg_database d WHERE d.datname <> current_database() \
                   AND has_database_privilege(d.oid, 'CONNECT') AND starts_with(shobj_description(d.oid, 'pg_database'), $1)), '') AS elsewhere \
               FROM pg_roles r WHERE r.rolname = current_user";
    let mark = format!("mtp:{}:", server.service);
    let found: Option<Login> = conn.fetch_first(sql.into(), vec![mark.into()], false).await?;
    let found = found.ok_or(crate::error::Error::Internal("a login is not among the roles"))?;
    if found.strong {
        findings.push(Finding::error(
            "login-strong",
            format!("the login {} has more rights than one that only serves", login.as_str()),
            format!(
                "ALTER ROLE {login} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION; and revoke its memberships"
            ),
        ));
    }
    if found.creates || found.writes {
        findings.push(Finding::error(
            "login-creates",
            format!("the login {} may create objects in {}", login.as_str(), name.as_str()),
            format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC, {login}; GRANT CONNECT ON DATABASE {name} TO {login}; REVOKE CREATE ON SCHEMA app, public FROM PUBLIC, {login}"),
        ));
    }
    if !found.elsewhere.is_empty() {
        findings.push(Finding::error(
            "login-elsewhere",
            format!("the login {} may connect to {} too", login.as_str(), found.elsewhere),
            format!("REVOKE CONNECT ON DATABASE {} FROM PUBLIC, {login}", found.elsewhere),
        ));
    }
    if !logins::is_pinned(&mut conn, &login, &name).await? {
        findings.push(Finding::error(
            "settings-not-pinned",
            format!(
                "the settings of {} in {} are not the pinned ones",
                login.as_str(),
                name.as_str()
            ),
            logins::pin(&login, &name),
        ));
    }
    for relation in wall::relations(&mut conn, database::SCHEMA, &login, Look::All, false).await? {
        if let Some(mend) = relation.mend_grants(&login) {
            findings.push(Finding::error(
                "grants",
                format!(
                    "the rights on {} in {} are not what they must be",
                    relation.quoted(),
                    name.as_str()
                ),
                mend,
            ));
        }
    }
    conn.close().await;
    Ok(findings)
}

//! What logins may do, and who else may.

use super::super::{PgServer, logins};
use crate::{db::Conn, doctor::Finding, error::Result};

#[derive(sqlx::FromRow)]
struct Runtime {
    superuser: bool,
    bypass: bool,
    makes: bool,
    member_of: String,
    owns: i64,
}

/// The runtime login owns nothing, is nothing, and makes nothing.
pub(super) async fn logins(server: &PgServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let name = &server.runtime.name;
    let sql = "SELECT r.rolsuper AS superuser, r.rolbypassrls AS bypass, r.rolcreatedb OR r.rolcreaterole OR r.rolreplication AS makes, \
               coalesce((SELECT string_agg(quote_ident(g.rolname), ', ') FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid), '') AS member_of, \
               (SELECT count(*) FROM pg_shdepend d WHERE d.refobjid = r.oid AND d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o') AS owns \
               FROM pg_roles r WHERE r.rolname = $1";
    let row: Option<Runtime> = conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?;
    let Some(row) = row else {
        findings.push(Finding::error(
            "runtime-login",
            format!("there is no login {}", name.as_str()),
            format!("CREATE ROLE {name} LOGIN PASSWORD …"),
        ));
        return Ok(());
    };
    let mut add = |down: bool, rule, what: String, mend: String| {
        if down {
            findings.push(Finding::error(rule, what, mend));
        }
    };
    let login = name.as_str();
    add(
        row.superuser,
        "runtime-superuser",
        format!("{login} is a superuser: no policy holds it"),
        format!("ALTER ROLE {name} NOSUPERUSER"),
    );
    add(
        row.bypass,
        "runtime-bypassrls",
        format!("{login} has BYPASSRLS: no policy holds it"),
        format!("ALTER ROLE {name} NOBYPASSRLS"),
    );
    add(
        row.makes,
        "runtime-creates",
        format!("{login} may make databases, logins or replicas"),
        format!("ALTER ROLE {name} NOCREATEDB NOCREATEROLE NOREPLICATION"),
    );
    add(
        !row.member_of.is_empty(),
        "runtime-member",
        format!("{login} is a member of {}", row.member_of),
        format!("REVOKE {} FROM {name}", row.member_of),
    );
    add(
        row.owns > 0 || server.runtime.name == server.owner.name,
        "runtime-owner",
        format!("{login} owns objects, and an owner can take walls down"),
        format!("REASSIGN OWNED BY {name} TO {}", server.owner.name),
    );
    let sql = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1";
    let owner: Option<(bool,)> = conn
        .fetch_first(sql.into(), vec![server.owner.name.as_str().into()], false)
        .await?;
    let owner_name = &server.owner.name;
    add(
        owner.is_none_or(|o| o.0),
        "owner-bypasses",
        format!(
            "{} is a superuser or has BYPASSRLS, or is not there",
            owner_name.as_str()
        ),
        format!("ALTER ROLE {owner_name} NOSUPERUSER NOBYPASSRLS"),
    );
    Ok(())
}

/// Nobody but their own login gets into databases of ours.
pub(super) async fn databases(server: &PgServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let sql = "SELECT quote_ident(d.datname), d.datname = current_database() OR starts_with(coalesce(shobj_description(d.oid, 'pg_database'), ''), $1) \
               FROM pg_database d WHERE d.datallowconn AND EXISTS (SELECT 1 FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x \
                 WHERE x.grantee = 0 AND x.privilege_type IN ('CONNECT', 'TEMPORARY', 'CREATE')) ORDER BY 1";
    let mark = format!("mtp:{}:", server.service);
    let rows: Vec<(String, bool)> = conn.fetch_all(sql.into(), vec![mark.into()], false).await?;
    for (name, ours) in rows {
        let what = format!("database {name} lets everybody connect, tenants' logins too");
        let mend = format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC");
        findings.push(if ours {
            Finding::error("public-connect", what, mend)
        } else {
            Finding::warning("public-connect-elsewhere", what, mend)
        });
    }
    let runtime = &server.runtime.name;
    let sql = "SELECT has_database_privilege($1, current_database(), 'CREATE') OR has_database_privilege($1, current_database(), 'TEMP')";
    let makes: Option<(bool,)> = conn
        .fetch_first(sql.into(), vec![runtime.as_str().into()], false)
        .await?;
    if makes.is_some_and(|m| m.0) {
        findings.push(Finding::error(
            "runtime-temp",
            format!(
                "{} may make schemas or temporary tables, and shadow ours",
                runtime.as_str()
            ),
            format!(
                "REVOKE CREATE, TEMP ON DATABASE {} FROM {runtime}, PUBLIC",
                server.common
            ),
        ));
    }
    Ok(())
}

/// Nobody but owners makes anything in a schema.
pub(super) async fn schemas(server: &PgServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let runtime = &server.runtime.name;
    let sql = "SELECT quote_ident(nspname) FROM pg_namespace WHERE has_schema_privilege($1, oid, 'CREATE') ORDER BY 1";
    let rows: Vec<(String,)> = conn.fetch_all(sql.into(), vec![runtime.as_str().into()], false).await?;
    findings.extend(rows.into_iter().map(|(schema,)| {
        Finding::error(
            "schema-create",
            format!("{} may make objects in schema {schema}", runtime.as_str()),
            format!("REVOKE CREATE ON SCHEMA {schema} FROM {runtime}, PUBLIC"),
        )
    }));
    Ok(())
}

/// The seal's secrets are the wall's alone, and the function is the runtime login's.
pub(super) async fn secrets(server: &PgServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let (wall, runtime) = (&server.wall, &server.runtime.name);
    // Rights are read from the lists themselves: the provisioner, a member of all, has every one.
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_class c, aclexplode(c.relacl) x WHERE c.oid = 'mtp.seal_secret'::regclass AND x.grantee <> c.relowner) \
                 OR EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 'mtp.seal_secret'::regclass AND attacl IS NOT NULL), \
               EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = 'mtp.seal_secret'::regclass AND pg_get_userbyid(c.relowner) <> $1) \
                 OR EXISTS (SELECT 1 FROM pg_proc p WHERE p.oid = 'mtp.tenant()'::regprocedure AND pg_get_userbyid(p.proowner) <> $1) \
                 OR EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1 AND (rolcanlogin OR rolsuper)), \
               EXISTS (SELECT 1 FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x \
                 WHERE p.oid = 'mtp.tenant()'::regprocedure AND x.grantee NOT IN (p.proowner, coalesce(to_regrole($2)::oid, 0))), \
               has_function_privilege($2, 'mtp.tenant()', 'EXECUTE') AND has_schema_privilege($2, 'mtp', 'USAGE'), \
               (SELECT count(*) FROM mtp.seal_secret WHERE retired_at IS NULL OR retired_at > clock_timestamp()), \
               (SELECT count(*) FROM mtp.seal_secret WHERE retired_at IS NULL)";
    let values = vec![wall.as_str().into(), runtime.as_str().into()];
    let row: Option<(bool, bool, bool, bool, i64, i64)> = conn.fetch_first(sql.into(), values, false).await?;
    let Some((granted, owned, lent, usable, live, endless)) = row else {
        return Ok(());
    };
    let mut add = |down: bool, rule, what: &str, mend: String| {
        if down {
            findings.push(Finding::error(rule, what, mend));
        }
    };
    add(
        granted,
        "secret-readable",
        "somebody besides the wall's role has rights on mtp.seal_secret",
        format!(
            "REVOKE ALL ON mtp.seal_secret FROM PUBLIC, {runtime}, {}; -- and from each that \\dp shows; the secret is known then",
            server.owner.name
        ),
    );
    add(
        owned,
        "wall-owner",
        "the wall belongs to another role than its own, or somebody can log in as that role",
        format!(
            "ALTER TABLE mtp.seal_secret OWNER TO {wall}; ALTER FUNCTION mtp.tenant() OWNER TO {wall}; ALTER ROLE {wall} NOLOGIN"
        ),
    );
    add(
        lent,
        "seal-function-lent",
        "others than the runtime login may call mtp.tenant()",
        format!("REVOKE ALL ON FUNCTION mtp.tenant() FROM PUBLIC; GRANT EXECUTE ON FUNCTION mtp.tenant() TO {runtime}"),
    );
    add(
        !usable,
        "seal-function-denied",
        "the runtime login may not call mtp.tenant(), so no row is seen",
        format!("GRANT USAGE ON SCHEMA mtp TO {runtime}; GRANT EXECUTE ON FUNCTION mtp.tenant() TO {runtime}"),
    );
    add(
        live == 0 || live > 2,
        "seal-secrets",
        "one secret of seals is good, two while one replaces the other; here it is another number",
        "SELECT id, created_at, retired_at FROM mtp.seal_secret, and retire what is too much".into(),
    );
    if endless == 2 {
        findings.push(Finding::warning(
            "seal-rotation",
            format!(
                "a rotation of the secret of seals on server {} was broken off, or runs just now",
                server.name
            ),
            format!("run `server rotate-seals {}` again, which goes on with it", server.name),
        ));
    }
    Ok(())
}

/// The settings of the runtime login are the pinned ones, and the server's log holds no bound values.
pub(super) async fn settings(server: &PgServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let (runtime, common) = (&server.runtime.name, &server.common);
    if !logins::is_pinned(conn, runtime, common).await? {
        findings.push(Finding::error(
            "settings-not-pinned",
            format!(
                "the settings of {} in {} are not the pinned ones",
                runtime.as_str(),
                common.as_str()
            ),
            logins::pin(runtime, common),
        ));
    }
    let sql = "SELECT current_setting('log_parameter_max_length') <> '0' \
               AND (current_setting('log_statement') = 'all' OR current_setting('log_min_duration_statement') <> '-1' \
                 OR current_setting('log_min_duration_sample') <> '-1' OR current_setting('log_transaction_sample_rate')::float8 > 0)";
    let logged: Option<(bool,)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    if logged.is_some_and(|l| l.0) {
        findings.push(Finding::warning(
            "values-in-log",
            "the server writes bound values, seals among them, into its log",
            "ALTER SYSTEM SET log_parameter_max_length = 0; SELECT pg_reload_conf()",
        ));
    }
    Ok(())
}

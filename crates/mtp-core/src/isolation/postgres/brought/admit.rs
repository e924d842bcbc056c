//! What a database that a tenant brings must be, and must not be: asked of the database itself, whatever address it
//! was given by.

use super::super::server::MIN_VERSION;
use crate::{db::Conn, doctor::Finding, error::Result, ident::SqlIdent};

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the answer")]
struct Brought {
    version: i64,
    encoding: String,
    strong: bool,
    ours: bool,
    taken: Option<String>,
    elsewhere: Option<String>,
    creates: bool,
    foreign: bool,
}

/// Every mark of ours, of whichever service, begins with `mtp:`.
const LOOK: &str = "SELECT current_setting('server_version_num')::bigint AS version, current_setting('server_encoding') AS encoding, \
    EXISTS (SELECT 1 FROM pg_roles g WHERE pg_has_role(r.oid, g.oid, 'MEMBER') AND (g.rolsuper OR g.rolbypassrls OR g.rolcreatedb \
        OR g.rolcreaterole OR g.rolreplication OR g.rolname IN ('pg_execute_server_program', 'pg_read_server_files', \
        'pg_write_server_files', 'pg_read_all_data', 'pg_write_all_data'))) AS strong, \
    EXISTS (SELECT 1 FROM pg_roles g WHERE pg_has_role(r.oid, g.oid, 'MEMBER') \
        AND starts_with(shobj_description(g.oid, 'pg_authid'), 'mtp:')) \
      OR starts_with(coalesce(shobj_description(d.oid, 'pg_database'), ''), 'mtp:') \
      OR EXISTS (SELECT 1 FROM pg_namespace WHERE nspname IN ('mtp', 'mtp_central')) AS ours, \
    (SELECT min(nspname)::text FROM pg_namespace n WHERE starts_with(obj_description(n.oid, 'pg_namespace'), 'mtp:') \
        AND obj_description(n.oid, 'pg_namespace') <> $1) AS taken, \
    (SELECT string_agg(quote_ident(o.datname), ', ') FROM pg_database o WHERE o.oid <> d.oid AND has_database_privilege(o.oid, 'CONNECT') \
        AND starts_with(shobj_description(o.oid, 'pg_database'), $3)) AS elsewhere, \
    has_database_privilege(d.oid, 'CREATE') OR EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = $2 AND n.nspowner = r.oid) AS creates, \
    EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = $2 AND (n.nspowner <> r.oid \
        OR coalesce(obj_description(n.oid, 'pg_namespace'), $1) <> $1)) AS foreign \
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()";

/// What is wrong with a database for the tenant with this mark and schema, which are empty for one not yet made;
/// `marks` is what the service's marks begin with.
pub(super) async fn look(conn: &mut Conn, marks: &str, mark: &str, schema: &str) -> Result<Vec<Finding>> {
    let values = vec![mark.into(), schema.into(), marks.into()];
    let row: Option<Brought> = conn.fetch_first(LOOK.into(), values, false).await?;
    let row = row.ok_or(crate::error::Error::Internal("a login is not among the roles"))?;
    let mut findings = Vec::new();
    let mut add = |down: bool, rule, what: String, mend: &str| {
        if down {
            findings.push(Finding::error(rule, what, mend));
        }
    };
    add(
        row.version < MIN_VERSION,
        "brought-version",
        format!(
            "the tenant's own database is PostgreSQL {}, too old",
            row.version / 10_000
        ),
        "bring one of 15 or later",
    );
    add(
        row.encoding != "UTF8",
        "brought-encoding",
        format!("the tenant's own database has the encoding {}", row.encoding),
        "bring one with ENCODING 'UTF8'",
    );
    add(
        row.strong,
        "brought-strong",
        "the login of the tenant's own database is a superuser, may make logins or databases, or may act as one that does".into(),
        "bring a login of its own: CREATE ROLE … LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS, and let it own the database",
    );
    add(
        row.ours,
        "brought-ours",
        "the database or the login is one of this platform's own".into(),
        "bring a database and a login that no service of this platform made or uses",
    );
    add(
        row.taken.is_some(),
        "brought-taken",
        format!(
            "schema {} there belongs to another tenant",
            row.taken.as_deref().unwrap_or_default()
        ),
        "bring a database for each tenant; where that tenant is purged and its mark was left, COMMENT ON SCHEMA … IS NULL",
    );
    add(
        row.elsewhere.is_some(),
        "brought-elsewhere",
        format!(
            "the login of the tenant's own database may connect to databases of this service: {}",
            row.elsewhere.as_deref().unwrap_or_default()
        ),
        "REVOKE CONNECT ON DATABASE … FROM PUBLIC, and from that login",
    );
    add(
        !row.creates,
        "brought-creates",
        "the login may not make a schema in the tenant's own database".into(),
        "ALTER DATABASE … OWNER TO the login, or GRANT CREATE ON DATABASE … TO it",
    );
    add(
        row.foreign,
        "brought-foreign",
        format!("schema {schema} in the tenant's own database is not this tenant's"),
        "DROP SCHEMA or rename it",
    );
    Ok(findings)
}

/// What is wrong with what was made there.
pub(super) async fn owned(conn: &mut Conn, mark: &str, schema: &SqlIdent) -> Result<Vec<Finding>> {
    let sql = "SELECT coalesce(obj_description(n.oid, 'pg_namespace') = $1, false), \
                 EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND pg_get_userbyid(c.relowner) <> current_user) \
               FROM pg_namespace n WHERE n.nspname = $2";
    let row: Option<(bool, bool)> = conn
        .fetch_first(sql.into(), vec![mark.into(), schema.as_str().into()], false)
        .await?;
    Ok(match row {
        Some((true, false)) => Vec::new(),
        Some((true, true)) => vec![Finding::error(
            "brought-owner",
            format!(
                "in schema {} of the tenant's own database something belongs to another login",
                schema.as_str()
            ),
            "ALTER … OWNER TO the login that was brought",
        )],
        _ => vec![Finding::error(
            "brought-gone",
            format!(
                "schema {} of the tenant's own database is gone, or no more marked as this tenant's",
                schema.as_str()
            ),
            "restore the database from a backup, or COMMENT ON SCHEMA … IS the mark that it had",
        )],
    })
}

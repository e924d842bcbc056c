//! The sealed context in a common database: schema `mtp`, its secrets, `mtp.tenant()`, and the policies of tables.

use std::fmt::Write;

use super::PgServer;
use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::ledger,
    seal::SealKey,
};

/// The schema of the wall, and the function that checks seals.
pub(super) const SQL: &str = include_str!("wall.sql");
/// The one policy of every tenant table.
pub(super) const POLICY: &str = "mtp_tenant";
/// What a runtime login may do with a tenant's table.
pub(super) const RIGHTS: &str = "DELETE,INSERT,SELECT,UPDATE";

/// Makes the wall in the common database, within the caller's transaction, as the wall's own role; leaves the
/// transaction in that role.
pub(super) async fn raise(server: &PgServer, conn: &mut Conn) -> Result<()> {
    let (wall, owner, runtime) = (&server.wall, &server.owner.name, &server.runtime.name);
    let there: Option<(bool,)> = conn
        .fetch_first(
            "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'mtp')".into(),
            Vec::new(),
            false,
        )
        .await?;
    conn.run("RESET ROLE").await?;
    if !there.is_some_and(|t| t.0) {
        conn.run(format!("CREATE SCHEMA mtp AUTHORIZATION {wall}")).await?;
    }
    conn.run(format!("SET LOCAL ROLE {wall}")).await?;
    conn.run(SQL).await?;
    put_secret(conn, server, &server.sealer.key()).await?;
    // The owner names the function in policies, and may not call it: without a seal it would see no rows and not
    // know why; migrations lift FORCE where they change rows.
    conn.run(format!(
        "REVOKE ALL ON SCHEMA mtp FROM PUBLIC; GRANT USAGE ON SCHEMA mtp TO {runtime}, {owner}; \
         GRANT EXECUTE ON FUNCTION mtp.tenant() TO {runtime}"
    ))
    .await?;
    Ok(())
}

/// Lets the server believe seals of this secret, unless it knows a newer one: whoever starts, or wakes, in the middle of a
/// rotation brings no old one back. In a transaction of the wall's own role.
pub(super) async fn put_secret(conn: &mut Conn, server: &PgServer, key: &SealKey) -> Result<()> {
    let (inner, outer) = key.pads();
    let put = "INSERT INTO mtp.seal_secret (id, inner_pad, outer_pad) SELECT $1, $2, $3 \
               WHERE NOT EXISTS (SELECT 1 FROM mtp.seal_secret WHERE id > $1) ON CONFLICT (id) DO NOTHING";
    let values = vec![key.id().into(), inner.to_vec().into(), outer.to_vec().into()];
    conn.execute(put.into(), values.clone(), false).await?;
    let same = "SELECT count(*) FROM mtp.seal_secret WHERE id > $1 OR (id = $1 AND inner_pad = $2 AND outer_pad = $3)";
    let found: Option<(i64,)> = conn.fetch_first(same.into(), values, false).await?;
    if found.is_none_or(|f| f.0 == 0) {
        return Err(Error::Config(format!(
            "the common database {} has another secret for seals than this catalogue; is it another installation's?",
            server.common.as_str()
        )));
    }
    Ok(())
}

/// A relation of a schema that tenants' statements may reach, and how its wall stands.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the catalogue's answer"
)]
pub(super) struct Relation {
    pub(super) schema: String,
    pub(super) name: String,
    /// `pg_class.relkind`.
    pub(super) kind: String,
    pub(super) owner: String,
    /// Whether it has a column `tenant_id`.
    pub(super) tenant: bool,
    pub(super) enabled: bool,
    pub(super) forced: bool,
    /// The names of policies that are not ours, quoted, with semicolons.
    pub(super) policies: String,
    /// Whether one of the policies is ours, word for word.
    pub(super) policy: bool,
    /// What the runtime login was granted, in order of the alphabet.
    pub(super) granted: String,
    /// Who else was granted anything on it or on a column of it, and the runtime login where it was granted a column or
    /// may grant on; quoted, with commas.
    pub(super) others: String,
    /// A view that reads with its reader's rights.
    pub(super) invoker: bool,
}

/// Which relations are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// All of them.
    All,
    /// Those that this transaction made or changed, and those whose wall is plainly not up. What a transaction did shows
    /// in the rows of the catalogue that are its own: every grant, policy, option and column is in one. So after a
    /// migration nothing else can be otherwise than before it; and to read a policy's text costs more than a small
    /// migration.
    Changed,
}

impl Look {
    /// `age` of a transaction is 0 for this one, below for one within it or later, and greatest for what is long over.
    fn condition(self) -> String {
        match self {
            Self::All => "true".to_owned(),
            Self::Changed => {
                format!(
                    "(age(c.xmin) <= 0 \
                 OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND (age(a.xmin) <= 0 OR a.attacl IS NOT NULL)) \
                 OR (c.relkind IN ('r', 'p') AND ((SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) \
                       <> (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = '{POLICY}' AND age(p.xmin) > 0) \
                     OR c.relrowsecurity <> EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) \
                     OR c.relrowsecurity <> c.relforcerowsecurity)))"
                )
            }
        }
    }
}

/// How the relations of one schema stand, or (with an empty name) of all that are neither PostgreSQL's nor ours. With
/// `keep` the session keeps the statement: to plan it costs as much as a small migration.
pub(super) async fn relations(
    conn: &mut Conn,
    schema: &str,
    runtime: &SqlIdent,
    look: Look,
    keep: bool,
) -> Result<Vec<Relation>> {
    let look = look.condition();
    // `pg_class` has no index by schema, and with a thousand schemas a look at all of it for each costs more than the
    // migration: what lies in a schema depends on it, and that is found by an index.
    let (from, place) = if schema.is_empty() {
        (
            "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
            "n.nspname NOT IN ('mtp', 'mtp_central', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND $1 = ''",
        )
    } else {
        (
            "pg_namespace n JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid \
               AND d.classid = 'pg_class'::regclass AND d.objsubid = 0 \
             JOIN pg_class c ON c.oid = d.objid AND c.relnamespace = n.oid",
            "n.nspname = $1",
        )
    };
    let sql = format!(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind, \
           pg_get_userbyid(c.relowner)::text AS owner, \
           EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS tenant, \
           c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, \
           coalesce((SELECT string_agg(quote_ident(p.polname), ';') FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname <> '{POLICY}'), '') AS policies, \
           EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = '{POLICY}' AND p.polpermissive \
               AND p.polcmd = '*' AND p.polroles = '{{0}}'::oid[] \
               AND pg_get_expr(p.polqual, c.oid) IN ('(tenant_id = ( SELECT mtp.tenant() AS tenant))', '((tenant_id)::text = ( SELECT mtp.tenant() AS tenant))') \
               AND pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid)) AS policy, \
           coalesce((SELECT string_agg(DISTINCT x.privilege_type, ',' ORDER BY x.privilege_type) FROM aclexplode(c.relacl) x \
               WHERE x.grantee = r.oid AND NOT x.is_grantable), '') AS granted, \
           coalesce((SELECT string_agg(DISTINCT CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END, ', ') \
               FROM (SELECT g.grantee FROM aclexplode(c.relacl) g WHERE g.grantee <> c.relowner AND (g.grantee <> r.oid OR g.is_grantable) \
                   UNION SELECT g.grantee FROM pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = c.oid) x), '') AS others, \
           coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false) AS invoker \
         FROM {from} CROSS JOIN pg_roles r \
         WHERE r.rolname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {place} AND {look} \
         ORDER BY 1, 2"
    );
    Ok(conn
        .fetch_all(sql.into(), vec![schema.into(), runtime.as_str().into()], keep)
        .await?)
}

impl Relation {
    pub(super) fn is_table(&self) -> bool {
        matches!(self.kind.as_str(), "r" | "p")
    }

    /// The name, quoted: a service's table may be called anything.
    pub(super) fn quoted(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.name))
    }

    /// Our own ledger, on which the runtime login has no right.
    pub(super) fn is_ledger(&self) -> bool {
        self.name == ledger::TABLE
    }

    /// What the runtime login should have been granted.
    pub(super) fn due(&self) -> &'static str {
        let readable = self.is_table() || (self.kind == "v" && self.invoker);
        if readable && self.tenant && !self.is_ledger() {
            RIGHTS
        } else {
            ""
        }
    }

    /// What brings grants into order, if they are not.
    pub(super) fn mend_grants(&self, runtime: &SqlIdent) -> Option<String> {
        if self.granted == self.due() && self.others.is_empty() {
            return None;
        }
        let on = self.quoted();
        let mut sql = format!("REVOKE ALL ON {on} FROM PUBLIC, {runtime};");
        if !self.others.is_empty() {
            let _ = write!(sql, " REVOKE ALL ON {on} FROM {} CASCADE;", self.others);
        }
        if !self.due().is_empty() {
            let _ = write!(sql, " GRANT {} ON {on} TO {runtime};", self.due());
        }
        Some(sql)
    }

    /// What brings row-level security into order, if it is not.
    pub(super) fn mend_policy(&self) -> Option<String> {
        if !self.is_table() || !self.tenant || self.is_ledger() {
            return None;
        }
        if self.enabled && self.forced && self.policy {
            return None;
        }
        let on = self.quoted();
        let condition = "(tenant_id = (SELECT mtp.tenant()))";
        Some(format!(
            "ALTER TABLE {on} ENABLE ROW LEVEL SECURITY; ALTER TABLE {on} FORCE ROW LEVEL SECURITY; \
             DROP POLICY IF EXISTS {POLICY} ON {on}; \
             CREATE POLICY {POLICY} ON {on} FOR ALL TO PUBLIC USING {condition} WITH CHECK {condition};"
        ))
    }
}

/// A name in quotes, whatever it holds.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

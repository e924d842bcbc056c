//! Keys and functions of the common database.

use crate::{db::Conn, doctor::Finding, error::Result};

#[derive(sqlx::FromRow)]
struct Named {
    name: String,
    on_table: String,
}

/// Every unique key and every reference of a tenant table begins with `tenant_id`: else a key tells, or a reference
/// holds, what another tenant has.
pub(super) async fn keys(conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let first = "(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ";
    let sql = format!(
        "WITH t AS (SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS relation FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
           WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('mtp', 'mtp_central', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
           AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)) \
         SELECT i.indexrelid::regclass::text AS name, c.relation AS on_table FROM t c JOIN pg_index i ON i.indrelid = c.oid \
           WHERE i.indisunique AND {first} i.indkey[0]) IS DISTINCT FROM 'tenant_id' \
         UNION ALL SELECT k.conname::text, c.relation FROM t c JOIN pg_constraint k ON k.conrelid = c.oid \
           WHERE k.contype = 'f' AND ({first} k.conkey[1]) IS DISTINCT FROM 'tenant_id' \
             OR (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attnum = k.confkey[1]) IS DISTINCT FROM 'tenant_id') \
         UNION ALL SELECT k.conname::text, c.relation FROM t c JOIN pg_constraint k ON k.conrelid = c.oid \
           WHERE k.contype = 'x' AND NOT EXISTS (SELECT 1 FROM unnest(k.conkey, k.conexclop) AS e(col, op) \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = e.col JOIN pg_operator o ON o.oid = e.op \
             WHERE a.attname = 'tenant_id' AND o.oprname = '=')"
    );
    let rows: Vec<Named> = conn.fetch_all(sql.into(), Vec::new(), false).await?;
    findings.extend(rows.into_iter().map(|row| {
        Finding::error(
            "key-without-tenant",
            format!("key {} of {} does not begin with tenant_id", row.name, row.on_table),
            "make it anew with tenant_id first, by a migration",
        )
    }));
    Ok(())
}

/// Two ids are equal only where they are the same: under a collation that passes over punctuation, `a-b` is `ab`, for the
/// filter and for the policy alike.
pub(super) async fn collations(conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let sql = "SELECT l.oid::regcollation::text AS name, format('%I.%I', n.nspname, c.relname) AS on_table \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped \
               JOIN pg_collation l ON NOT l.collisdeterministic AND (l.oid = a.attcollation \
                 OR EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indcollation[0] = l.oid)) \
               WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname NOT LIKE 'pg\\_%'";
    let rows: Vec<Named> = conn.fetch_all(sql.into(), Vec::new(), false).await?;
    findings.extend(rows.into_iter().map(|row| {
        Finding::error(
            "tenant-collation",
            format!("tenant_id of {} is compared by {}, for which two tenants may be one", row.on_table, row.name),
            format!(
                "give it the collation \"C\" by a migration (ALTER TABLE {} ALTER COLUMN tenant_id TYPE TEXT COLLATE \"C\"), in its keys too",
                row.on_table
            ),
        )
    }));
    Ok(())
}

/// A function with its owner's rights goes around the wall; ours is the only one.
pub(super) async fn functions(conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let sql = "SELECT p.oid::regprocedure::text AS name, n.nspname::text AS on_table FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
               WHERE p.prosecdef AND n.nspname NOT IN ('information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
               AND NOT (n.nspname = 'mtp' AND p.proname = 'tenant' AND p.pronargs = 0)";
    let rows: Vec<Named> = conn.fetch_all(sql.into(), Vec::new(), false).await?;
    findings.extend(rows.into_iter().map(|row| {
        Finding::error(
            "definer-function",
            format!("function {} runs with its owner's rights", row.name),
            format!("ALTER FUNCTION {} SECURITY INVOKER", row.name),
        )
    }));
    let sql = "SELECT prosrc, prosecdef AND provolatile = 's' AND proconfig IS NOT DISTINCT FROM ARRAY['search_path=pg_catalog, pg_temp'] FROM pg_proc \
               WHERE pronamespace = 'mtp'::regnamespace AND proname = 'tenant' AND pronargs = 0";
    let ours: Option<(String, bool)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    let body = super::wall::SQL.split("$body$").nth(1).unwrap_or_default();
    if ours.is_none_or(|(source, pinned)| source != body || !pinned) {
        findings.push(Finding::error(
            "seal-function",
            "mtp.tenant() is not the function of this release, or its search_path is not pinned",
            "restart the service: it makes the function anew",
        ));
    }
    Ok(())
}

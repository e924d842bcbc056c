//! What the tables themselves must be for the walls to hold: keys, texts of tenants, and nothing that runs with others'
//! rights.

use super::{MySqlServer, grants};
use crate::{db::Conn, doctor::Finding, error::Result, ident::SqlIdent};

/// Every unique key and every reference of a tenant table begins with `tenant_id`: else a key tells, or a reference
/// holds, what another tenant has.
pub(super) async fn keys(conn: &mut Conn, database: &SqlIdent, findings: &mut Vec<Finding>) -> Result<()> {
    // A database that is compared with a value is looked into by itself; otherwise the server opens every table that it has.
    let tenants = grants::tenant_tables(conn, database).await?;
    let sql = "SELECT s.INDEX_NAME, s.TABLE_NAME FROM information_schema.STATISTICS s \
               WHERE s.TABLE_SCHEMA = ? AND s.NON_UNIQUE = 0 AND s.SEQ_IN_INDEX = 1 AND LOWER(s.COLUMN_NAME) <> 'tenant_id'";
    let values = vec![database.as_str().into()];
    let mut rows: Vec<(String, String)> = conn.fetch_all(sql.into(), values.clone(), false).await?;
    rows.retain(|(_, table)| tenants.contains(table));
    let sql = "SELECT k.CONSTRAINT_NAME, k.TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE k \
               WHERE k.TABLE_SCHEMA = ? AND k.REFERENCED_TABLE_NAME IS NOT NULL AND k.ORDINAL_POSITION = 1 \
                 AND (LOWER(k.COLUMN_NAME) <> 'tenant_id' OR LOWER(k.REFERENCED_COLUMN_NAME) <> 'tenant_id')";
    rows.extend(conn.fetch_all::<(String, String)>(sql.into(), values, false).await?);
    findings.extend(rows.into_iter().map(|(key, table)| {
        Finding::error(
            "key-without-tenant",
            format!(
                "key {key} of {}.{table} does not begin with tenant_id",
                database.as_str()
            ),
            "make it anew with tenant_id first, by a migration",
        )
    }));
    Ok(())
}

/// Triggers, routines and events run with their definer's rights, around the wall; ours is the only one.
pub(super) async fn routines(server: &MySqlServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let sql = "SELECT 'TRIGGER', TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? \
               UNION ALL SELECT 'EVENT', EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? \
               UNION ALL SELECT ROUTINE_TYPE, ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES \
               WHERE ROUTINE_SCHEMA = ? AND NOT (ROUTINE_SCHEMA = ? AND ROUTINE_NAME = ? AND ROUTINE_TYPE = 'FUNCTION')";
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for database in [&server.common, &server.data, &server.wall] {
        let name = database.as_str();
        let wall = server.wall.as_str();
        let values = vec![
            name.into(),
            name.into(),
            name.into(),
            wall.into(),
            super::wall::FUNCTION.into(),
        ];
        rows.extend(
            conn.fetch_all::<(String, String, String)>(sql.into(), values, false)
                .await?,
        );
    }
    findings.extend(rows.into_iter().map(|(kind, database, name)| {
        let (database, name) = (super::views::tick(&database), super::views::tick(&name));
        Finding::error(
            "definer-routine",
            format!(
                "{} {database}.{name} runs with its definer's rights",
                kind.to_lowercase()
            ),
            format!("DROP {kind} {database}.{name}"),
        )
    }));
    Ok(())
}

/// Two texts that a collation calls equal would be one tenant.
pub(super) async fn collations(conn: &mut Conn, database: &SqlIdent, findings: &mut Vec<Finding>) -> Result<()> {
    let sql = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'";
    let values = vec![database.as_str().into()];
    let bases: Vec<(String,)> = conn.fetch_all(sql.into(), values.clone(), false).await?;
    let sql = "SELECT c.TABLE_NAME, c.COLLATION_NAME FROM information_schema.COLUMNS c \
               WHERE c.TABLE_SCHEMA = ? AND LOWER(c.COLUMN_NAME) = 'tenant_id' AND c.COLLATION_NAME IS NOT NULL \
                 AND c.COLLATION_NAME NOT LIKE '%\\\\_bin'";
    let mut rows: Vec<(String, String)> = conn.fetch_all(sql.into(), values, false).await?;
    rows.retain(|(table, _)| bases.iter().any(|(base,)| base == table));
    findings.extend(rows.into_iter().map(|(table, collation)| {
        let on = format!("{}.{}", database.ticked(), super::views::tick(&table));
        Finding::warning(
            "tenant-id-collation",
            format!("tenant_id of {on} is compared by {collation}, not byte by byte"),
            format!(
                "by a migration: ALTER TABLE {on} MODIFY tenant_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL"
            ),
        )
    }));
    Ok(())
}

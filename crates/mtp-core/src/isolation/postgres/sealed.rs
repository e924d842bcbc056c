//! Work on a tenant's own rows where they lie among others': as the runtime login, under the tenant's own seal.
//! Not even the lifecycle goes around the wall.

use super::{PgServer, fence};
use crate::{
    db::{Conn, FaultKind},
    error::{Error, Result},
    isolation::Tenancy,
    limits::ERASE_BATCH,
};

/// Opens a session as the runtime login in the common database.
pub(super) async fn session(server: &PgServer, tenancy: &Tenancy) -> Result<Conn> {
    fence::session(server, &server.runtime.options, tenancy).await
}

/// Opens a transaction under the tenant's seal.
async fn begin(server: &PgServer, tenancy: &Tenancy, conn: &mut Conn) -> Result<()> {
    conn.run("BEGIN").await?;
    let seal = server.sealer.seal(&tenancy.id, tenancy.uid)?;
    let sql = "SELECT set_config('mtp.seal', $1, true)";
    conn.execute(sql.into(), vec![seal.into_value()], false).await?;
    Ok(())
}

/// The tables with tenants' rows, quoted.
async fn tables(conn: &mut Conn, schema: &str) -> Result<Vec<String>> {
    let sql = "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
               AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) \
               ORDER BY 1";
    let rows: Vec<(String,)> = conn.fetch_all(sql.into(), vec![schema.into()], false).await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Deletes every row of the tenant, in batches, rows that others refer to last.
pub(super) async fn delete_rows(server: &PgServer, tenancy: &Tenancy, schema: &str) -> Result<()> {
    let mut conn = session(server, tenancy).await?;
    let mut left = tables(&mut conn, schema).await?;
    while !left.is_empty() {
        let before = left.len();
        let mut referred = Vec::new();
        for table in left {
            if !empty(server, tenancy, &mut conn, &table).await? {
                referred.push(table);
            }
        }
        left = referred;
        if left.len() == before {
            at_once(server, tenancy, &mut conn, &left).await?;
            break;
        }
    }
    conn.close().await;
    Ok(())
}

/// Deletes the tenant's rows of one table; `false` where other rows still refer to some.
async fn empty(server: &PgServer, tenancy: &Tenancy, conn: &mut Conn, table: &str) -> Result<bool> {
    let sql = format!(
        "DELETE FROM {table} WHERE tenant_id = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE tenant_id = $1 LIMIT {ERASE_BATCH}))"
    );
    loop {
        begin(server, tenancy, conn).await?;
        match conn
            .execute(sql.as_str().into(), vec![tenancy.id.as_str().into()], false)
            .await
        {
            Ok(0) => {
                conn.run("COMMIT").await?;
                return Ok(true);
            }
            Ok(_) => conn.run("COMMIT").await?,
            Err(fault) if fault.kind() == FaultKind::ForeignKey => {
                conn.run("ROLLBACK").await?;
                return Ok(false);
            }
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// Tables whose rows refer to each other in a circle: in one statement, whose references are checked at its end.
async fn at_once(server: &PgServer, tenancy: &Tenancy, conn: &mut Conn, tables: &[String]) -> Result<()> {
    let deletes: Vec<String> = tables
        .iter()
        .enumerate()
        .map(|(n, table)| format!("d{n} AS (DELETE FROM {table} WHERE tenant_id = $1)"))
        .collect();
    begin(server, tenancy, conn).await?;
    let sql = format!("WITH {} SELECT 1", deletes.join(", "));
    conn.execute(sql.into(), vec![tenancy.id.as_str().into()], false)
        .await?;
    conn.run("COMMIT").await?;
    Ok(())
}

/// Whether no table has a row of the tenant.
pub(super) async fn has_no_rows(server: &PgServer, tenancy: &Tenancy, schema: &str) -> Result<bool> {
    let mut conn = session(server, tenancy).await?;
    let mut none = true;
    for table in tables(&mut conn, schema).await? {
        begin(server, tenancy, &mut conn).await?;
        let sql = format!("SELECT 1::bigint FROM {table} WHERE tenant_id = $1 LIMIT 1");
        let row: Option<(i64,)> = conn
            .fetch_first(sql.into(), vec![tenancy.id.as_str().into()], false)
            .await?;
        conn.run("COMMIT").await?;
        none &= row.is_none();
    }
    conn.close().await;
    Ok(none)
}

/// What `mtp.tenant()` answers: under the tenant's seal, without one, under a false one (`Err` with the code).
pub(super) async fn try_seals(server: &PgServer, tenancy: &Tenancy) -> Result<(bool, bool, bool)> {
    let mut conn = session(server, tenancy).await?;
    let ask = "SELECT mtp.tenant()";
    begin(server, tenancy, &mut conn).await?;
    let own: Option<(Option<String>,)> = conn.fetch_first(ask.into(), Vec::new(), false).await?;
    conn.run("COMMIT").await?;
    let none: Option<(Option<String>,)> = conn.fetch_first(ask.into(), Vec::new(), false).await?;
    let seal = server.sealer.seal(&tenancy.id, tenancy.uid)?;
    conn.run("BEGIN").await?;
    let sql = "SELECT set_config('mtp.seal', $1, true)";
    conn.execute(sql.into(), vec![seal.spoilt().into_value()], false)
        .await?;
    let forged = conn
        .fetch_first::<(Option<String>,)>(ask.into(), Vec::new(), false)
        .await;
    conn.close().await;
    let refused = match forged {
        Err(fault) => fault.code().as_deref() == Some("MTP01"),
        Ok(_) => false,
    };
    Ok((
        own.and_then(|o| o.0).as_deref() == Some(tenancy.id.as_str()),
        none.is_some_and(|n| n.0.is_none()),
        refused,
    ))
}

/// A tenant without a place of its own has no schema here.
pub(super) const NO_SCHEMA: Error = Error::Internal("a placement has no schema");

//! Work on a tenant's own rows where they lie among others': as the runtime login, through the sealed views, under the
//! tenant's own seal. Not even the lifecycle goes around the wall.

use super::{MySqlServer, fence, views, views::tick, wall};
use crate::{
    db::{Conn, FaultKind, set_seal},
    error::Result,
    isolation::Tenancy,
    limits::ERASE_BATCH,
    seal::Seal,
};

/// Opens a session as the runtime login in the common database.
async fn session(server: &MySqlServer, tenancy: &Tenancy) -> Result<Conn> {
    fence::session(server, &server.runtime.options, tenancy).await
}

/// Shows the server a seal; it lasts until the next, or the session's end.
async fn show(server: &MySqlServer, conn: &mut Conn, seal: Seal) -> Result<()> {
    let set = set_seal(server.ready()?.flavor.is_mariadb());
    conn.execute(set.into(), vec![seal.into_value()], false).await?;
    Ok(())
}

/// The views with tenants' rows, quoted.
async fn names(server: &MySqlServer, provisioner: &mut Conn) -> Result<Vec<String>> {
    let tables = views::tables(server, provisioner).await?;
    let common = server.common.ticked();
    Ok(tables.iter().map(|t| format!("{common}.{}", tick(t))).collect())
}

/// Deletes every row of the tenant, in batches, rows that others refer to last.
pub(super) async fn delete_rows(server: &MySqlServer, tenancy: &Tenancy, provisioner: &mut Conn) -> Result<()> {
    // A table without its view, left so by a migration that was broken off, would keep its rows.
    super::migrate::raise(server, provisioner, &server.shared_ground()).await?;
    let mut left = names(server, provisioner).await?;
    let mut conn = session(server, tenancy).await?;
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
async fn empty(server: &MySqlServer, tenancy: &Tenancy, conn: &mut Conn, table: &str) -> Result<bool> {
    let sql = format!("DELETE FROM {table} WHERE tenant_id = ? LIMIT {ERASE_BATCH}");
    loop {
        show(server, conn, server.sealer.seal(&tenancy.id, tenancy.uid)?).await?;
        match conn
            .execute(sql.as_str().into(), vec![tenancy.id.as_str().into()], false)
            .await
        {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(fault) if fault.kind() == FaultKind::ForeignKey => return Ok(false),
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// Tables whose rows refer to each other in a circle. No reference is checked at a transaction's end here, so none is
/// checked in it: all rows of the tenant go, and every reference is within a tenant.
async fn at_once(server: &MySqlServer, tenancy: &Tenancy, conn: &mut Conn, tables: &[String]) -> Result<()> {
    show(server, conn, server.sealer.seal(&tenancy.id, tenancy.uid)?).await?;
    conn.run("SET SESSION foreign_key_checks = 0; START TRANSACTION")
        .await?;
    for table in tables {
        let sql = format!("DELETE FROM {table} WHERE tenant_id = ?");
        conn.execute(sql.into(), vec![tenancy.id.as_str().into()], false)
            .await?;
    }
    conn.run("COMMIT; SET SESSION foreign_key_checks = 1").await?;
    Ok(())
}

/// Whether no table has a row of the tenant.
pub(super) async fn has_no_rows(server: &MySqlServer, tenancy: &Tenancy) -> Result<bool> {
    let mut provisioner = fence::session(server, &server.provisioner, tenancy).await?;
    let tables = names(server, &mut provisioner).await?;
    provisioner.close().await;
    let mut conn = session(server, tenancy).await?;
    let mut none = true;
    for table in tables {
        show(server, &mut conn, server.sealer.seal(&tenancy.id, tenancy.uid)?).await?;
        let sql = format!("SELECT 1 FROM {table} WHERE tenant_id = ? LIMIT 1");
        let row: Option<(i64,)> = conn
            .fetch_first(sql.into(), vec![tenancy.id.as_str().into()], false)
            .await?;
        none &= row.is_none();
    }
    conn.close().await;
    Ok(none)
}

/// What the wall's function answers: whether it names the tenant under its seal, nobody without one, and refuses a
/// false one.
pub(super) async fn try_seals(server: &MySqlServer, tenancy: &Tenancy) -> Result<(bool, bool, bool)> {
    let mut conn = session(server, tenancy).await?;
    let ask = format!("SELECT {}()", wall::function(server));
    let none: Option<(Option<String>,)> = conn.fetch_first(ask.as_str().into(), Vec::new(), false).await?;
    show(server, &mut conn, server.sealer.seal(&tenancy.id, tenancy.uid)?).await?;
    let own: Option<(Option<String>,)> = conn.fetch_first(ask.as_str().into(), Vec::new(), false).await?;
    show(
        server,
        &mut conn,
        server.sealer.seal(&tenancy.id, tenancy.uid)?.spoilt(),
    )
    .await?;
    let forged = conn
        .fetch_first::<(Option<String>,)>(ask.into(), Vec::new(), false)
        .await;
    conn.close().await;
    let refused = match forged {
        Err(fault) => fault.number() == Some(wall::FALSE_SEAL),
        Ok(_) => false,
    };
    Ok((
        own.and_then(|o| o.0).as_deref() == Some(tenancy.id.as_str()),
        none.is_some_and(|n| n.0.is_none()),
        refused,
    ))
}

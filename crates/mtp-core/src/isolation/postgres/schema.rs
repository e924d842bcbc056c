//! Isolation `schema`: a tenant's own tables in the common database, under the sealed context.

use super::{PgServer, fence, marker, migrate, migrate::Ground, sealed, selftest};
use crate::{
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::Tenancy,
    limits::DROP_BATCH,
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

pub(super) fn place(server: &PgServer, id: &TenantId, uid: TenantUid) -> Result<Placement> {
    let mut placement = Placement::new("", Isolation::Schema, server.common.as_str());
    placement.schema = Some(server.prefix.physical(id, uid)?.as_str().to_owned());
    Ok(placement)
}

pub(super) fn name(tenancy: &Tenancy) -> Result<SqlIdent> {
    SqlIdent::new(tenancy.placement.schema.clone().ok_or(sealed::NO_SCHEMA)?)
}

pub(super) fn ground<'a>(server: &'a PgServer, schema: &'a SqlIdent) -> Ground<'a> {
    Ground {
        database: server.common.as_str(),
        schema,
        user: Some(&server.runtime.name),
        sealed: true,
    }
}

/// Whether the schema is there; an error where it is not this tenant's.
async fn found(server: &PgServer, tenancy: &Tenancy, conn: &mut crate::db::Conn, name: &SqlIdent) -> Result<bool> {
    let sql = "SELECT pg_get_userbyid(nspowner)::text, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1";
    let row: Option<(String, Option<String>)> = conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?;
    match row {
        None => Ok(false),
        Some((owner, marker)) if marker::is_ours(server, &owner, marker.as_deref(), &server.mark(tenancy.uid)) => {
            Ok(true)
        }
        Some(_) => Err(Error::Internal("a schema with a tenant's name is not that tenant's")),
    }
}

pub(super) async fn create(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    fence::pass(server, tenancy).await?;
    let name = name(tenancy)?;
    let mut conn = fence::session(server, &server.owner.options, tenancy).await?;
    found(server, tenancy, &mut conn, &name).await?;
    conn.run("BEGIN").await?;
    conn.run(migrate::make_schema(name.as_str(), Some(server.runtime.name.as_str())))
        .await?;
    conn.run(format!(
        "COMMENT ON SCHEMA {name} IS '{}'; COMMIT",
        server.mark(tenancy.uid)
    ))
    .await?;
    conn.close().await;
    Ok(())
}

pub(super) async fn self_test(server: &PgServer, tenancy: &Tenancy) -> Result<Vec<Finding>> {
    selftest::sealed(server, tenancy, name(tenancy)?.as_str()).await
}

pub(super) async fn erase(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    fence::pass(server, tenancy).await?;
    let name = name(tenancy)?;
    let mut conn = fence::session(server, &server.owner.options, tenancy).await?;
    if found(server, tenancy, &mut conn, &name).await? {
        // Each dropped table is a lock until the end of its transaction, and their number is limited.
        loop {
            let sql = format!(
                "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM \
                 (SELECT schemaname, tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename LIMIT {DROP_BATCH}) t"
            );
            let row: Option<(Option<String>,)> =
                conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?;
            let Some((Some(tables),)) = row else { break };
            conn.run(format!("DROP TABLE IF EXISTS {tables} CASCADE")).await?;
        }
        conn.run(format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await?;
    }
    conn.close().await;
    Ok(())
}

pub(super) async fn is_gone(server: &PgServer, tenancy: &Tenancy) -> Result<bool> {
    let name = name(tenancy)?;
    let mut conn = fence::session(server, &server.owner.options, tenancy).await?;
    let there = found(server, tenancy, &mut conn, &name).await?;
    conn.close().await;
    Ok(!there)
}

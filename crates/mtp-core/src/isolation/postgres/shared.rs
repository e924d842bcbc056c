//! Isolation `shared`: a tenant's rows among others', under the sealed context.

use super::{PgServer, fence, migrate::Ground, sealed, selftest};
use crate::{
    doctor::Finding,
    error::Result,
    ident::SqlIdent,
    isolation::Tenancy,
    tenant::{Isolation, Placement},
};

/// The schema of all shared tables.
pub(super) const SCHEMA: &str = "app";

pub(super) fn place(server: &PgServer) -> Placement {
    let mut placement = Placement::new("", Isolation::Shared, server.common.as_str());
    placement.schema = Some(SCHEMA.into());
    placement
}

/// There is nothing to make; the tables are all tenants'.
pub(super) async fn create(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    fence::pass(server, tenancy).await?;
    Ok(())
}

pub(super) fn ground<'a>(server: &'a PgServer, schema: &'a SqlIdent) -> Ground<'a> {
    Ground {
        database: server.common.as_str(),
        schema,
        user: Some(&server.runtime.name),
        sealed: true,
    }
}

pub(super) async fn self_test(server: &PgServer, tenancy: &Tenancy) -> Result<Vec<Finding>> {
    selftest::sealed(server, tenancy, SCHEMA).await
}

pub(super) async fn erase(server: &PgServer, tenancy: &Tenancy) -> Result<()> {
    fence::pass(server, tenancy).await?;
    sealed::delete_rows(server, tenancy, SCHEMA).await
}

pub(super) async fn is_gone(server: &PgServer, tenancy: &Tenancy) -> Result<bool> {
    sealed::has_no_rows(server, tenancy, SCHEMA).await
}

//! Isolation `shared`: a tenant's rows among others', under the sealed context.

use super::{MySqlServer, fence, sealed};
use crate::{
    error::Result,
    isolation::Tenancy,
    tenant::{Isolation, Placement},
};

pub(super) fn place(server: &MySqlServer) -> Placement {
    Placement::new("", Isolation::Shared, server.common.as_str())
}

/// There is nothing to make; the tables are all tenants'.
pub(super) async fn create(server: &MySqlServer, tenancy: &Tenancy) -> Result<()> {
    fence::advance(server, tenancy).await?.close().await;
    Ok(())
}

pub(super) async fn erase(server: &MySqlServer, tenancy: &Tenancy) -> Result<()> {
    let mut conn = fence::advance(server, tenancy).await?;
    sealed::delete_rows(server, tenancy, &mut conn).await?;
    conn.close().await;
    Ok(())
}

pub(super) async fn is_gone(server: &MySqlServer, tenancy: &Tenancy) -> Result<bool> {
    sealed::has_no_rows(server, tenancy).await
}

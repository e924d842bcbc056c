//! The doctor's round: every server that the service has.

use super::TenantManager;
use crate::{
    doctor::Finding,
    error::{Error, ErrorKind, Result, describe},
    tenant::TenantId,
};

impl TenantManager {
    /// Looks whether the walls of every server stand. A server that does not answer is a finding too.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn examine(&self) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for row in self.inner.central.servers().await? {
            let server = match self.inner.server(&row.name).await {
                Ok(server) => server,
                Err(e) => {
                    findings.push(away(&row.name, &e));
                    continue;
                }
            };
            match server.examine().await {
                Ok(found) => findings.extend(found),
                Err(e) if matches!(e.kind(), ErrorKind::Unavailable | ErrorKind::Timeout) => {
                    findings.push(away(&row.name, &e));
                }
                // What answers and cannot be examined may hide a wall that is down.
                Err(e) => findings.push(Finding::error(
                    "not-examined",
                    format!("server {} could not be examined: {}", row.name, describe(&e)),
                    "do what the cause says, and run the doctor again",
                )),
            }
        }
        Ok(findings)
    }

    /// Looks whether the walls of one tenant stand, as it is looked before the tenant is first served.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`](crate::Error::TenantNotFound); where the catalogue or the server is away.
    pub async fn examine_tenant(&self, id: &TenantId) -> Result<Vec<Finding>> {
        let row = self
            .inner
            .central
            .tenant_by_id(id)
            .await?
            .ok_or(Error::TenantNotFound)?;
        let Some(placement) = row.placement()? else {
            return Ok(Vec::new());
        };
        let (server, tenancy) = self.inner.tenancy(&row, placement, 0).await?;
        server.self_test(&tenancy).await
    }
}

/// A server that does not answer serves nobody, and need not keep the others from it.
fn away(name: &str, error: &Error) -> Finding {
    Finding::warning(
        "server-away",
        format!("server {name} cannot be examined: {}", describe(error)),
        "see that it runs and that its URL is right (`server list`)",
    )
}

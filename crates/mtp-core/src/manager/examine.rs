//! The doctor's round: every server that the service has.

use super::TenantManager;
use crate::{doctor::Finding, error::Result};

impl TenantManager {
    /// Looks whether the walls of every server stand. A server that does not answer is a finding too.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn examine(&self) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for row in self.inner.central.servers().await? {
            let examined = match self.inner.server(&row.name).await {
                Ok(server) => server.examine().await,
                Err(e) => Err(e),
            };
            match examined {
                Ok(found) => findings.extend(found),
                Err(e) => findings.push(Finding::warning(
                    "server-away",
                    format!("server {} cannot be examined: {e}", row.name),
                    "see that it runs and that its URL is right (`server list`)",
                )),
            }
        }
        Ok(findings)
    }
}

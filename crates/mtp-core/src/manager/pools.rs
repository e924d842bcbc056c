//! How the connections of every instance stand: each writes it down from time to time, an operator asks from anywhere.

use serde::Serialize;

use super::{Inner, TenantManager};
use crate::{
    db::PoolGauges,
    error::{Error, Result},
};

/// One instance's connections to one server.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PoolReport {
    /// The instance; a new number each time a process starts.
    pub instance: String,
    /// The server.
    pub server: String,
    /// Its connections, counted.
    #[serde(flatten)]
    pub gauges: PoolGauges,
    /// Connections opened a second, of late.
    pub opens_per_second: f64,
}

impl TenantManager {
    /// The connections of every instance that runs, as each last wrote it down
    /// ([`POOL_REPORT_INTERVAL`](crate::limits::POOL_REPORT_INTERVAL)). For this process alone and this moment:
    /// [`pool_gauges`](Self::pool_gauges).
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn pools(&self) -> Result<Vec<PoolReport>> {
        let rows = self.inner.central.pools().await?;
        rows.into_iter()
            .map(|row| {
                let gauges: PoolGauges =
                    serde_json::from_str(&row.gauges).map_err(|_| Error::Internal("a pool's gauges cannot be read"))?;
                Ok(PoolReport {
                    instance: row.instance,
                    server: row.server,
                    opens_per_second: gauges.opens_per_second(),
                    gauges,
                })
            })
            .collect()
    }
}

impl Inner {
    /// Writes down how this instance's pools stand.
    pub(crate) async fn report_pools(&self) -> Result<()> {
        let gauges = self
            .open_servers()
            .into_iter()
            .filter_map(|(name, server)| Some((name, serde_json::to_string(&server.gauges()).ok()?)))
            .collect::<Vec<_>>();
        self.central.report_pools(&self.instance, &gauges).await
    }
}

//! How the fleet stands, as the catalogue knows it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Fleet, options::FleetOptions};
use crate::{
    catalogue::{ServerKind, time},
    error::{Error, Result},
    tenant::{TenantId, TenantUid},
};

/// Most failed tenants that a status names; the newest of them.
const MAX_FAILED: u64 = 1000;

/// How the fleet stands.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FleetStatus {
    /// The service.
    pub service: String,
    /// Tenants at the newest version.
    pub current: u64,
    /// Tenants below it.
    pub behind: u64,
    /// Tenants above it: a newer release than this one migrated them.
    pub ahead: u64,
    /// Places that some runner works on now.
    pub running: u64,
    /// Each server with tenants.
    pub servers: Vec<ServerVersions>,
    /// Tenants whose last migration failed, newest first, a thousand at the most.
    pub failed: Vec<FailedTenant>,
}

/// The versions of a server's tenants.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ServerVersions {
    /// The server.
    pub server: String,
    /// What it is.
    pub kind: &'static str,
    /// The newest version of the files for it; none where they cannot be read.
    pub newest: Option<i64>,
    /// How many tenants have which version, oldest first.
    pub versions: Vec<VersionCount>,
}

/// How many tenants have a version.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct VersionCount {
    /// The version; 0 before the first.
    pub version: i64,
    /// How many.
    pub tenants: u64,
}

/// A tenant whose last migration failed.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FailedTenant {
    /// Its id.
    pub tenant: TenantId,
    /// Its identity.
    pub uid: TenantUid,
    /// The migration, where that is known.
    pub version: Option<i64>,
    /// Why.
    pub error: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Fleet {
    /// How the selected tenants stand, from the catalogue alone; [`verify`](Self::verify) asks their ledgers.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bad option; where the catalogue is away.
    pub async fn status(&self, options: &FleetOptions) -> Result<FleetStatus> {
        options.check()?;
        self.check_names(options).await?;
        let inner = &self.manager.inner;
        let newest = self.newest();
        let mut servers: BTreeMap<String, ServerVersions> = BTreeMap::new();
        let mut kinds = BTreeMap::new();
        for row in inner.central.servers().await? {
            kinds.insert(row.name, ServerKind::parse(&row.kind)?);
        }
        let (mut current, mut behind, mut ahead) = (0, 0, 0);
        for row in inner.central.fleet_versions(&options.selection).await? {
            let kind = kinds
                .get(&row.server)
                .copied()
                .ok_or(Error::Internal("a tenant is on a server that is not in the catalogue"))?;
            let of = newest.iter().find(|(d, _)| ServerKind::of(*d) == kind).map(|n| n.1);
            let tenants = u64::try_from(row.tenants).unwrap_or(0);
            match of {
                Some(of) if row.schema_version < of => behind += tenants,
                Some(of) if row.schema_version > of => ahead += tenants,
                _ => current += tenants,
            }
            servers
                .entry(row.server.clone())
                .or_insert_with(|| ServerVersions {
                    server: row.server,
                    kind: kind.as_str(),
                    newest: of,
                    versions: Vec::new(),
                })
                .versions
                .push(VersionCount {
                    version: row.schema_version,
                    tenants,
                });
        }
        Ok(FleetStatus {
            service: inner.settings.service.to_string(),
            current,
            behind,
            ahead,
            running: u64::try_from(inner.central.fleet_running().await?).unwrap_or(0),
            servers: servers.into_values().collect(),
            failed: self.failed(options).await?,
        })
    }

    async fn failed(&self, options: &FleetOptions) -> Result<Vec<FailedTenant>> {
        let central = &self.manager.inner.central;
        let mut failed = Vec::new();
        for row in central.fleet_failures(&options.selection, MAX_FAILED).await? {
            let uid: TenantUid = row
                .uid
                .parse()
                .map_err(|_| Error::Internal("a tenant's uid cannot be read"))?;
            let Some(tenant) = central.tenant_by_uid(uid).await? else {
                continue;
            };
            failed.push(FailedTenant {
                tenant: tenant.id()?,
                uid,
                version: (row.version > 0).then_some(row.version),
                error: row.error.unwrap_or_default(),
                at: time(row.updated_at),
            });
        }
        Ok(failed)
    }
}

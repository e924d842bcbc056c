//! `TenantManager`: makes, finds, changes and ends tenants.

mod accounts;
mod brought;
mod build;
mod create;
mod diagnose;
mod directory;
mod examine;
#[cfg(feature = "sqlite")]
mod files;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod logins;
mod orphans;
mod pools;
mod seals;
mod servers;
mod settings;
mod source;
mod storage;
mod verbs;
mod warm;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use self::directory::Directory;
pub(crate) use self::directory::Presence;
pub use self::{
    accounts::{OneTimeLink, SignedIn},
    build::TenantManagerBuilder,
    create::{Created, Operation, OperationProgress, ProvisionRequest, Provisioned},
    orphans::{Orphan, OrphanCause},
    pools::PoolReport,
    seals::SealRotation,
    settings::Settings,
};
use crate::{
    catalogue::{AuditEntry, Central, KeyStore, MarketKeyInfo, NewMarketKey},
    db::PoolGauges,
    error::{Error, Result},
    isolation::Storage,
    keys::{KeyScope, Purpose},
    lifecycle::StepObserver,
    migrate::MigrationSet,
    password::PasswordHasher,
    rewrite::Dialect,
    secret::Secret,
};

/// Makes, finds, changes and ends the tenants of one service.
///
/// It holds the central database, the servers that tenants live on, and a bounded memory of tenants
/// that follows the catalogue within a second. Clones share all of it; the background work (freshness,
/// reconciler, purge, sweeping) ends when the last clone is dropped.
///
/// # Example
/// ```no_run
/// # async fn example() -> mtp_core::Result<()> {
/// use mtp_core::{Dsn, MasterKey, TenantConfig, TenantManager};
///
/// let manager = TenantManager::builder("notes", Dsn::parse("sqlite://data/central.sqlite")?)
///     .master_key(MasterKey::generate()?)
///     .migrations_from("migrations")
///     .start()
///     .await?;
/// let tenant = manager.create(TenantConfig::new("Acme Inc.")).await?;
/// println!("{} at {}", tenant.id, tenant.url);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TenantManager {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) central: Central,
    pub(crate) keys: KeyStore,
    pub(crate) settings: Settings,
    pub(crate) migrations: HashMap<Dialect, MigrationSet>,
    pub(crate) servers: RwLock<HashMap<String, Arc<dyn Storage>>>,
    pub(crate) factory: storage::StorageFactory,
    pub(crate) directory: Directory,
    pub(crate) hasher: PasswordHasher,
    pub(crate) observer: Option<StepObserver>,
    /// This process among those that work on operations.
    pub(crate) instance: String,
}

impl TenantManager {
    /// Starts to set a manager up: the service's short id, and the central database.
    pub fn builder(service: impl Into<String>, central: crate::Dsn) -> TenantManagerBuilder {
        TenantManagerBuilder::new(service.into(), central)
    }

    /// What it was set up with.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// A secret of the service's own, sealed in the catalogue: read, or made by `make` where there is none yet. Of
    /// several instances that make one at once all get the same.
    ///
    /// # Errors
    /// Where the catalogue is away, or the master key is not the one that sealed it.
    pub async fn service_secret(
        &self,
        purpose: &Purpose,
        name: &str,
        make: impl FnOnce() -> Result<zeroize::Zeroizing<Vec<u8>>> + Send,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>> {
        self.inner.service_secret(purpose, name, make).await
    }

    /// Makes a key for a market and shows it this once. Others of that market stay valid.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the market's name is no label; where the catalogue is away.
    pub async fn create_market_key(&self, market: &str) -> Result<NewMarketKey> {
        create::check_label("market", market)?;
        let key = crate::api_key::ApiKey::generate(crate::api_key::ApiKeyKind::Market)?;
        self.inner.central.add_market_key(market, &key).await?;
        let prefix = key.display_prefix().to_owned();
        let info = self
            .market_keys()
            .await?
            .into_iter()
            .rev()
            .find(|k| k.prefix == prefix && k.market == market)
            .ok_or(Error::Internal("a market key vanished while it was made"))?;
        Ok(NewMarketKey {
            key: Secret::new(key.expose()),
            info,
        })
    }

    /// Makes a key that was chosen elsewhere (`MTP_MARKET_KEY`) valid for a market.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is no market key.
    pub async fn adopt_market_key(&self, market: &str, key: &Secret) -> Result<()> {
        create::check_label("market", market)?;
        let key =
            crate::api_key::ApiKey::parse(key.expose()).map_err(|e| Error::invalid("market_key", e.to_string()))?;
        self.inner.central.add_market_key(market, &key).await
    }

    /// Every market key of the service, without the keys themselves.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn market_keys(&self) -> Result<Vec<MarketKeyInfo>> {
        self.inner.central.market_keys().await
    }

    /// Revokes a market key at once; says whether there was one to revoke.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn revoke_market_key(&self, key_id: uuid::Uuid) -> Result<bool> {
        self.inner.central.revoke_market_key(key_id).await
    }

    /// Writes a security event down.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn audit(&self, entry: AuditEntry) -> Result<()> {
        self.inner.central.audit(&entry).await
    }

    /// What recognises markets by their keys.
    pub fn market_directory(&self) -> Arc<dyn crate::MarketKeys> {
        Arc::new(self.inner.central.clone())
    }

    /// The connections to each server, counted.
    pub fn pool_gauges(&self) -> Vec<(String, PoolGauges)> {
        let servers = self.inner.servers.read().unwrap_or_else(PoisonError::into_inner);
        let mut gauges: Vec<_> = servers
            .iter()
            .map(|(name, server)| (name.clone(), server.gauges()))
            .collect();
        gauges.sort_by(|a, b| a.0.cmp(&b.0));
        gauges
    }
}

impl Inner {
    pub(crate) fn service_scope(&self) -> KeyScope {
        KeyScope::Service(self.settings.service.clone())
    }

    pub(crate) async fn service_secret(
        &self,
        purpose: &Purpose,
        name: &str,
        make: impl FnOnce() -> Result<zeroize::Zeroizing<Vec<u8>>> + Send,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>> {
        let scope = self.service_scope();
        self.central
            .secret_or(&self.keys, &scope, purpose, name, None, make)
            .await
    }

    /// A server by its name, made ready when it is first asked for.
    pub(crate) async fn server(&self, name: &str) -> Result<Arc<dyn Storage>> {
        if let Some(server) = self.servers.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(server.clone());
        }
        let row = self
            .central
            .server(name)
            .await?
            .ok_or_else(|| Error::invalid("server", "there is no such server; see `server list`"))?;
        let server = self.factory.open(self, &row).await?;
        server.prepare().await?;
        let server = {
            let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
            servers.entry(name.to_owned()).or_insert(server).clone()
        };
        // What was gone over to since it was read; from here on the freshness poll sees to it.
        self.follow_seals(name, server.as_ref()).await?;
        if let Err(e) = server.check_secret().await {
            let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
            servers.remove(name);
            return Err(e);
        }
        Ok(server)
    }

    /// The servers that are open in this process.
    pub(crate) fn open_servers(&self) -> Vec<(String, Arc<dyn Storage>)> {
        let servers = self.servers.read().unwrap_or_else(PoisonError::into_inner);
        servers
            .iter()
            .map(|(name, server)| (name.clone(), server.clone()))
            .collect()
    }

    pub(crate) fn migrations(&self, dialect: Dialect) -> Result<&MigrationSet> {
        self.migrations
            .get(&dialect)
            .ok_or(Error::Internal("no migrations were read for this database"))
    }
}

impl fmt::Debug for TenantManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantManager")
            .field("service", &self.inner.settings.service)
            .finish_non_exhaustive()
    }
}

//! Setting a manager up.

use std::{
    path::Path,
    sync::{Arc, RwLock},
    time::Duration,
};

use super::{
    Inner, TenantManager,
    directory::Directory,
    settings::Settings,
    source::{self, Source},
    storage::{DEFAULT_SERVER, Roads, StorageFactory},
};
use crate::{
    catalogue::{Central, KeyStore, ServerKind, ServerRow, connect},
    db::{PoolLimits, ServerPool, Target, TimeLimits},
    doctor::{Finding, Severity},
    error::{Error, Result},
    keys::{KeyManagement, LocalKeys, MasterKey},
    lifecycle::{StepObserver, run_background},
    limits,
    names::{self, Prefix},
    password::{HashParams, PasswordHasher},
    rewrite::Options,
    secret::Dsn,
    service::ServiceId,
    tenant::Isolation,
};

/// Sets a [`TenantManager`] up; a bad value is reported by [`start`](Self::start), never before.
pub struct TenantManagerBuilder {
    service: String,
    central: Dsn,
    master: Option<Arc<dyn KeyManagement>>,
    migrations: Option<Source>,
    observer: Option<StepObserver>,
    changes: Vec<Change>,
    options: Options,
    hash_params: HashParams,
    background: bool,
    roads: Roads,
}

/// A setting that is applied at the start.
type Change = Box<dyn FnOnce(&mut Settings) + Send>;

impl TenantManagerBuilder {
    pub(super) fn new(service: String, central: Dsn) -> Self {
        Self {
            service,
            central,
            master: None,
            migrations: None,
            observer: None,
            changes: Vec::new(),
            options: Options::default(),
            hash_params: HashParams::default(),
            background: true,
            roads: Roads::default(),
        }
    }

    fn change(mut self, change: impl FnOnce(&mut Settings) + Send + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// The master key, under which every data key is wrapped.
    pub fn master_key(self, key: MasterKey) -> Self {
        self.key_management(Arc::new(LocalKeys::new(key)))
    }

    /// A master key that is kept elsewhere.
    pub fn key_management(mut self, keys: Arc<dyn KeyManagement>) -> Self {
        self.master = Some(keys);
        self
    }

    /// The folder of the service's migrations for its tenants (`NNNN_name.sql`, or one folder for each database).
    pub fn migrations_from(mut self, folder: impl AsRef<Path>) -> Self {
        self.migrations = Some(Source::Folder(folder.as_ref().to_owned()));
        self
    }

    /// The service's migrations for its tenants, compiled in: version, name, SQL.
    pub fn migrations(mut self, files: &[(i64, &'static str, &'static str)]) -> Self {
        self.migrations = Some(Source::Static(files.to_vec()));
        self
    }

    /// The isolation of tenants that do not ask for another. Default: `database`.
    pub fn isolation(self, isolation: Isolation) -> Self {
        self.change(move |s| s.isolation = isolation)
    }

    /// What physical names begin with, at most [`limits::MAX_DB_PREFIX_LEN`] bytes. Default: the service's id and `_`.
    pub fn tenant_db_prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        self.change(move |s| s.prefix = prefix)
    }

    /// Where a tenant's people reach the service, with `{tenant}` in it. Default: `/t/{tenant}`.
    pub fn tenant_url(self, template: impl Into<String>) -> Self {
        let template = template.into();
        self.change(move |s| s.url_template = template)
    }

    /// How long a deleted tenant's data is kept. Default: [`limits::DEFAULT_RETENTION`].
    pub fn retention(self, retention: Duration) -> Self {
        self.change(move |s| s.retention = retention)
    }

    /// Connections to a server for all its tenants together. Default: [`limits::DEFAULT_MAX_CONNECTIONS`].
    pub fn max_connections(self, connections: u32) -> Self {
        self.change(move |s| s.max_connections = connections)
    }

    /// Connections for one tenant. Default: [`limits::DEFAULT_POOL_SIZE`].
    pub fn pool_size(self, connections: u32) -> Self {
        self.change(move |s| s.pool_size = connections)
    }

    /// How long a statement waits for a connection. Default: [`limits::DEFAULT_ACQUIRE_TIMEOUT`].
    pub fn acquire_timeout(self, timeout: Duration) -> Self {
        self.change(move |s| s.acquire_timeout = timeout)
    }

    /// How long tenants' statements may take, where their plan says nothing else. Default: the most that there is.
    pub fn time_limits(self, times: TimeLimits) -> Self {
        self.change(move |s| s.time_limits = times)
    }

    /// How long statements of this plan's tenants may take. A tenant that gets another plan has that one's times within
    /// a second.
    pub fn plan_time_limits(self, plan: impl Into<String>, times: TimeLimits) -> Self {
        let plan = plan.into();
        self.change(move |s| {
            s.plan_time_limits.insert(plan, times);
        })
    }

    /// How long known tenants are served while the central database is away. Default: [`limits::DEFAULT_STALE_MAX`].
    pub fn stale_max(self, time: Duration) -> Self {
        self.change(move |s| s.stale_max = time)
    }

    /// How long an operation is one process's own without a sign of life. Default: [`limits::DEFAULT_LEASE`].
    pub fn lease(self, lease: Duration) -> Self {
        self.change(move |s| s.lease = lease)
    }

    /// How long [`create`](TenantManager::create), [`retry`](TenantManager::retry) and [`purge`](TenantManager::purge)
    /// wait for their end; the work goes on behind. Default: [`limits::DEFAULT_WAIT_LIMIT`].
    pub fn wait_limit(self, time: Duration) -> Self {
        self.change(move |s| s.wait_limit = time)
    }

    /// How often operations without a process are looked for. Default: [`limits::DEFAULT_RECONCILE_INTERVAL`].
    pub fn reconcile_interval(self, interval: Duration) -> Self {
        self.change(move |s| s.reconcile_interval = interval)
    }

    /// The least version of a tenant's tables that this release can serve. A tenant below it, or above the newest of
    /// this release's migrations, is answered with 503 and Retry-After until it is in between. Default: 0, any below.
    pub fn least_version(self, version: i64) -> Self {
        self.change(move |s| s.least_version = version)
    }

    /// Tenants of the default isolation that are made ahead, so that a new customer waits for a name only. Default:
    /// [`limits::DEFAULT_WARM_TENANTS`]. Each takes its place on a server; refilled by the background work.
    pub fn warm_tenants(self, tenants: usize) -> Self {
        self.change(move |s| s.warm_tenants = tenants)
    }

    /// Whether the first password must be changed at the first sign-in. Default: no.
    pub fn admin_must_change(self, must: bool) -> Self {
        self.change(move |s| s.admin_must_change = must)
    }

    /// Accepts shared tables on SQLite, which have one wall only. Default: no.
    pub fn allow_single_wall(self, allow: bool) -> Self {
        self.change(move |s| s.allow_single_wall = allow)
    }

    /// PostgreSQL, MariaDB, MySQL: the owner's URL for the common database, where an operator made the logins and the
    /// database (`MTP_OWNER_DB_URL`). Given together with [`runtime_url`](Self::runtime_url); then nothing of the kind
    /// is made, and the doctor checks what is there. The role `mtp_<service>_wall` must be there too, and on PostgreSQL
    /// the login of the central URL a member of it and of both others. On the MySQL wire the accounts are from host `%`,
    /// `mtp_<service>_wall` is locked, and the databases `mtp_<service>_data` and `mtp_<service>_wall` are there.
    pub fn owner_url(mut self, url: Dsn) -> Self {
        self.roads.owner = Some(url);
        self
    }

    /// PostgreSQL, MariaDB, MySQL: the URL of the login that serves tenants, for the common database (`MTP_RUNTIME_DB_URL`).
    pub fn runtime_url(mut self, url: Dsn) -> Self {
        self.roads.runtime = Some(url);
        self
    }

    /// PostgreSQL: `host:port` of a pooler that tenants' statements go through (PgBouncer in transaction mode). The
    /// central URL stays the server's own address: the lifecycle needs sessions.
    pub fn pooler(mut self, address: impl Into<String>) -> Self {
        self.roads.pooler = Some(address.into());
        self
    }

    /// Functions and types of the service's own migrations that statements may name.
    pub fn statement_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The cost of new password hashes.
    pub fn hash_params(mut self, params: HashParams) -> Self {
        self.hash_params = params;
        self
    }

    /// Hears of every step of lifecycle operations in this process.
    pub fn on_step(mut self, observer: StepObserver) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Whether this process takes up background work (finishing what was left, purging what is due, following the
    /// catalogue). Default: yes. An operator's one-off command does without.
    pub fn background(mut self, background: bool) -> Self {
        self.background = background;
        self
    }

    /// Connects, brings the catalogue to this release's version, looks whether the walls stand, and starts the
    /// background work.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::Invalid`] for a bad value; [`Error::Migration`] where the service's migrations
    /// cannot be read or would break the walls; [`Error::WallDown`] where a wall is down.
    pub async fn start(self) -> Result<TenantManager> {
        let service = ServiceId::parse(&self.service).map_err(|e| Error::invalid("service", e.to_string()))?;
        let mut settings = Settings::new(service.clone());
        for change in self.changes {
            change(&mut settings);
        }
        check(&settings)?;
        let master = self.master.ok_or_else(|| {
            Error::Config("no master key: set MTP_MASTER_KEY or MTP_MASTER_KEY_FILE, or call master_key()".into())
        })?;
        #[cfg(feature = "sqlite")]
        super::files::make_parent(&self.central).await?;
        let (dialect, connector) = connect(&self.central)?;
        #[cfg(feature = "postgres")]
        if dialect == crate::rewrite::Dialect::Postgres {
            let options = crate::catalogue::postgres_options(&self.central)?;
            if crate::isolation::postgres::is_pooled(&options).await? {
                return Err(Error::Config(
                    "the central URL leads through a pooler in transaction mode, and the lifecycle needs sessions; give \
                     the server's own address (tenants' traffic may go through the pooler: pooler())"
                        .into(),
                ));
            }
        }
        let central_pool = ServerPool::new(PoolLimits {
            budget: limits::DEFAULT_CENTRAL_CONNECTIONS,
            share: limits::DEFAULT_CENTRAL_CONNECTIONS,
            ..PoolLimits::default()
        });
        let target = Arc::new(Target {
            name: "central".into(),
            connector,
            keep_statements: true,
            lends: false,
            compounds: false,
        });
        let central = Central::new(central_pool, target, dialect, service);
        central.install().await?;

        let (migrations, rewriters) = source::read(self.migrations.as_ref(), &self.options, dialect)?;
        let keys = KeyStore::new(master);
        let hasher = PasswordHasher::new(self.hash_params)?;
        let directory = Directory::new(central.generation().await?);
        let factory = StorageFactory {
            central_url: self.central,
            roads: self.roads,
            rewriters,
        };
        let inner = Arc::new(Inner {
            central,
            keys,
            settings,
            migrations,
            servers: RwLock::default(),
            factory,
            directory,
            hasher,
            observer: self.observer,
            instance: uuid::Uuid::now_v7().to_string(),
        });
        inner.keys.ensure(&inner.central, &inner.service_scope()).await?;
        inner
            .central
            .add_server(&ServerRow {
                name: DEFAULT_SERVER.into(),
                kind: ServerKind::of(dialect).as_str().into(),
                state: "accepting".into(),
                capacity: inner.settings.server_capacity,
                common_database: names::common_database(&inner.settings.service)?.as_str().into(),
                keeps_statements: true,
                created_at: 0,
            })
            .await?;
        inner.server(DEFAULT_SERVER).await?;
        let manager = TenantManager { inner };
        let down: Vec<Finding> = manager
            .examine()
            .await?
            .into_iter()
            .filter(|f| f.severity == Severity::Error)
            .collect();
        if !down.is_empty() {
            for finding in &down {
                tracing::error!(target: "mtp::doctor", rule = finding.rule, mend = %finding.mend, "{}", finding.what);
            }
            return Err(Error::WallDown(down));
        }
        if self.background {
            run_background(&manager.inner);
        }
        Ok(manager)
    }
}

impl std::fmt::Debug for TenantManagerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantManagerBuilder")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

fn check(settings: &Settings) -> Result<()> {
    Prefix::new(&settings.prefix)?;
    if !settings.url_template.contains("{tenant}") {
        return Err(Error::invalid(
            "tenant_url",
            "a text with {tenant} in it, for example https://{tenant}.example.com",
        ));
    }
    if settings.max_connections == 0 || settings.pool_size == 0 {
        return Err(Error::invalid("max_connections", "at least 1, and so for each tenant"));
    }
    if settings.lease < Duration::from_millis(100) {
        return Err(Error::invalid("lease", "at least 100 ms"));
    }
    Ok(())
}

//! Setting a manager up.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
    time::Duration,
};

use super::{Inner, TenantManager, directory::Directory, settings::Settings};
use crate::{
    catalogue::{Central, KeyStore, ServerKind, ServerRow, connect},
    db::{PoolLimits, ServerPool, Target, TimeLimits},
    doctor::{Finding, Severity},
    error::{Error, Result},
    isolation::Storage,
    keys::{KeyManagement, LocalKeys, MasterKey, Purpose},
    lifecycle::{StepObserver, run_background},
    limits,
    migrate::{LintOptions, MigrationSet},
    names::{self, Prefix},
    password::{HashParams, PasswordHasher},
    rewrite::{Dialect, Options, Rewriter, TenantTables},
    secret::Dsn,
    service::ServiceId,
    tenant::Isolation,
};

/// The server that the central database stands on.
pub(super) const DEFAULT_SERVER: &str = "default";

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

/// Other ways to the central database's own server than the central URL.
#[derive(Default)]
struct Roads {
    owner: Option<Dsn>,
    runtime: Option<Dsn>,
    pooler: Option<String>,
}

/// A setting that is applied at the start.
type Change = Box<dyn FnOnce(&mut Settings) + Send>;

enum Source {
    Folder(PathBuf),
    Static(Vec<(i64, &'static str, &'static str)>),
}

/// Opens servers as rows of the catalogue describe them.
pub(crate) struct StorageFactory {
    central_url: Dsn,
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        expect(dead_code, reason = "SQLite has no logins and no poolers")
    )]
    roads: Roads,
    rewriters: HashMap<Dialect, Arc<Rewriter>>,
}

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
        make_parent(&self.central).await?;
        let (dialect, connector) = connect(&self.central)?;
        #[cfg(feature = "postgres")]
        if dialect == Dialect::Postgres {
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

        let (migrations, rewriters) = read(self.migrations.as_ref(), &self.options, dialect)?;
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

impl StorageFactory {
    /// A server as its row describes it, not yet made ready.
    pub(crate) async fn open(&self, inner: &Inner, row: &ServerRow) -> Result<Arc<dyn Storage>> {
        #[cfg(feature = "postgres")]
        if row.name == crate::tenant::BROUGHT_SERVER {
            return Ok(Arc::new(self.brought(inner)?));
        }
        let url = if row.name == DEFAULT_SERVER {
            self.central_url.clone()
        } else {
            let scope = inner.service_scope();
            let text = inner
                .central
                .get_secret_text(&inner.keys, &scope, &Purpose::DATABASE_URL, &row.name)
                .await?
                .ok_or_else(|| Error::Config(format!("the URL of server {} is not in the catalogue", row.name)))?;
            Dsn::parse(text).map_err(|_| Error::Internal("a server's URL cannot be read"))?
        };
        self.open_at(inner, row, &url).await
    }

    /// Looks whether a tenant may bring this database.
    #[cfg(feature = "postgres")]
    pub(super) async fn admit_brought(&self, inner: &Inner, url: &Dsn) -> Result<()> {
        self.brought(inner)?.admit(url).await
    }

    /// Without PostgreSQL there is none to bring.
    #[cfg(not(feature = "postgres"))]
    #[expect(clippy::unused_async, reason = "only PostgreSQL is asked")]
    pub(super) async fn admit_brought(&self, _: &Inner, _: &Dsn) -> Result<()> {
        Err(Error::invalid(
            "db_url",
            "a tenant brings a PostgreSQL database, and this build has none; switch the feature postgres on",
        ))
    }

    /// The databases that tenants bring.
    #[cfg(feature = "postgres")]
    fn brought(&self, inner: &Inner) -> Result<crate::isolation::postgres::PgBrought> {
        let mut ours = Vec::new();
        for url in [
            Some(&self.central_url),
            self.roads.owner.as_ref(),
            self.roads.runtime.as_ref(),
        ] {
            if let Some(url) = url.filter(|url| url.scheme().starts_with("postgres")) {
                ours.push(crate::catalogue::postgres_options(url)?.get_username().to_owned());
            }
        }
        Ok(crate::isolation::postgres::PgBrought {
            service: inner.settings.service.clone(),
            central: inner.central.clone(),
            prefix: Prefix::new(&inner.settings.prefix)?,
            ours,
            pool: pool(&inner.settings),
            rewriter: self.rewriter(Dialect::Postgres)?,
            targets: std::sync::Mutex::default(),
        })
    }

    /// A server as its row describes it, at a URL that need not be in the catalogue yet.
    pub(crate) async fn open_at(&self, inner: &Inner, row: &ServerRow, url: &Dsn) -> Result<Arc<dyn Storage>> {
        let settings = &inner.settings;
        let pool = pool(settings);
        match ServerKind::parse(&row.kind)? {
            #[cfg(feature = "postgres")]
            ServerKind::Postgres => self.postgres(inner, row, url, pool).await,
            #[cfg(feature = "mysql")]
            ServerKind::MySql => self.mysql(inner, row, url, pool).await,
            #[cfg(feature = "sqlite")]
            ServerKind::Sqlite => Ok(Arc::new(crate::isolation::SqliteServer::new(
                tenants_folder(url, row.name == DEFAULT_SERVER, settings)?,
                Prefix::new(&settings.prefix)?,
                row.common_database.clone(),
                settings.allow_single_wall,
                pool,
                self.rewriter(Dialect::Sqlite)?,
            ))),
            #[cfg(not(all(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            kind => Err(Error::Config(format!(
                "this build has no {kind}; switch its feature on"
            ))),
        }
    }

    #[cfg(feature = "postgres")]
    async fn postgres(
        &self,
        inner: &Inner,
        row: &ServerRow,
        url: &Dsn,
        pool: Arc<ServerPool>,
    ) -> Result<Arc<dyn Storage>> {
        use crate::{
            catalogue::postgres_options,
            isolation::postgres::{Login, PgServer, PgServerParts},
        };
        let no_roads = Roads::default();
        let roads = if row.name == DEFAULT_SERVER {
            &self.roads
        } else {
            &no_roads
        };
        let provisioner = postgres_options(url)?;
        let service = &inner.settings.service;
        let (managed, mut common) = (roads.are_ours_to_make()?, row.common_database.clone());
        let mut logins = Vec::with_capacity(2);
        for (role, given) in [("owner", &roads.owner), ("runtime", &roads.runtime)] {
            logins.push(if let Some(url) = given {
                let options = postgres_options(url)?;
                common = options.get_database().unwrap_or(&common).to_owned();
                Login {
                    name: physical(options.get_username())?,
                    password: None,
                    options,
                }
            } else {
                let password = password_of(inner, row, role).await?;
                let login = physical(&format!("mtp_{service}_{role}"))?;
                Login {
                    options: provisioner
                        .clone()
                        .username(login.as_str())
                        .password(password.expose())
                        .database(&common),
                    name: login,
                    password: Some(password),
                }
            });
        }
        let (Some(runtime), Some(owner)) = (logins.pop(), logins.pop()) else {
            return Err(Error::Internal("two logins were made and are not there"));
        };
        let secret = inner.seal_secret(&row.name).await?;
        let installation = inner.installation(&row.name, &secret).await?;
        let pooler = roads.pooler.as_deref().map(address).transpose()?;
        Ok(Arc::new(PgServer::new(PgServerParts {
            name: row.name.clone(),
            service: service.clone(),
            central: inner.central.clone(),
            provisioner,
            owner,
            runtime,
            managed,
            common: physical(&common)?,
            pooler,
            prefix: Prefix::new(&inner.settings.prefix)?,
            sealer: Arc::new(crate::seal::Sealer::new(secret)),
            installation,
            pool,
            rewriter: self.rewriter(Dialect::Postgres)?,
        })?))
    }

    #[cfg(feature = "mysql")]
    async fn mysql(
        &self,
        inner: &Inner,
        row: &ServerRow,
        url: &Dsn,
        pool: Arc<ServerPool>,
    ) -> Result<Arc<dyn Storage>> {
        use crate::{
            catalogue::mysql_options,
            isolation::mysql::{Login, MySqlServer, MySqlServerParts},
        };
        let no_roads = Roads::default();
        let roads = if row.name == DEFAULT_SERVER {
            &self.roads
        } else {
            &no_roads
        };
        if roads.pooler.is_some() {
            return Err(Error::invalid("pooler", "poolers are for PostgreSQL; leave it out"));
        }
        let provisioner = mysql_options(url)?;
        let service = &inner.settings.service;
        let (managed, mut common) = (roads.are_ours_to_make()?, row.common_database.clone());
        let mut logins = Vec::with_capacity(2);
        for (role, given) in [("owner", &roads.owner), ("runtime", &roads.runtime)] {
            logins.push(if let Some(url) = given {
                let options = mysql_options(url)?;
                common = options.get_database().unwrap_or(&common).to_owned();
                Login {
                    name: physical(options.get_username())?,
                    password: None,
                    options,
                }
            } else {
                let password = password_of(inner, row, role).await?;
                let login = physical(&format!("mtp_{service}_{role}"))?;
                Login {
                    options: provisioner
                        .clone()
                        .username(login.as_str())
                        .password(password.expose())
                        .database(&common),
                    name: login,
                    password: Some(password),
                }
            });
        }
        let (Some(runtime), Some(owner)) = (logins.pop(), logins.pop()) else {
            return Err(Error::Internal("two logins were made and are not there"));
        };
        let secret = inner.seal_secret(&row.name).await?;
        let installation = inner.installation(&row.name, &secret).await?;
        Ok(Arc::new(MySqlServer::new(MySqlServerParts {
            name: row.name.clone(),
            service: service.clone(),
            central: inner.central.clone(),
            provisioner,
            owner,
            runtime,
            managed,
            common: physical(&common)?,
            prefix: Prefix::new(&inner.settings.prefix)?,
            sealer: Arc::new(crate::seal::Sealer::new(secret)),
            installation,
            pool,
            rewriter: self.rewriter(Dialect::MySql)?,
        })?))
    }

    fn rewriter(&self, dialect: Dialect) -> Result<Arc<Rewriter>> {
        self.rewriters
            .get(&dialect)
            .cloned()
            .ok_or_else(|| Error::Config("the service's migrations cannot be read for this kind of database".into()))
    }
}

/// The connections to one server for all its tenants.
fn pool(settings: &Settings) -> Arc<ServerPool> {
    ServerPool::new(PoolLimits {
        budget: settings.max_connections,
        share: settings.pool_size,
        acquire_timeout: settings.acquire_timeout,
        ..PoolLimits::default()
    })
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Roads {
    /// Whether logins and the common database are ours to make.
    fn are_ours_to_make(&self) -> Result<bool> {
        if self.owner.is_none() == self.runtime.is_none() {
            return Ok(self.owner.is_none());
        }
        Err(Error::Config(
            "MTP_OWNER_DB_URL and MTP_RUNTIME_DB_URL are given together, or neither".into(),
        ))
    }
}

/// The name of a login or database that an operator gave or we make.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn physical(text: &str) -> Result<crate::ident::SqlIdent> {
    crate::ident::SqlIdent::new(text)
        .map_err(|_| Error::Config("a login's or database's name has a-z, 0-9 and '_', and at most 63 of them".into()))
}

/// The password of one of the service's logins on a server.
#[cfg(any(feature = "mysql", feature = "postgres"))]
async fn password_of(inner: &Inner, row: &ServerRow, role: &str) -> Result<crate::Secret> {
    let record = format!("server/{}/{role}", row.name);
    let bytes = inner
        .service_secret(&Purpose::LOGIN_PASSWORD, &record, || {
            let made = crate::password::generate_password()?;
            Ok(zeroize::Zeroizing::new(made.expose().as_bytes().to_vec()))
        })
        .await?;
    Ok(crate::Secret::new(String::from_utf8_lossy(&bytes)))
}

type Read = (HashMap<Dialect, MigrationSet>, HashMap<Dialect, Arc<Rewriter>>);

/// The service's migrations for each database that this build knows, and the first wall that they lead to.
fn read(source: Option<&Source>, options: &Options, central: Dialect) -> Result<Read> {
    let mut migrations = HashMap::new();
    let mut rewriters = HashMap::new();
    for dialect in Dialect::compiled_in() {
        let set = match source {
            Some(Source::Folder(folder)) => MigrationSet::from_dir(folder, dialect),
            Some(Source::Static(files)) => MigrationSet::from_static(files),
            None => Ok(MigrationSet::default()),
        };
        let lint = LintOptions::new(dialect);
        // A folder may hold migrations for one kind of database only.
        match set.and_then(|set| Ok((set.shape(&lint)?, set))) {
            Ok((shape, set)) => {
                let tables = TenantTables::new(shape.iter().map(|t| {
                    (
                        t.name.clone(),
                        t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
                    )
                }));
                rewriters.insert(dialect, Arc::new(Rewriter::new(dialect, tables, options.clone())));
                migrations.insert(dialect, set);
            }
            Err(e) if dialect == central => return Err(e.into()),
            Err(_) => {}
        }
    }
    Ok((migrations, rewriters))
}

/// `host:port`.
#[cfg(feature = "postgres")]
fn address(text: &str) -> Result<(String, u16)> {
    text.rsplit_once(':')
        .and_then(|(host, port)| Some((host.trim_matches(['[', ']']).to_owned(), port.parse().ok()?)))
        .filter(|(host, _)| !host.is_empty())
        .ok_or_else(|| Error::invalid("pooler", "host:port, for example pgbouncer.internal:6432"))
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

#[cfg(feature = "sqlite")]
fn sqlite_file(url: &Dsn) -> Result<PathBuf> {
    let options: sqlx::sqlite::SqliteConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| Error::Config("the SQLite URL cannot be read".into()))?;
    let file = options.get_filename().to_owned();
    if url.expose().contains(":memory:") || url.expose().contains("mode=memory") {
        return Err(Error::Config(
            "a central database in memory forgets its tenants; use a file, sqlite://data/central.sqlite".into(),
        ));
    }
    Ok(file)
}

/// Where the tenants' files are: beside the central file, or the folder that the URL names.
#[cfg(feature = "sqlite")]
fn tenants_folder(url: &Dsn, central: bool, settings: &Settings) -> Result<PathBuf> {
    let file = sqlite_file(url)?;
    let parent = if central {
        file.parent().unwrap_or(Path::new(".")).to_owned()
    } else {
        file
    };
    Ok(parent.join(format!("{}-tenants", settings.service)))
}

#[cfg_attr(
    not(feature = "sqlite"),
    expect(clippy::unused_async, reason = "only SQLite has a folder to make")
)]
async fn make_parent(url: &Dsn) -> Result<()> {
    #[cfg(not(feature = "sqlite"))]
    let _ = url;
    #[cfg(feature = "sqlite")]
    if url.scheme() == "sqlite"
        && let Some(parent) = sqlite_file(url)?.parent()
        && !parent.as_os_str().is_empty()
    {
        tokio::fs::create_dir_all(parent).await.map_err(|source| Error::Io {
            what: "making the folder of the central database",
            source,
        })?;
    }
    Ok(())
}

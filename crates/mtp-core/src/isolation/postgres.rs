//! A PostgreSQL server: isolations `database`, `schema` and `shared`, the last two under the sealed context.
//!
//! Three logins: the provisioner (the URL's own; makes databases and logins, private to the lifecycle), the owner
//! (migrates, owns databases and tables), the runtime login (serves tenants, owns nothing). A fourth role, which
//! nobody logs in as, owns the seal's secrets. Each isolation has a file with the same rooms.

mod at_once;
mod beside;
mod brought;
mod by_hand;
mod database;
mod examine;
mod fence;
mod kept;
mod logins;
mod marker;
mod migrate;
mod pins;
mod places;
mod probe;
mod rotate;
mod schema;
mod scram;
mod sealed;
mod selftest;
mod server;
mod shared;
mod template;
mod wall;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use sqlx::postgres::PgConnectOptions;

pub(crate) use self::{brought::PgBrought, logins::Login, probe::is_pooled};
use super::{Marked, Opened, Storage, Tenancy, kept::Kept};
use crate::{
    catalogue::{Central, PgConnector},
    db::{Connect, ServerPool, Target},
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
    migrate::MigrationSet,
    names::Prefix,
    rewrite::{Dialect, Rewriter},
    seal::{SealKey, Sealer},
    service::ServiceId,
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// Most databases whose targets are remembered; past it all are forgotten and made again when needed.
const MAX_TARGETS: usize = 10_000;

/// What a server is made of.
pub(crate) struct PgServerParts {
    pub(crate) name: String,
    pub(crate) service: ServiceId,
    pub(crate) central: Central,
    pub(crate) provisioner: PgConnectOptions,
    pub(crate) owner: Login,
    pub(crate) runtime: Login,
    /// Whether the owner and runtime logins and the common database are ours to make.
    pub(crate) managed: bool,
    pub(crate) common: SqlIdent,
    /// Host and port of a pooler that tenants' statements go through.
    pub(crate) pooler: Option<(String, u16)>,
    pub(crate) prefix: Prefix,
    pub(crate) sealer: Arc<Sealer>,
    /// Tells this installation from another on the same server.
    pub(crate) installation: String,
    pub(crate) pool: Arc<ServerPool>,
    pub(crate) rewriter: Arc<Rewriter>,
}

/// One PostgreSQL server as one service uses it.
pub(crate) struct PgServer {
    name: String,
    service: ServiceId,
    central: Central,
    provisioner: PgConnectOptions,
    owner: Login,
    runtime: Login,
    /// The role that owns the wall.
    wall: SqlIdent,
    managed: bool,
    common: SqlIdent,
    pooler: Option<(String, u16)>,
    prefix: Prefix,
    sealer: Arc<Sealer>,
    /// The comment on everything that is this installation's here.
    marker: String,
    pool: Arc<ServerPool>,
    rewriter: Arc<Rewriter>,
    ready: OnceLock<server::Ready>,
    targets: Mutex<HashMap<String, Arc<Target>>>,
    kept: Kept,
    plain: at_once::Plain,
    waiting: kept::Waiting,
    template: template::Template,
    /// The last turns of this process that have ended the sessions of those before them.
    advanced: Mutex<std::collections::VecDeque<(TenantUid, i64)>>,
}

impl PgServer {
    pub(crate) fn new(parts: PgServerParts) -> Result<Self> {
        Ok(Self {
            wall: SqlIdent::new(format!("mtp_{}_wall", parts.service))?,
            marker: format!("mtp:{}:{}:{}", parts.service, parts.name, parts.installation),
            name: parts.name,
            service: parts.service,
            central: parts.central,
            provisioner: parts.provisioner,
            owner: parts.owner,
            runtime: parts.runtime,
            managed: parts.managed,
            common: parts.common,
            pooler: parts.pooler,
            prefix: parts.prefix,
            sealer: parts.sealer,
            pool: parts.pool,
            rewriter: parts.rewriter,
            ready: OnceLock::new(),
            targets: Mutex::default(),
            kept: Kept::default(),
            plain: at_once::Plain::default(),
            waiting: kept::Waiting::default(),
            template: template::Template::default(),
            advanced: Mutex::default(),
        })
    }

    /// The mark on everything that is one tenant's, by which a sweeper knows it.
    fn mark(&self, uid: TenantUid) -> String {
        format!("mtp:{}:{uid}", self.service)
    }

    fn ready(&self) -> Result<server::Ready> {
        self.ready
            .get()
            .copied()
            .ok_or(Error::Internal("a server was used before it was made ready"))
    }

    /// The way that tenants' statements take, through the pooler where there is one.
    fn traffic(&self, options: &PgConnectOptions) -> PgConnectOptions {
        match &self.pooler {
            Some((host, port)) => options.clone().host(host).port(*port),
            None => options.clone(),
        }
        .application_name("mtp")
    }

    /// The runtime login's way to a database.
    fn runtime_way(&self, database: &str) -> PgConnectOptions {
        self.traffic(&self.runtime.options).database(database)
    }

    /// The way to the common database, whose login all its tenants share.
    fn shared_target(&self) -> Result<Arc<Target>> {
        let (login, database) = (self.runtime.name.clone(), self.common.clone());
        self.target(
            self.common.as_str().to_owned(),
            || Ok(self.runtime_way(self.common.as_str())),
            |options| Box::new(pins::PinnedConnector::new(options, login, database)),
        )
    }

    fn target(
        &self,
        name: String,
        options: impl FnOnce() -> Result<PgConnectOptions>,
        connector: impl FnOnce(PgConnectOptions) -> Box<dyn Connect>,
    ) -> Result<Arc<Target>> {
        let way = self.ready()?.way;
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = targets.get(&name) {
            return Ok(target.clone());
        }
        if targets.len() >= MAX_TARGETS {
            targets.clear();
        }
        let mut options = options()?;
        if !way.keeps_statements {
            options = options.statement_cache_capacity(0);
        }
        let target = Arc::new(Target {
            name: name.clone(),
            connector: connector(options),
            keep_statements: way.keeps_statements,
            lends: !way.pooled,
            compounds: false,
        });
        targets.insert(name, target.clone());
        Ok(target)
    }
}

impl Storage for PgServer {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn check(&self, isolation: Isolation) -> Result<()> {
        if isolation == Isolation::Database && !self.ready()?.creates {
            return Err(Error::invalid(
                "isolation",
                "the provisioner's login may not create databases and logins; ALTER ROLE … CREATEDB CREATEROLE, or use schema or shared",
            ));
        }
        Ok(())
    }

    fn pool(&self) -> &Arc<ServerPool> {
        &self.pool
    }

    fn rewriter(&self) -> &Arc<Rewriter> {
        &self.rewriter
    }

    fn prepare(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let ready = server::prepare(self).await?;
            self.central
                .note_keeps_statements(&self.name, ready.way.keeps_statements)
                .await?;
            // Of two that make it ready at once in one process, both found out the same.
            let _ = self.ready.set(ready);
            Ok(())
        })
    }

    fn place(&self, id: &TenantId, uid: TenantUid, isolation: Isolation) -> Result<Placement> {
        self.check(isolation)?;
        match isolation {
            Isolation::Database => database::place(self, id, uid),
            Isolation::Schema => schema::place(self, id, uid),
            Isolation::Shared => Ok(shared::place(self)),
        }
    }

    fn ready_template<'a>(&'a self, isolation: Isolation, set: &'a MigrationSet) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match isolation {
                Isolation::Database => template::ready(self, set).await,
                Isolation::Schema | Isolation::Shared => Ok(()),
            }
        })
    }

    fn create<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => database::create(self, tenancy).await,
                Isolation::Schema => schema::create(self, tenancy).await,
                Isolation::Shared => shared::create(self, tenancy).await,
            }
        })
    }

    fn migrate<'a>(&'a self, tenancy: &'a Tenancy, set: &'a MigrationSet) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            let schema = self.schema(tenancy)?;
            match tenancy.placement.isolation {
                Isolation::Database => {
                    let login = database::login(tenancy)?;
                    migrate::run(self, tenancy, &database::ground(tenancy, &schema, &login), set).await
                }
                Isolation::Schema => migrate::run(self, tenancy, &schema::ground(self, &schema), set).await,
                Isolation::Shared => migrate::run(self, tenancy, &shared::ground(self, &schema), set).await,
            }
        })
    }

    fn applied<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<(i64, Vec<u8>)>>> {
        Box::pin(async move {
            let schema = self.schema(tenancy)?;
            match tenancy.placement.isolation {
                Isolation::Database => {
                    let login = database::login(tenancy)?;
                    migrate::applied(self, tenancy, &database::ground(tenancy, &schema, &login)).await
                }
                Isolation::Schema => migrate::applied(self, tenancy, &schema::ground(self, &schema)).await,
                Isolation::Shared => migrate::applied(self, tenancy, &shared::ground(self, &schema)).await,
            }
        })
    }

    fn self_test<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Finding>>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => database::self_test(self, tenancy).await,
                Isolation::Schema => schema::self_test(self, tenancy).await,
                Isolation::Shared => shared::self_test(self, tenancy).await,
            }
        })
    }

    fn open<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Opened>> {
        Box::pin(async move {
            let schema = Some(self.schema(tenancy)?.as_str().into());
            let placement = &tenancy.placement;
            if placement.isolation == Isolation::Database {
                let target = self.target(
                    placement.database.clone(),
                    || database::options(&self.traffic(&self.provisioner), tenancy),
                    |options| Box::new(PgConnector { options }),
                )?;
                return Ok(Opened {
                    target,
                    schema,
                    sealer: None,
                });
            }
            // `schema` has seen that the tenant is in the common database.
            Ok(Opened {
                target: self.shared_target()?,
                schema,
                sealer: Some(self.sealer.clone()),
            })
        })
    }

    fn erase<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => {
                    self.pool.forget(&tenancy.placement.database);
                    self.targets
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .remove(&tenancy.placement.database);
                    database::erase(self, tenancy).await
                }
                Isolation::Schema => schema::erase(self, tenancy).await,
                Isolation::Shared => shared::erase(self, tenancy).await,
            }
        })
    }

    fn is_gone<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => database::is_gone(self, tenancy).await,
                Isolation::Schema => schema::is_gone(self, tenancy).await,
                Isolation::Shared => shared::is_gone(self, tenancy).await,
            }
        })
    }

    fn places(&self) -> BoxFuture<'_, Result<Vec<Marked>>> {
        Box::pin(places::list(self))
    }

    fn remove<'a>(&'a self, place: &'a Marked) -> BoxFuture<'a, Result<()>> {
        Box::pin(places::remove(self, place))
    }

    fn sealer(&self) -> Option<&Sealer> {
        Some(&self.sealer)
    }

    fn check_secret(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(rotate::check(self))
    }

    fn next_secret(&self, at_once: bool) -> BoxFuture<'_, Result<i32>> {
        Box::pin(rotate::next(self, at_once))
    }

    fn add_secret<'a>(&'a self, key: &'a SealKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(rotate::add(self, key))
    }

    fn retire_secrets(&self, newest: i32, after: Duration) -> BoxFuture<'_, Result<Vec<i32>>> {
        Box::pin(rotate::retire(self, newest, after))
    }

    fn examine(&self) -> BoxFuture<'_, Result<Vec<Finding>>> {
        Box::pin(examine::server(self))
    }

    fn rest(&self) {
        self.kept.close();
    }

    fn ping(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let conn = self.shared_target()?.connector.connect().await?;
            conn.close().await;
            Ok(())
        })
    }
}

impl fence::Ways for PgServer {
    fn passed(&self, tenancy: &Tenancy) {
        fence::remember(self, tenancy);
    }

    fn central(&self) -> &Central {
        &self.central
    }

    fn provisioner(&self, _: &Tenancy) -> Result<PgConnectOptions> {
        Ok(self.provisioner.clone())
    }

    fn owner(&self, _: &Tenancy, database: &str) -> Result<PgConnectOptions> {
        Ok(self.owner.options.clone().database(database))
    }
}

impl PgServer {
    /// The schema of a tenant's tables.
    fn schema(&self, tenancy: &Tenancy) -> Result<SqlIdent> {
        let placement = &tenancy.placement;
        let outside = placement.isolation != Isolation::Database && placement.database != self.common.as_str();
        if outside {
            return Err(Error::Internal("a sealed tenant lies outside the common database"));
        }
        schema::name(tenancy)
    }
}

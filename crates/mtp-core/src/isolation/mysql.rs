//! A server of the MySQL wire (MariaDB, MySQL): isolations `database` and `shared`, the second under the sealed
//! context.
//!
//! Accounts as on PostgreSQL: the provisioner (the URL's own), the owner (migrates; the views read with its rights),
//! the runtime login (serves tenants, owns nothing), and one that nobody logs in as, which alone reads the seal's
//! secret. A service has three databases: `mtp_<service>` with a sealed view for each table, which is all that the
//! runtime login sees; `mtp_<service>_data` with the tables; `mtp_<service>_wall` with the secret, the function that
//! checks seals, and our marks. No statement that changes a table can be undone here, so every verb can be done again.

mod accounts;
mod database;
mod examine;
mod fence;
mod grants;
mod half;
mod keys;
mod ledger;
mod marks;
mod migrate;
mod places;
mod probe;
mod rotate;
mod sealed;
mod selftest;
mod server;
mod session;
mod shared;
mod views;
mod wall;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use sqlx::mysql::MySqlConnectOptions;

pub(crate) use self::accounts::Login;
use super::{Applied, Marked, Opened, Storage, Tenancy, kept::Kept};
use crate::{
    catalogue::Central,
    db::{ServerPool, Target},
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
pub(crate) struct MySqlServerParts {
    pub(crate) name: String,
    pub(crate) service: ServiceId,
    pub(crate) central: Central,
    pub(crate) provisioner: MySqlConnectOptions,
    pub(crate) owner: Login,
    pub(crate) runtime: Login,
    /// Whether the owner and runtime logins and the service's databases are ours to make.
    pub(crate) managed: bool,
    pub(crate) common: SqlIdent,
    pub(crate) prefix: Prefix,
    pub(crate) sealer: Arc<Sealer>,
    /// Tells this installation from another on the same server.
    pub(crate) installation: String,
    pub(crate) pool: Arc<ServerPool>,
    pub(crate) rewriter: Arc<Rewriter>,
}

/// One server of the MySQL wire as one service uses it.
pub(crate) struct MySqlServer {
    service: ServiceId,
    central: Central,
    provisioner: MySqlConnectOptions,
    owner: Login,
    runtime: Login,
    /// The account that owns the wall.
    guard: SqlIdent,
    managed: bool,
    /// The database of the views that the runtime login sees.
    common: SqlIdent,
    /// The database of the shared tables.
    data: SqlIdent,
    /// The database of the wall.
    wall: SqlIdent,
    prefix: Prefix,
    sealer: Arc<Sealer>,
    /// The mark on everything that is this installation's here.
    marker: String,
    pool: Arc<ServerPool>,
    rewriter: Arc<Rewriter>,
    ready: OnceLock<server::Ready>,
    /// Sessions of the provisioner's, from one tenant of a pass to the next.
    kept: Kept,
    targets: Mutex<HashMap<String, Arc<Target>>>,
}

impl MySqlServer {
    pub(crate) fn new(parts: MySqlServerParts) -> Result<Self> {
        let named = |what: &str| SqlIdent::new(format!("mtp_{}_{what}", parts.service));
        Ok(Self {
            guard: named("wall")?,
            data: named("data")?,
            wall: named("wall")?,
            marker: format!("mtp:{}:{}:{}", parts.service, parts.name, parts.installation),
            service: parts.service,
            central: parts.central,
            provisioner: parts.provisioner,
            owner: parts.owner,
            runtime: parts.runtime,
            managed: parts.managed,
            common: parts.common,
            prefix: parts.prefix,
            sealer: parts.sealer,
            pool: parts.pool,
            rewriter: parts.rewriter,
            ready: OnceLock::new(),
            kept: Kept::default(),
            targets: Mutex::default(),
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

    /// The way to a database of this server, remembered.
    fn target(
        &self,
        database: &SqlIdent,
        options: impl FnOnce() -> Result<MySqlConnectOptions>,
    ) -> Result<Arc<Target>> {
        let flavor = self.ready()?.flavor;
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = targets.get(database.as_str()) {
            return Ok(target.clone());
        }
        if targets.len() >= MAX_TARGETS {
            targets.clear();
        }
        let target = Arc::new(Target {
            name: database.as_str().to_owned(),
            connector: Box::new(session::ServingConnector::new(options()?, flavor)),
            keep_statements: true,
            lends: true,
            compounds: flavor.is_mariadb(),
        });
        targets.insert(database.as_str().to_owned(), target.clone());
        Ok(target)
    }

    /// The way to the common database, whose login all its tenants share.
    fn shared_target(&self) -> Result<Arc<Target>> {
        self.target(&self.common, || Ok(self.runtime.options.clone()))
    }

    /// Forgets the way to a database that is about to go.
    fn forget(&self, database: &str) {
        self.pool.forget(database);
        self.targets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(database);
    }
}

/// No tenant here has this isolation: [`Storage::place`] gives none.
const NO_SCHEMAS: Error = Error::Internal("a placement on the MySQL wire has isolation schema");

impl Storage for MySqlServer {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn check(&self, isolation: Isolation) -> Result<()> {
        match isolation {
            Isolation::Database if !self.ready()?.creates => Err(Error::invalid(
                "isolation",
                "the provisioner's login may not create databases and logins; grant it ALL PRIVILEGES ON *.* WITH GRANT OPTION, or use shared",
            )),
            Isolation::Database | Isolation::Shared => Ok(()),
            Isolation::Schema => Err(Error::invalid(
                "isolation",
                "MariaDB and MySQL have no schemas inside a database; use database or shared",
            )),
        }
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
            // Of two that make it ready at once in one process, both found out the same.
            let _ = self.ready.set(ready);
            Ok(())
        })
    }

    fn place(&self, id: &TenantId, uid: TenantUid, isolation: Isolation) -> Result<Placement> {
        self.check(isolation)?;
        match isolation {
            Isolation::Database => database::place(self, id, uid),
            _ => Ok(shared::place(self)),
        }
    }

    fn create<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => database::create(self, tenancy).await,
                Isolation::Shared => shared::create(self, tenancy).await,
                Isolation::Schema => Err(NO_SCHEMAS),
            }
        })
    }

    fn migrate<'a>(&'a self, tenancy: &'a Tenancy, set: &'a MigrationSet) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move { migrate::run(self, tenancy, &self.ground(tenancy)?, set).await })
    }

    fn applied<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Applied>>> {
        Box::pin(async move { migrate::applied(self, tenancy, &self.ground(tenancy)?).await })
    }

    fn self_test<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Finding>>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => selftest::own_database(self, tenancy).await,
                Isolation::Shared => selftest::sealed(self, tenancy).await,
                Isolation::Schema => Err(NO_SCHEMAS),
            }
        })
    }

    fn open<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Opened>> {
        Box::pin(async move {
            // Names mean the tables of the database where the connection leads, so every tenant's text is the same.
            let schema = None;
            match tenancy.placement.isolation {
                Isolation::Database => Ok(Opened {
                    target: self.target(&database::name(tenancy)?, || {
                        database::options(&self.provisioner, tenancy)
                    })?,
                    schema,
                    sealer: None,
                }),
                Isolation::Shared => {
                    self.ground(tenancy)?;
                    Ok(Opened {
                        target: self.shared_target()?,
                        schema,
                        sealer: Some(self.sealer.clone()),
                    })
                }
                Isolation::Schema => Err(NO_SCHEMAS),
            }
        })
    }

    fn erase<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => {
                    self.forget(&tenancy.placement.database);
                    database::erase(self, tenancy).await
                }
                Isolation::Shared => shared::erase(self, tenancy).await,
                Isolation::Schema => Err(NO_SCHEMAS),
            }
        })
    }

    fn is_gone<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            match tenancy.placement.isolation {
                Isolation::Database => database::is_gone(self, tenancy).await,
                Isolation::Shared => shared::is_gone(self, tenancy).await,
                Isolation::Schema => Err(NO_SCHEMAS),
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

    fn rest(&self) {
        self.kept.close();
    }

    fn examine(&self) -> BoxFuture<'_, Result<Vec<Finding>>> {
        Box::pin(examine::server(self))
    }

    fn ping(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let conn = self.shared_target()?.connector.connect().await?;
            conn.close().await;
            Ok(())
        })
    }
}

impl MySqlServer {
    /// Where a tenant's tables are made, and who uses them.
    fn ground(&self, tenancy: &Tenancy) -> Result<migrate::Ground> {
        match tenancy.placement.isolation {
            Isolation::Database => Ok(migrate::Ground {
                database: database::name(tenancy)?,
                user: database::login(tenancy)?,
                sealed: false,
            }),
            Isolation::Shared if tenancy.placement.database == self.common.as_str() => Ok(self.shared_ground()),
            Isolation::Shared => Err(Error::Internal("a sealed tenant lies outside the common database")),
            Isolation::Schema => Err(NO_SCHEMAS),
        }
    }

    fn shared_ground(&self) -> migrate::Ground {
        migrate::Ground {
            database: self.data.clone(),
            user: self.runtime.name.clone(),
            sealed: true,
        }
    }
}

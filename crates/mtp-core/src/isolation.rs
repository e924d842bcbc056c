//! Where tenants live: the kinds of server, and what each does to make, fill, open and destroy a
//! tenant's place.

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod kept;
mod ledger;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod template;

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite::SqliteServer;
use crate::{
    db::{PoolGauges, ServerPool, Target},
    doctor::Finding,
    error::{Error, Result},
    migrate::MigrationSet,
    rewrite::{Dialect, Rewriter},
    seal::{SealKey, Sealer},
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// A login of a service's that sessions are opened as.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) struct Login<W> {
    pub(crate) name: crate::ident::SqlIdent,
    /// None where an operator made the login and gave its URL.
    pub(crate) password: Option<crate::secret::Secret>,
    /// The way to the common database.
    pub(crate) options: W,
}

/// A migration that a ledger has: its version and checksum.
pub(crate) type Applied = (i64, Vec<u8>);

/// A tenant whose place is being worked on, and by which turn of which operation.
#[derive(Debug, Clone)]
pub(crate) struct Tenancy {
    pub(crate) id: TenantId,
    pub(crate) uid: TenantUid,
    pub(crate) placement: Placement,
    /// The fencing number of the operation; sessions of an earlier one are ended before anything is done.
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        expect(dead_code, reason = "SQLite has no sessions and no logins")
    )]
    pub(crate) fence: i64,
    /// The version that its tables have, as the catalogue knows it.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "elsewhere the ledger is asked")
    )]
    pub(crate) schema_version: i64,
    /// The password of the tenant's own login, where it has one.
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        expect(dead_code, reason = "SQLite has no sessions and no logins")
    )]
    pub(crate) password: Option<crate::Secret>,
    /// The way to the database that the tenant brought, where it did and its purge has not forgotten it.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only PostgreSQL is brought"))]
    pub(crate) url: Option<crate::Dsn>,
    /// Whether it is being made, or that is being undone: what is in its place was made there, and is nobody's yet.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only PostgreSQL is brought"))]
    pub(crate) unserved: bool,
}

/// How a tenant's statements reach its place.
pub(crate) struct Opened {
    pub(crate) target: Arc<Target>,
    pub(crate) schema: Option<Arc<str>>,
    pub(crate) sealer: Option<Arc<Sealer>>,
}

/// What a tenant has on a server, as its server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PlaceKind {
    /// A SQLite file.
    File,
    /// A database.
    Database,
    /// A schema of the common database.
    Schema,
    /// A login.
    Login,
}

impl fmt::Display for PlaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Database => "database",
            Self::Schema => "schema",
            Self::Login => "login",
        })
    }
}

/// A place that carries our mark.
#[derive(Debug, Clone)]
pub(crate) struct Marked {
    pub(crate) kind: PlaceKind,
    pub(crate) name: String,
    /// The uid of the tenant it was made for, or the last eight digits of it where the mark is a file's name.
    pub(crate) uid_end: String,
    /// When it last changed, where the server knows.
    pub(crate) changed: Option<DateTime<Utc>>,
}

/// One database server, of whichever kind, and all that is done on it for tenants. Each verb may be
/// called again after it was broken off anywhere.
pub(crate) trait Storage: Send + Sync + 'static {
    /// Which dialect its statements are in.
    fn dialect(&self) -> Dialect;

    /// Which isolations it offers, and why not the others.
    fn check(&self, isolation: Isolation) -> Result<()>;

    /// Its connections.
    fn pool(&self) -> &Arc<ServerPool>;

    /// The rewriter for its statements.
    fn rewriter(&self) -> &Arc<Rewriter>;

    /// Makes the server ready for a service: logins, the common database, the walls.
    fn prepare(&self) -> BoxFuture<'_, Result<()>>;

    /// Chooses the physical names of a new tenant.
    fn place(&self, id: &TenantId, uid: TenantUid, isolation: Isolation) -> Result<Placement>;

    /// Sees that what new places of an isolation are copied from is there, at the newest version.
    fn ready_template<'a>(&'a self, isolation: Isolation, set: &'a MigrationSet) -> BoxFuture<'a, Result<()>> {
        let _ = (isolation, set);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Makes the tenant's place: empty, or a copy of the template.
    fn create<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>>;

    /// Applies what is pending of the service's migrations and answers the newest version.
    fn migrate<'a>(&'a self, tenancy: &'a Tenancy, set: &'a MigrationSet) -> BoxFuture<'a, Result<i64>>;

    /// Which migrations the tenant's own ledger has, with their checksums.
    fn applied<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Applied>>>;

    /// Looks whether the tenant's walls stand; a tenant is served only after none was found down.
    fn self_test<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Finding>>>;

    /// The way to the tenant's data.
    fn open<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Opened>>;

    /// Destroys the tenant's data and place. A place that is the tenant's own property is left as it is.
    fn erase<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>>;

    /// Whether nothing of the tenant is left.
    fn is_gone<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<bool>>;

    /// Every place that carries our mark, of whichever tenant, on this server: found by the mark, not by the catalogue.
    fn places(&self) -> BoxFuture<'_, Result<Vec<Marked>>>;

    /// Destroys such a place, after another look at its mark. One that is gone already is none to fail over.
    fn remove<'a>(&'a self, place: &'a Marked) -> BoxFuture<'a, Result<()>>;

    /// What makes seals for its tenants, where it has any that are sealed.
    fn sealer(&self) -> Option<&Sealer> {
        None
    }

    /// Looks whether the server believes the seals that are made for it.
    fn check_secret(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// The number of the secret that seals go over to; where going over was broken off, the one that it was going to.
    /// Unless `at_once`, an error while the secret before still has time.
    fn next_secret(&self, at_once: bool) -> BoxFuture<'_, Result<i32>> {
        let _ = at_once;
        Box::pin(async { Err(no_seals()) })
    }

    /// Lets the server believe seals of this secret too.
    fn add_secret<'a>(&'a self, key: &'a SealKey) -> BoxFuture<'a, Result<()>> {
        let _ = key;
        Box::pin(async { Err(no_seals()) })
    }

    /// Lets the server refuse seals of every older secret after a time, and answers the numbers of those.
    fn retire_secrets(&self, newest: i32, after: Duration) -> BoxFuture<'_, Result<Vec<i32>>> {
        let _ = (newest, after);
        Box::pin(async { Err(no_seals()) })
    }

    /// Looks whether the server's own walls stand.
    fn examine(&self) -> BoxFuture<'_, Result<Vec<Finding>>>;

    /// Whether it answers.
    fn ping(&self) -> BoxFuture<'_, Result<()>>;

    /// Closes what was kept open from one tenant's migration to the next: a pass is over.
    fn rest(&self) {}

    /// Its connections, counted.
    fn gauges(&self) -> PoolGauges {
        self.pool().gauges()
    }
}

fn no_seals() -> Error {
    Error::invalid("server", "its tenants have no seals: there is no secret to rotate")
}

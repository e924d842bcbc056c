//! Connections to one server for all its tenants: one budget, a share for each tenant, lazily opened,
//! least recently used first to go, a fair queue with a deadline.
//!
//! Not `sqlx::Pool`: a pool for each tenant cannot keep a budget over all of them, and one pool for
//! all cannot serve many logins.

mod gauges;
mod pooled;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::gauges::Counters;
pub use self::gauges::PoolGauges;
pub(crate) use self::pooled::Pooled;
use super::{conn::Conn, told::Told};
use crate::{
    error::{Error, Result},
    limits,
};

/// After how long in the pool a connection is asked whether it still lives before it is used.
const PING_AFTER: Duration = Duration::from_secs(10);

/// Opens connections as one login to one database.
pub(crate) trait Connect: Send + Sync + 'static {
    /// Opens one connection.
    fn connect(&self) -> BoxFuture<'_, Result<Conn>>;
}

/// Where connections lead: a login and a database. Tenants that share both share the target.
pub(crate) struct Target {
    /// Unique within the server.
    pub(crate) name: String,
    /// How to get there.
    pub(crate) connector: Box<dyn Connect>,
    /// Whether prepared statements may be kept (not behind a pooler that forgets them).
    pub(crate) keep_statements: bool,
    /// Whether a bare connection may be lent to a service: its state is one session's, and the server walls it.
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        expect(dead_code, reason = "SQLite has no sessions and no logins")
    )]
    pub(crate) lends: bool,
    /// Whether the server runs compound statements outside routines (MariaDB, not MySQL), which hide a seal best. Only
    /// asked where there is one.
    #[cfg_attr(
        not(feature = "mysql"),
        expect(dead_code, reason = "only the MySQL wire has the seal in a variable")
    )]
    pub(crate) compounds: bool,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The sizes and times of a server's pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolLimits {
    /// Connections for all tenants of the server together.
    pub(crate) budget: u32,
    /// Connections for one tenant.
    pub(crate) share: u32,
    /// How long a statement waits for one.
    pub(crate) acquire_timeout: Duration,
    /// How long one is kept unused.
    pub(crate) idle_timeout: Duration,
    /// How long one lives.
    pub(crate) lifetime: Duration,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            budget: limits::DEFAULT_MAX_CONNECTIONS,
            share: limits::DEFAULT_POOL_SIZE,
            acquire_timeout: limits::DEFAULT_ACQUIRE_TIMEOUT,
            idle_timeout: limits::DEFAULT_IDLE_TIMEOUT,
            lifetime: limits::DEFAULT_CONNECTION_LIFETIME,
        }
    }
}

#[derive(Debug)]
struct Idle {
    target: Arc<Target>,
    conn: Conn,
    /// What its session knows; `None` where that is not known.
    told: Option<Told>,
    born: Instant,
    since: Instant,
}

#[derive(Debug, Default)]
struct Shelf {
    /// Oldest first: the front is evicted, the back is used again.
    idle: Vec<Idle>,
    used: usize,
}

/// The connections to one server.
#[derive(Debug)]
pub(crate) struct ServerPool {
    limits: PoolLimits,
    budget: Arc<Semaphore>,
    shelf: Mutex<Shelf>,
    counters: Counters,
}

/// Counts a waiter for as long as it waits, also when its caller gives up.
struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ServerPool {
    pub(crate) fn new(limits: PoolLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            budget: Arc::new(Semaphore::new(limits.budget.max(1) as usize)),
            shelf: Mutex::default(),
            counters: Counters::default(),
        })
    }

    /// A tenant's share of this pool.
    pub(crate) fn share(&self) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(
            self.limits.share.clamp(1, self.limits.budget.max(1)) as usize
        ))
    }

    /// Takes a connection to `target`, waiting its turn first within the tenant's share, then among all; one whose
    /// session knows what it is to be told rather than another.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        target: &Arc<Target>,
        share: &Arc<Semaphore>,
        told: &Told,
    ) -> Result<Pooled> {
        let both = match (
            share.clone().try_acquire_owned(),
            self.budget.clone().try_acquire_owned(),
        ) {
            (Ok(share), Ok(budget)) => Some((share, budget)),
            // A permit that was got alone goes back here: kept while waiting, it would be waited for by itself.
            _ => None,
        };
        let permits = match both {
            Some(permits) => permits,
            None => self.queue(share).await?,
        };
        let (taken, evicted) = self.take(target, told);
        if let Some(old) = evicted {
            self.counters.evicted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(old.conn.close());
        }
        // From here on the shelf counts this connection as used: the guard gives it back on every way out,
        // also where the caller goes away in the middle.
        let mut pooled = Pooled::empty(self, target, permits);
        if let Some(mut idle) = taken
            && (idle.since.elapsed() < PING_AFTER || idle.conn.ping().await)
        {
            pooled.hold(idle.conn, idle.born, idle.told);
        } else {
            let opened = tokio::time::timeout(self.limits.acquire_timeout, target.connector.connect()).await;
            let conn = opened.map_err(|_| Error::Unavailable {
                what: "the tenant's database server",
                retry_after: Duration::from_secs(1),
                source: None,
            })??;
            // A session begins with the longest times and no seal.
            pooled.hold(conn, Instant::now(), Some(Told::default()));
            self.counters.opened.fetch_add(1, Ordering::Relaxed);
            self.counters.opens.note();
        }
        Ok(pooled)
    }

    async fn queue(&self, share: &Arc<Semaphore>) -> Result<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.counters.waiting);
        let both = async {
            // The share first: a tenant waits for itself before it stands in the way of others.
            let share = share.clone().acquire_owned().await.ok()?;
            let budget = self.budget.clone().acquire_owned().await.ok()?;
            Some((share, budget))
        };
        match tokio::time::timeout(self.limits.acquire_timeout, both).await {
            Ok(Some(permits)) => Ok(permits),
            Ok(None) => Err(Error::Internal("a semaphore was closed")),
            Err(_) => {
                self.counters.timeouts.fetch_add(1, Ordering::Relaxed);
                Err(Error::Unavailable {
                    what: "a database connection",
                    retry_after: Duration::from_secs(1),
                    source: None,
                })
            }
        }
    }

    /// Takes an idle connection to `target`, or makes room for a new one. Holding a permit means that
    /// fewer than `budget` connections are used, so where all are open one of them is idle.
    fn take(&self, target: &Arc<Target>, told: &Told) -> (Option<Idle>, Option<Idle>) {
        let mut shelf = self.shelf();
        shelf.used += 1;
        let leads_there = |idle: &Idle| Arc::ptr_eq(&idle.target, target);
        let knows = |idle: &Idle| leads_there(idle) && idle.told.as_ref() == Some(told);
        let at = shelf.idle.iter().rposition(knows);
        if let Some(at) = at.or_else(|| shelf.idle.iter().rposition(leads_there)) {
            let idle = shelf.idle.remove(at);
            if idle.since.elapsed() < self.limits.idle_timeout {
                return (Some(idle), None);
            }
            return (None, Some(idle));
        }
        let full = shelf.used + shelf.idle.len() > self.limits.budget.max(1) as usize;
        let evicted = (full && !shelf.idle.is_empty()).then(|| shelf.idle.remove(0));
        (None, evicted)
    }

    fn give_back(&self, target: &Arc<Target>, conn: Option<Conn>, told: Option<Told>, born: Instant) {
        let mut shelf = self.shelf();
        shelf.used -= 1;
        if let Some(conn) = conn
            && born.elapsed() < self.limits.lifetime
        {
            shelf.idle.push(Idle {
                target: target.clone(),
                conn,
                told,
                born,
                since: Instant::now(),
            });
        }
    }

    /// Closes what has been unused for too long; called from time to time.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        let timeout = self.limits.idle_timeout;
        self.shelf()
            .idle
            .retain(|idle| now.duration_since(idle.since) < timeout);
    }

    /// Closes every unused connection to `target`: its database is about to go.
    pub(crate) fn forget(&self, target: &str) {
        self.shelf().idle.retain(|idle| idle.target.name != target);
    }

    /// What the pool looks like now.
    pub(crate) fn gauges(&self) -> PoolGauges {
        let (used, idle) = {
            let shelf = self.shelf();
            (shelf.used, shelf.idle.len())
        };
        PoolGauges {
            budget: self.limits.budget,
            open: used + idle,
            idle,
            waiting: self.counters.waiting.load(Ordering::Relaxed),
            opened: self.counters.opened.load(Ordering::Relaxed),
            opened_lately: self.counters.opens.lately(),
            evicted: self.counters.evicted.load(Ordering::Relaxed),
            timeouts: self.counters.timeouts.load(Ordering::Relaxed),
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Nothing under this lock can panic half-way, so a poisoned shelf is whole.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Connections to one server for all its tenants: one budget, a share for each tenant, lazily opened,
//! least recently used first to go, a fair queue with a deadline.
//!
//! Not `sqlx::Pool`: a pool for each tenant cannot keep a budget over all of them, and one pool for
//! all cannot serve many logins.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{conn::Conn, fault::DatabaseFault};
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

/// What a server's pool looks like now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PoolGauges {
    /// Connections that are allowed.
    pub budget: u32,
    /// Connections that are open, used or not.
    pub open: usize,
    /// Connections that are open and unused.
    pub idle: usize,
    /// Statements and transactions that wait for one.
    pub waiting: u64,
    /// Connections opened since the start.
    pub opened: u64,
    /// Connections opened within the last [`limits::POOL_OPENS_WINDOW`].
    pub opened_lately: u64,
    /// Connections closed to make room for another tenant's since the start.
    pub evicted: u64,
    /// Waits that ended without a connection since the start.
    pub timeouts: u64,
}

impl PoolGauges {
    /// Connections opened a second, of late: many mean that more tenants are at work than the budget holds.
    pub fn opens_per_second(&self) -> f64 {
        let lately = u32::try_from(self.opened_lately).unwrap_or(u32::MAX);
        f64::from(lately) / limits::POOL_OPENS_WINDOW.as_secs_f64()
    }
}

/// When connections were opened, as far back as it is asked.
#[derive(Debug, Default)]
struct Opens(Mutex<VecDeque<Instant>>);

impl Opens {
    fn note(&self) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Self::forget_old(&mut at);
        at.push_back(Instant::now());
    }

    fn lately(&self) -> u64 {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Self::forget_old(&mut at);
        at.len() as u64
    }

    fn forget_old(at: &mut VecDeque<Instant>) {
        while at.front().is_some_and(|at| at.elapsed() > limits::POOL_OPENS_WINDOW) {
            at.pop_front();
        }
    }
}

#[derive(Debug, Default)]
struct Counters {
    waiting: AtomicU64,
    opened: AtomicU64,
    evicted: AtomicU64,
    timeouts: AtomicU64,
    opens: Opens,
}

#[derive(Debug)]
struct Idle {
    target: Arc<Target>,
    conn: Conn,
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

    /// Takes a connection to `target`, waiting its turn first within the tenant's share, then among all.
    pub(crate) async fn acquire(self: &Arc<Self>, target: &Arc<Target>, share: &Arc<Semaphore>) -> Result<Pooled> {
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
        let (taken, evicted) = self.take(target);
        if let Some(old) = evicted {
            self.counters.evicted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(old.conn.close());
        }
        // From here on the shelf counts this connection as used: the guard gives it back on every way out,
        // also where the caller goes away in the middle.
        let mut pooled = Pooled {
            conn: None,
            target: target.clone(),
            pool: self.clone(),
            born: Instant::now(),
            clean: false,
            _share: permits.0,
            _budget: permits.1,
        };
        if let Some(mut idle) = taken
            && (idle.since.elapsed() < PING_AFTER || idle.conn.ping().await)
        {
            pooled.born = idle.born;
            pooled.conn = Some(idle.conn);
        } else {
            let opened = tokio::time::timeout(self.limits.acquire_timeout, target.connector.connect()).await;
            pooled.conn = Some(opened.map_err(|_| Error::Unavailable {
                what: "the tenant's database server",
                retry_after: Duration::from_secs(1),
                source: None,
            })??);
            self.counters.opened.fetch_add(1, Ordering::Relaxed);
            self.counters.opens.note();
        }
        pooled.clean = true;
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
    fn take(&self, target: &Arc<Target>) -> (Option<Idle>, Option<Idle>) {
        let mut shelf = self.shelf();
        shelf.used += 1;
        if let Some(at) = shelf.idle.iter().rposition(|idle| Arc::ptr_eq(&idle.target, target)) {
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

    fn give_back(&self, target: &Arc<Target>, conn: Option<Conn>, born: Instant) {
        let mut shelf = self.shelf();
        shelf.used -= 1;
        if let Some(conn) = conn
            && born.elapsed() < self.limits.lifetime
        {
            shelf.idle.push(Idle {
                target: target.clone(),
                conn,
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

/// A connection that is in use. Dropped while its state is unknown (in the middle of a statement, in a
/// transaction), it is closed; else it goes back to the shelf.
#[derive(Debug)]
pub(crate) struct Pooled {
    conn: Option<Conn>,
    target: Arc<Target>,
    pool: Arc<ServerPool>,
    born: Instant,
    clean: bool,
    _share: OwnedSemaphorePermit,
    _budget: OwnedSemaphorePermit,
}

impl Pooled {
    /// The connection, from now on in an unknown state until [`settle`](Self::settle) says otherwise.
    pub(crate) fn busy(&mut self) -> Result<&mut Conn> {
        self.clean = false;
        self.conn
            .as_mut()
            .ok_or(Error::Internal("a connection was used after it was given back"))
    }

    /// Whether prepared statements are kept on this connection.
    pub(crate) fn keeps_statements(&self) -> bool {
        self.target.keep_statements
    }

    /// Whether the bare connection may be lent to a service.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn lends(&self) -> bool {
        self.target.lends
    }

    /// Says how the last use ended: after an answer, good or bad, the state is known again.
    pub(crate) fn settle<T>(&mut self, result: std::result::Result<T, DatabaseFault>) -> Result<T> {
        self.clean = match &result {
            Ok(_) => true,
            Err(fault) => fault.connection_survives(),
        };
        Ok(result?)
    }

    /// Opens what a statement that is alone needs. Where a pooler keeps no prepared statements, even the steps of one
    /// statement may go to several sessions: there it gets a transaction around it.
    pub(crate) async fn open_alone(&mut self) -> Result<()> {
        if self.keeps_statements() {
            return Ok(());
        }
        let begun = self.busy()?.run("BEGIN").await;
        self.settle(begun)
    }

    /// As [`settle`](Self::settle), and ends what [`open_alone`](Self::open_alone) opened.
    pub(crate) async fn settle_alone<T>(&mut self, result: std::result::Result<T, DatabaseFault>) -> Result<T> {
        if self.keeps_statements() {
            return self.settle(result);
        }
        match result {
            Ok(value) => {
                let done = self.busy()?.run("COMMIT").await;
                self.settle(done)?;
                Ok(value)
            }
            Err(fault) => {
                if fault.connection_survives() {
                    let done = self.busy()?.run("ROLLBACK").await;
                    self.clean = done.is_ok();
                }
                Err(fault.into())
            }
        }
    }

    /// Marks the state unknown: the connection will be closed.
    pub(crate) fn taint(&mut self) {
        self.clean = false;
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let conn = self.conn.take().filter(|_| self.clean);
        self.pool.give_back(&self.target, conn, self.born);
    }
}

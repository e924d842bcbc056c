//! The memory of tenants: bounded, following the catalogue's generation.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use quanta::Instant;
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::{Inner, TenantManager};
use crate::{
    catalogue::TenantRowData,
    context::TenantHandle,
    db::{Standing, TenantDb, TenantDbParts},
    directory::{Found, Freshness, TenantDirectory},
    error::{Error, Result},
    keys::KeyScope,
    limits::{DEFAULT_DIRECTORY_CAPACITY, FRESHNESS_LEASE, MAX_UNKNOWN_TENANTS, VERSION_RETRY_AFTER},
    tenant::{TenantId, TenantState, TenantUid},
};

/// What one tenant keeps in this process for as long as anybody holds a handle of it.
pub(crate) struct Presence {
    pub(crate) standing: Arc<Standing>,
    pub(crate) share: Arc<Semaphore>,
}

pub(crate) struct Directory {
    known: Cache<TenantId, Found>,
    /// Names that nobody has. Apart, so that guessed names cannot push tenants out.
    unknown: Cache<TenantId, ()>,
    follow: Mutex<Follow>,
    fresh: Fresh,
    present: Mutex<HashMap<TenantUid, Weak<Presence>>>,
}

struct Follow {
    /// The newest generation whose changes are in memory.
    generation: i64,
}

/// When the last good poll was sent. Each request asks, so it takes no lock, and the clock is the processor's counter
/// where that is steady: the system's costs more than all else that is asked here.
struct Fresh {
    born: Instant,
    /// Nanoseconds after `born`.
    sent: AtomicU64,
}

impl Fresh {
    /// Fresh now.
    fn new() -> Self {
        Self {
            born: Instant::now(),
            sent: AtomicU64::new(0),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// A poll that was sent then was good, and what it brought is in memory.
    fn polled(&self, sent: u64) {
        self.sent.fetch_max(sent, Ordering::Release);
    }

    fn age(&self) -> Duration {
        let sent = self.sent.load(Ordering::Acquire);
        Duration::from_nanos(self.now().saturating_sub(sent))
    }
}

impl Directory {
    pub(super) fn new(generation: i64) -> Self {
        Self {
            known: Cache::new(DEFAULT_DIRECTORY_CAPACITY),
            unknown: Cache::new(MAX_UNKNOWN_TENANTS),
            follow: Mutex::new(Follow { generation }),
            fresh: Fresh::new(),
            present: Mutex::default(),
        }
    }

    fn follow(&self) -> std::sync::MutexGuard<'_, Follow> {
        self.follow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what is remembered of a tenant: it will be looked up anew. Handles that were given out stand.
    fn look_again(&self, id: &TenantId) {
        self.known.remove(id);
        self.unknown.remove(id);
    }

    /// Forgets a tenant and closes every handle of it that was given out.
    pub(crate) fn forget(&self, id: &TenantId, uid: TenantUid) {
        self.look_again(id);
        let present = self.present.lock().unwrap_or_else(PoisonError::into_inner).remove(&uid);
        if let Some(presence) = present.and_then(|p| p.upgrade()) {
            presence.standing.close();
        }
    }

    /// What a tenant has in this process: one standing and one share, however many handles there are.
    fn presence(&self, uid: TenantUid, share: impl FnOnce() -> Arc<Semaphore>) -> Arc<Presence> {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(presence) = present.get(&uid).and_then(Weak::upgrade) {
            return presence;
        }
        if present.len() > 2 * DEFAULT_DIRECTORY_CAPACITY {
            present.retain(|_, presence| presence.strong_count() > 0);
        }
        let presence = Arc::new(Presence {
            standing: Arc::default(),
            share: share(),
        });
        present.insert(uid, Arc::downgrade(&presence));
        presence
    }
}

impl Inner {
    /// Takes in what changed in the catalogue since the last time.
    pub(crate) async fn refresh(&self) -> Result<()> {
        let sent = self.directory.fresh.now();
        let before = self.directory.follow().generation;
        let generation = self.central.generation().await?;
        let changed = if generation == before {
            Vec::new()
        } else {
            for (name, server) in self.open_servers() {
                self.follow_seals(&name, server.as_ref()).await?;
            }
            self.central.tenants_changed_since(before).await?
        };
        let mut follow = self.directory.follow();
        // Another refresh may have been faster; what it took in is not taken back, and handles given out since then
        // are not closed for it.
        for row in changed.iter().filter(|row| row.generation > follow.generation) {
            if row.state()? == TenantState::Active {
                self.directory.look_again(&row.id()?);
            } else {
                self.directory.forget(&row.id()?, row.uid()?);
            }
            // Its data key may be another now, or destroyed.
            self.keys.forget(&KeyScope::Tenant(row.uid()?));
        }
        follow.generation = follow.generation.max(generation);
        self.directory.fresh.polled(sent);
        Ok(())
    }

    async fn look_up(self: &Arc<Self>, id: &TenantId) -> Result<Option<Found>> {
        let before = self.directory.follow().generation;
        let Some(row) = self.central.tenant_by_id(id).await? else {
            let follow = self.directory.follow();
            if follow.generation == before {
                self.directory.unknown.insert(id.clone(), ());
            }
            return Ok(None);
        };
        let found = self.found(&row).await?;
        // A change that was taken in meanwhile may be one of this tenant: then this is not remembered.
        let follow = self.directory.follow();
        if follow.generation == before {
            self.directory.known.insert(id.clone(), found.clone());
        }
        drop(follow);
        Ok(Some(found))
    }

    async fn found(self: &Arc<Self>, row: &TenantRowData) -> Result<Found> {
        let (id, uid, state) = (row.id()?, row.uid()?, row.state()?);
        let handle = if state == TenantState::Active && self.can_serve(row).await? {
            Some(self.handle(row).await?)
        } else {
            None
        };
        Ok(Found::new(id, uid, state, handle))
    }

    /// Whether this release knows the tenant's tables as they are: neither too old for it nor newer than its migrations.
    async fn can_serve(&self, row: &TenantRowData) -> Result<bool> {
        let placement = row
            .placement()?
            .ok_or(Error::Internal("an active tenant has no place"))?;
        let dialect = self.server(&placement.server).await?.dialect();
        let newest = self.migrations(dialect)?.latest().unwrap_or(0);
        Ok((self.settings.least_version..=newest).contains(&row.schema_version))
    }

    async fn handle(self: &Arc<Self>, row: &TenantRowData) -> Result<TenantHandle> {
        let placement = row
            .placement()?
            .ok_or(Error::Internal("an active tenant has no place"))?;
        let (server, tenancy) = self.tenancy(row, placement, 0).await?;
        let opened = server.open(&tenancy).await?;
        let presence = self.directory.presence(tenancy.uid, || server.pool().share());
        let db = TenantDb::new(TenantDbParts {
            id: tenancy.id.clone(),
            uid: tenancy.uid,
            schema: opened.schema,
            rewriter: server.rewriter().clone(),
            sealer: opened.sealer,
            pool: server.pool().clone(),
            target: opened.target,
            times: self.settings.times_of(row.plan.as_deref()),
            presence,
        });
        Ok(TenantHandle::new(
            tenancy.id,
            tenancy.uid,
            row.plan.clone(),
            row.features()?,
            db,
        ))
    }
}

impl TenantManager {
    /// The handle of a tenant that is served: the right to its data.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`]; [`Error::NotServed`] where it is not active; [`Error::Unavailable`] where its tables
    /// have a version that this release cannot serve.
    pub async fn handle(&self, id: &TenantId) -> Result<TenantHandle> {
        let found = self.find(id).await?.ok_or(Error::TenantNotFound)?;
        match (found.handle, found.state) {
            (Some(handle), _) => Ok(handle),
            (None, TenantState::Active) => Err(Error::Unavailable {
                what: "the tenant's schema in a version that this release serves",
                retry_after: VERSION_RETRY_AFTER,
                source: None,
            }),
            (None, state) => Err(Error::NotServed { state }),
        }
    }
}

impl TenantDirectory for TenantManager {
    fn cached(&self, id: &TenantId) -> Option<Option<Found>> {
        if self.freshness() == Freshness::Lost {
            return None;
        }
        let directory = &self.inner.directory;
        match directory.known.get(id) {
            Some(found) => Some(Some(found)),
            None => directory.unknown.get(id).map(|()| None),
        }
    }

    fn find<'a>(&'a self, id: &'a TenantId) -> BoxFuture<'a, Result<Option<Found>>> {
        Box::pin(async move {
            if let Some(known) = self.cached(id) {
                return Ok(known);
            }
            self.inner.look_up(id).await
        })
    }

    fn freshness(&self) -> Freshness {
        let age = self.inner.directory.fresh.age();
        if age <= FRESHNESS_LEASE {
            Freshness::Fresh
        } else if age <= self.inner.settings.stale_max {
            Freshness::Stale
        } else {
            Freshness::Lost
        }
    }
}

//! Places that no tenant has any more: found by our mark on them, and swept away where that is safe.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use super::TenantManager;
use crate::{
    catalogue::{AuditEntry, TenantRowData},
    error::Result,
    isolation::{Marked, PlaceKind, Storage},
    names::{self, Prefix},
    tenant::{TenantState, TenantUid},
};

/// A place with our mark that belongs to no tenant that should have it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Orphan {
    /// The server it is on.
    pub server: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Its name there; a file's without its ending.
    pub name: String,
    /// The tenant it was made for, where the catalogue knows it.
    pub uid: Option<TenantUid>,
    /// Why no tenant should have it.
    pub cause: OrphanCause,
    /// Since when it has been so, as far as it is known: the tenant's last change, or the place's own if that is later.
    pub since: Option<DateTime<Utc>>,
}

/// Why no tenant should have a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrphanCause {
    /// Its tenant was purged: a process that was held up for long made it afterwards. It is swept away.
    Purged,
    /// Its tenant failed and was undone. Another attempt takes the place over, and a purge leads to its sweeping.
    Failed,
    /// The catalogue does not know its tenant. It may be another catalogue's, or this one was restored from a backup
    /// that is older than the tenant: it is never swept away. Look, and remove it by hand.
    Unknown,
}

impl std::fmt::Display for OrphanCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Purged => "its tenant was purged",
            Self::Failed => "its tenant failed and was undone",
            Self::Unknown => "no tenant of this catalogue",
        })
    }
}

/// An orphan, and how to reach it.
struct Found {
    orphan: Orphan,
    place: Marked,
    storage: Arc<dyn Storage>,
}

impl TenantManager {
    /// Every place that carries the service's mark and belongs to no tenant that should have one. Costs a listing of each
    /// server, and a reading of the tenants' table for each orphan.
    ///
    /// # Errors
    /// Where the catalogue or a server is away.
    pub async fn orphans(&self) -> Result<Vec<Orphan>> {
        Ok(self.find_orphans().await?.into_iter().map(|f| f.orphan).collect())
    }

    /// Destroys the places of purged tenants that have been orphans for longer than `grace`, and answers them. Each is
    /// logged and written down as an event. The reconciler does this from time to time.
    ///
    /// # Errors
    /// Where the catalogue or a server is away; what was destroyed until then is written down.
    pub async fn sweep_orphans(&self, grace: Duration) -> Result<Vec<Orphan>> {
        let mut swept = Vec::new();
        let now = Utc::now();
        for found in self.find_orphans().await? {
            let orphan = &found.orphan;
            let (server, name, cause) = (&orphan.server, &orphan.name, orphan.cause);
            let old = orphan
                .since
                .is_some_and(|since| (now - since).to_std().is_ok_and(|age| age >= grace));
            if cause != OrphanCause::Purged || !old {
                tracing::warn!(target: "mtp::lifecycle", %server, kind = %orphan.kind, %name, %cause, "a place that no tenant should have; it is left as it is");
                continue;
            }
            self.destroy(&found).await?;
            swept.push(found.orphan);
        }
        Ok(swept)
    }

    /// Destroys what this process made for a tenant after that was purged.
    pub(crate) async fn take_back(&self, uid: TenantUid) -> Result<()> {
        let row = self.inner.central.tenant_by_uid(uid).await?;
        if row.map(|row| row.state()).transpose()? != Some(TenantState::Purged) {
            return Ok(());
        }
        for found in self.find_orphans().await? {
            if found.orphan.uid == Some(uid) && found.orphan.cause == OrphanCause::Purged {
                self.destroy(&found).await?;
            }
        }
        Ok(())
    }

    async fn destroy(&self, found: &Found) -> Result<()> {
        let Orphan {
            server,
            kind,
            name,
            uid,
            cause,
            ..
        } = &found.orphan;
        found.storage.remove(&found.place).await?;
        tracing::warn!(target: "mtp::lifecycle", %server, %kind, %name, %cause, "a place that no tenant should have was destroyed");
        let mut event = AuditEntry::new("sweeper", "tenant.orphan", "destroyed")
            .detail(format!("{kind} {name} on {server}: {cause}"));
        event.uid = *uid;
        self.audit(event).await
    }

    async fn find_orphans(&self) -> Result<Vec<Found>> {
        let inner = &self.inner;
        let prefix = Prefix::new(&inner.settings.prefix)?;
        let mut found = Vec::new();
        for server in inner.central.servers().await? {
            let storage = inner.server(&server.name).await?;
            let places = storage.places().await?;
            // After the listing: a tenant that is made meanwhile is written down before its place is there.
            let uids = inner.central.placed_uids().await?;
            let taken: HashSet<&str> = uids.iter().flat_map(|uid| [uid.as_str(), end_of(uid)]).collect();
            for place in places {
                if taken.contains(place.uid_end.as_str()) {
                    continue;
                }
                let rows = inner.central.tenants_by_uid_end(&place.uid_end).await?;
                let row = rows.iter().find(|row| is_of(row, &place, &prefix));
                let cause = match row.map(TenantRowData::state).transpose()? {
                    Some(TenantState::Purged) => OrphanCause::Purged,
                    Some(TenantState::Failed) => OrphanCause::Failed,
                    // It was restored, or tried again, since the tenants were read.
                    Some(_) => continue,
                    None => OrphanCause::Unknown,
                };
                let changed = row.map(|row| crate::catalogue::time(row.updated_at));
                let orphan = Orphan {
                    server: server.name.clone(),
                    kind: place.kind,
                    name: place.name.clone(),
                    uid: row.map(TenantRowData::uid).transpose()?,
                    cause,
                    since: changed.max(place.changed),
                };
                found.push(Found {
                    orphan,
                    place,
                    storage: storage.clone(),
                });
            }
        }
        Ok(found)
    }
}

/// The last eight digits, as [`TenantUid::short`] gives them.
fn end_of(uid: &str) -> &str {
    uid.get(uid.len().saturating_sub(8)..).unwrap_or(uid)
}

/// Whether a place is one that this tenant had or would get: the end of a uid alone may be two tenants'.
fn is_of(row: &TenantRowData, place: &Marked, prefix: &Prefix) -> bool {
    let (Ok(uid), Ok(id)) = (row.uid(), row.id()) else {
        return false;
    };
    let had = row.placement().ok().flatten().is_some_and(|p| {
        [Some(p.database), p.schema, p.login]
            .iter()
            .flatten()
            .any(|name| *name == place.name)
    });
    let name = |made: Result<crate::ident::SqlIdent>| made.is_ok_and(|made| made.as_str() == place.name);
    had || name(prefix.physical(&id, uid)) || name(names::login(uid))
}

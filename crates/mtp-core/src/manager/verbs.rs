//! Finding, changing and ending tenants.

use std::time::{Duration, Instant};

use chrono::Utc;

use super::{
    TenantManager,
    create::{check_features, check_label, check_metadata, check_name, still_running},
};
use crate::{
    catalogue::{
        AuditEntry, NewOperation, Page, Server, ServerKind, ServerState, TenantFilter, TenantRowData, TenantUpdate,
    },
    error::{Error, Result},
    lifecycle::{Flow, drive},
    limits::HEALTH_CHECK_TIMEOUT,
    tenant::{BROUGHT_SERVER, Tenant, TenantId, TenantState, TenantUid},
};

/// How often a caller that waits for a purge looks whether it is done.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);

impl TenantManager {
    /// A tenant by its name.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`]; a purged tenant is not found.
    pub async fn get(&self, id: &TenantId) -> Result<Tenant> {
        self.inner
            .central
            .tenant_by_id(id)
            .await?
            .ok_or(Error::TenantNotFound)?
            .tenant()
    }

    /// A tenant by its identity, purged ones too.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`].
    pub async fn get_by_uid(&self, uid: TenantUid) -> Result<Tenant> {
        self.inner
            .central
            .tenant_by_uid(uid)
            .await?
            .ok_or(Error::TenantNotFound)?
            .tenant()
    }

    /// The newest purged tenant that had this name.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn get_purged(&self, id: &TenantId) -> Result<Option<Tenant>> {
        self.inner
            .central
            .purged_tenant(id)
            .await?
            .map(|row| row.tenant())
            .transpose()
    }

    /// Tenants in the order of their making, page by page.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn list(&self, filter: &TenantFilter) -> Result<Page<Tenant>> {
        let page = self.inner.central.list_tenants(filter).await?;
        let items = page.items.iter().map(TenantRowData::tenant).collect::<Result<_>>()?;
        Ok(Page { items, next: page.next })
    }

    /// Changes what is known of a tenant.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`]; [`Error::WrongState`] where it is being deleted; [`Error::Invalid`].
    pub async fn update(&self, id: &TenantId, change: TenantUpdate) -> Result<Tenant> {
        if let Some(name) = &change.name {
            check_name(name)?;
        }
        if let Some(plan) = &change.plan {
            check_label("plan", plan)?;
        }
        if let Some(features) = &change.features {
            check_features(features)?;
        }
        if let Some(metadata) = &change.metadata {
            check_metadata(metadata)?;
        }
        let central = &self.inner.central;
        let uid = self.uid_of(id).await?;
        let mut tx = central.begin().await?;
        let row = central.tenant_in(&mut tx, uid).await?.ok_or(Error::TenantNotFound)?;
        let state = row.state()?;
        if matches!(
            state,
            TenantState::Deleting | TenantState::Purging | TenantState::Purged
        ) {
            return Err(Error::WrongState {
                action: "changed",
                state,
            });
        }
        let generation = central.raise_generation(&mut tx).await?;
        let mut update = central.update_tenant(uid, generation);
        if let Some(name) = &change.name {
            update.value("name", name.trim());
        }
        if let Some(plan) = &change.plan {
            update.value("plan", plan.as_str());
        }
        let json = |v: serde_json::Result<String>| v.map_err(|_| Error::Internal("a value is no JSON"));
        if let Some(features) = &change.features {
            update.value("features", json(serde_json::to_string(features))?);
        }
        if let Some(metadata) = &change.metadata {
            update.value("metadata", json(serde_json::to_string(metadata))?);
        }
        tx.execute(&update).await?;
        tx.commit().await?;
        self.after_change(uid).await
    }

    /// Stops serving a tenant and keeps all of it. Every instance knows within a second.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it is not active.
    pub async fn suspend(&self, id: &TenantId) -> Result<Tenant> {
        self.change_state(id, "suspended", TenantState::Suspended, |s| s == TenantState::Active)
            .await
    }

    /// Serves a suspended tenant again.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it is not suspended.
    pub async fn resume(&self, id: &TenantId) -> Result<Tenant> {
        self.change_state(id, "resumed", TenantState::Active, |s| s == TenantState::Suspended)
            .await
    }

    /// Stops serving a tenant and destroys its data when the retention time is over. Asked again it
    /// answers the same. It wins over a provisioning that still runs.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`]; [`Error::WrongState`] once its data is being destroyed.
    pub async fn delete(&self, id: &TenantId) -> Result<Tenant> {
        let central = &self.inner.central;
        let uid = self.uid_of(id).await?;
        let mut tx = central.begin().await?;
        let row = central.tenant_in(&mut tx, uid).await?.ok_or(Error::TenantNotFound)?;
        let state = row.state()?;
        if state == TenantState::Deleting {
            drop(tx);
            return row.tenant();
        }
        if !state.may_become(TenantState::Deleting) {
            return Err(Error::WrongState {
                action: "deleted",
                state,
            });
        }
        central.supersede_operations(&mut tx, uid).await?;
        let generation = central.raise_generation(&mut tx).await?;
        // A tenant that was never served has nothing to come back to but another attempt.
        let before = if state == TenantState::Provisioning {
            TenantState::Failed
        } else {
            state
        };
        let retention = i64::try_from(self.inner.settings.retention.as_millis()).unwrap_or(i64::MAX / 4);
        let mut update = central.update_tenant(uid, generation);
        update
            .value("state", TenantState::Deleting.as_str())
            .value("state_before", before.as_str())
            .value("purge_after", sea_query::ExprTrait::add(central.now(), retention));
        tx.execute(&update).await?;
        tx.commit().await?;
        self.note(uid, "tenant.delete").await;
        self.after_change(uid).await
    }

    /// Brings a deleted tenant back as it was.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it is not being deleted, or its data is being destroyed already.
    pub async fn restore(&self, id: &TenantId) -> Result<Tenant> {
        let central = &self.inner.central;
        let uid = self.uid_of(id).await?;
        let mut tx = central.begin().await?;
        let row = central.tenant_in(&mut tx, uid).await?.ok_or(Error::TenantNotFound)?;
        let state = row.state()?;
        let before: TenantState = row
            .state_before
            .as_deref()
            .unwrap_or("failed")
            .parse()
            .unwrap_or(TenantState::Failed);
        if state != TenantState::Deleting {
            return Err(Error::WrongState {
                action: "restored",
                state,
            });
        }
        let generation = central.raise_generation(&mut tx).await?;
        let mut update = central.update_tenant(uid, generation);
        update
            .value("state", before.as_str())
            .value("state_before", None::<String>)
            .value("purge_after", None::<i64>);
        tx.execute(&update).await?;
        tx.commit().await?;
        self.note(uid, "tenant.restore").await;
        self.after_change(uid).await
    }

    /// Destroys a deleted tenant's data now, without waiting for the retention time, and answers when
    /// that is verified.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it is not being deleted; [`Error::Unavailable`] where it could not be done in time: it
    /// is still tried.
    pub async fn purge(&self, id: &TenantId) -> Result<Tenant> {
        let uid = self.uid_of(id).await?;
        let row = self
            .inner
            .central
            .tenant_by_uid(uid)
            .await?
            .ok_or(Error::TenantNotFound)?;
        if row.state()? != TenantState::Purging {
            match self.start_purge(uid).await {
                // Another was first; it is waited for as well.
                Ok(())
                | Err(Error::WrongState {
                    state: TenantState::Purging | TenantState::Purged,
                    ..
                }) => {}
                Err(e) => return Err(e),
            }
        }
        let begun = Instant::now();
        loop {
            let row = self
                .inner
                .central
                .tenant_by_uid(uid)
                .await?
                .ok_or(Error::TenantNotFound)?;
            if row.state()? == TenantState::Purged {
                return row.tenant();
            }
            if begun.elapsed() > self.inner.settings.wait_limit {
                return Err(still_running());
            }
            if let Some(operation) = self.inner.central.last_operation(uid).await? {
                let inner = self.inner.clone();
                let done = tokio::spawn(async move { drive(&inner, &operation.id).await }).await;
                match done {
                    Ok(Ok(true)) => continue,
                    Ok(Ok(false) | Err(Error::Fenced)) => {}
                    // It is written down and will be finished; only its outcome is to be told.
                    Ok(Err(e)) => {
                        tracing::warn!(target: "mtp::lifecycle", tenant = %uid, error = %e, "a purge was left");
                    }
                    Err(_) => return Err(Error::Internal("a lifecycle task panicked")),
                }
            }
            tokio::time::sleep(WATCH_INTERVAL).await;
        }
    }

    /// Writes down that a deleted tenant is to be purged now.
    pub(crate) async fn start_purge(&self, uid: TenantUid) -> Result<()> {
        let central = &self.inner.central;
        let mut tx = central.begin().await?;
        let row = central.tenant_in(&mut tx, uid).await?.ok_or(Error::TenantNotFound)?;
        let state = row.state()?;
        if state != TenantState::Deleting {
            return Err(Error::WrongState {
                action: "purged",
                state,
            });
        }
        let rest = if row.state_before.as_deref() == Some(TenantState::Failed.as_str()) {
            Duration::ZERO
        } else {
            // Who was served is served until every process has heard of the delete, and one that is cut off from the
            // catalogue goes on for as long as it may; what it writes then must not outlive the purge.
            central
                .until_unserved(&mut tx, &row, self.inner.settings.stale_max)
                .await?
        };
        let generation = central.raise_generation(&mut tx).await?;
        let mut update = central.update_tenant(uid, generation);
        update.value("state", TenantState::Purging.as_str());
        tx.execute(&update).await?;
        central
            .insert_operation(
                &mut tx,
                &NewOperation {
                    uid,
                    kind: Flow::Purge.as_str(),
                    rest,
                    done: None,
                },
            )
            .await?;
        tx.commit().await?;
        self.note(uid, "tenant.purge").await;
        Ok(())
    }

    /// The servers of the service.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn servers(&self) -> Result<Vec<Server>> {
        let held = self.inner.central.tenants_by_server().await?;
        let rows = self.inner.central.servers().await?;
        rows.into_iter()
            .map(|row| {
                Ok(Server {
                    kind: ServerKind::parse(&row.kind)?,
                    state: if row.state == "draining" {
                        ServerState::Draining
                    } else {
                        ServerState::Accepting
                    },
                    capacity: row.capacity,
                    tenants: held.iter().find(|(name, _)| *name == row.name).map_or(0, |h| h.1),
                    created_at: crate::catalogue::time(row.created_at),
                    name: row.name,
                })
            })
            .collect()
    }

    /// Lets a server take new tenants, or no more.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such server, or it stands for the databases that tenants brought.
    pub async fn set_server_state(&self, name: &str, state: ServerState) -> Result<()> {
        if name == BROUGHT_SERVER {
            return Err(Error::invalid(
                "server",
                "tenants bring these databases; no other is put there",
            ));
        }
        if self.inner.central.set_server_state(name, state).await? {
            return Ok(());
        }
        Err(Error::invalid("server", "there is no such server; see `server list`"))
    }

    /// Whether each part answers: the central database, and every server that holds tenants, all at once. One server
    /// that is down is no reason to take an instance out of service: the others' tenants are served.
    pub async fn health(&self) -> Vec<(String, Result<()>)> {
        let inner = &self.inner;
        let rows = async {
            // What every instance follows, and what a tenant is looked up in.
            inner.central.generation().await?;
            inner.central.servers().await
        }
        .await;
        let names: Vec<String> = match &rows {
            Ok(rows) => rows.iter().map(|row| row.name.clone()).collect(),
            Err(_) => inner.open_servers().into_iter().map(|(name, _)| name).collect(),
        };
        let mut checks = vec![("central".to_owned(), rows.map(drop))];
        let looks = names.into_iter().map(|name| async move {
            let answered = async { inner.server(&name).await?.ping().await };
            // One that hangs must not keep the others' answers back.
            let answered = match tokio::time::timeout(HEALTH_CHECK_TIMEOUT, answered).await {
                Ok(answered) => answered,
                Err(_) => Err(Error::Unavailable {
                    what: "a server of tenants",
                    retry_after: Duration::from_secs(1),
                    source: None,
                }),
            };
            (format!("server:{name}"), answered)
        });
        checks.extend(futures::future::join_all(looks).await);
        checks
    }

    async fn change_state(
        &self,
        id: &TenantId,
        action: &'static str,
        next: TenantState,
        from: impl Fn(TenantState) -> bool + Send,
    ) -> Result<Tenant> {
        let central = &self.inner.central;
        let uid = self.uid_of(id).await?;
        let mut tx = central.begin().await?;
        let row = central.tenant_in(&mut tx, uid).await?.ok_or(Error::TenantNotFound)?;
        let state = row.state()?;
        if !from(state) {
            return Err(Error::WrongState { action, state });
        }
        let generation = central.raise_generation(&mut tx).await?;
        let mut update = central.update_tenant(uid, generation);
        update.value("state", next.as_str());
        tx.execute(&update).await?;
        tx.commit().await?;
        self.note(
            uid,
            if next == TenantState::Active {
                "tenant.resume"
            } else {
                "tenant.suspend"
            },
        )
        .await;
        self.after_change(uid).await
    }

    async fn uid_of(&self, id: &TenantId) -> Result<TenantUid> {
        self.inner
            .central
            .tenant_by_id(id)
            .await?
            .ok_or(Error::TenantNotFound)?
            .uid()
    }

    async fn after_change(&self, uid: TenantUid) -> Result<Tenant> {
        self.inner.refresh().await?;
        self.get_by_uid(uid).await
    }

    /// Writes an event down; what was done stands also where that fails.
    async fn note(&self, uid: TenantUid, action: &'static str) {
        let entry = AuditEntry::new("manager", action, "done").tenant(uid);
        if let Err(e) = self.audit(entry).await {
            tracing::warn!(target: "mtp::audit", tenant = %uid, action, error = %e, at = %Utc::now(), "an event was not written down");
        }
    }
}

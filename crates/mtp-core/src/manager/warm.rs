//! The warm pool: tenants made ahead, whole but for a name, so that a customer who comes need not wait.
//!
//! One is made by the steps that make any tenant, under the same leases; what is left undone another process finishes.
//! Given to somebody it changes in one transaction: its name, its plan, its credentials, and it is served. What cannot be
//! used any more (made for an older release, too many, failed) is brought up again or purged like any tenant.

use std::{sync::Arc, time::Duration};

use super::{Inner, TenantManager, create::ADMIN};
use crate::{
    catalogue::{CentralTx, NewOperation, NewTenant, WarmRow, warm_slot},
    error::{Error, Result},
    lifecycle::{Flow, drive},
    limits::{WARM_RETRY_PAUSE, WARM_SURPLUS_GRACE},
    tenant::{TenantState, TenantUid},
};

/// Tenants that one round of the reconciler makes ahead at most, all at once.
const PER_ROUND: usize = 2;

impl TenantManager {
    /// How many tenants are made ahead and can be given away now.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn warm_tenants(&self) -> Result<usize> {
        let newest = self.inner.newest_by_server();
        let rows = self.inner.central.warm_tenants(Duration::ZERO).await?;
        Ok(rows.iter().filter(|row| is_ready(row, &newest)).count())
    }

    /// Makes one that was made ahead the tenant that is asked for, where there is one, within the caller's transaction.
    pub(super) async fn take_warm(
        &self,
        tx: &mut CentralTx,
        new: &NewTenant,
        generation: i64,
    ) -> Result<Option<TenantUid>> {
        let inner = &self.inner;
        if inner.settings.warm_tenants == 0 {
            return Ok(None);
        }
        let mut newest = inner.newest_by_server();
        newest.retain(|(server, _)| new.server.as_ref().is_none_or(|wanted| wanted == server));
        if newest.is_empty() {
            return Ok(None);
        }
        let Some(uid) = inner.central.take_warm(tx, new.isolation, &newest).await? else {
            return Ok(None);
        };
        inner.central.name_warm(tx, uid, new, generation, ADMIN).await?;
        Ok(Some(uid))
    }
}

fn is_ready(row: &WarmRow, newest: &[(String, i64)]) -> bool {
    newest
        .iter()
        .any(|(server, version)| row.server.as_ref() == Some(server) && row.schema_version == *version)
}

impl Inner {
    /// The newest version of each server that this process has open.
    fn newest_by_server(&self) -> Vec<(String, i64)> {
        self.open_servers()
            .into_iter()
            .filter_map(|(name, server)| {
                let set = self.migrations.get(&server.dialect())?;
                Some((name, set.latest().unwrap_or(0)))
            })
            .collect()
    }

    /// Brings the warm pool to its size, a few tenants at a time. Called by the reconciler.
    pub(crate) async fn refill(self: &Arc<Self>) -> Result<()> {
        let (wanted, isolation) = (self.settings.warm_tenants, self.settings.isolation);
        let rows = self.central.warm_tenants(WARM_SURPLUS_GRACE).await?;
        let newest = self.newest_by_server();
        let mut work = Vec::new();
        let (mut here, mut kept) = (0, 0);
        for row in &rows {
            let ours = row.isolation == isolation.as_str();
            here += usize::from(ours);
            // One that is being made is its operation's.
            if row.schema_version < 0 {
                continue;
            }
            if ours && kept < wanted {
                kept += 1;
                let behind = newest
                    .iter()
                    .any(|(server, version)| row.server.as_ref() == Some(server) && row.schema_version < *version);
                if behind && work.len() < PER_ROUND {
                    work.extend(self.reopen(row.uid()?).await?);
                }
            } else if row.old {
                // Of two releases or two settings that run side by side for a while neither undoes the other's.
                self.discard(row.uid()?).await?;
            }
        }
        if here < wanted && !self.central.warm_failed(WARM_RETRY_PAUSE).await? {
            while work.len() < PER_ROUND {
                match self.begin_warm(wanted).await? {
                    Some(operation) => work.push(operation),
                    None => break,
                }
            }
        }
        let work = work.iter().map(|operation| async move {
            match drive(self, operation).await {
                Ok(_) | Err(Error::Fenced) => {}
                Err(e) => {
                    tracing::warn!(target: "mtp::lifecycle", %operation, error = %e, "a tenant that is made ahead was left");
                }
            }
        });
        futures::future::join_all(work).await;
        Ok(())
    }

    /// Writes one more down, where there still are too few; answers the operation that makes it.
    async fn begin_warm(&self, wanted: usize) -> Result<Option<String>> {
        let (central, isolation) = (&self.central, self.settings.isolation);
        let uid = TenantUid::new();
        let (id, slot) = warm_slot(uid)?;
        let mut tx = central.begin().await?;
        let generation = central.raise_generation(&mut tx).await?;
        if central.count_warm(&mut tx, isolation).await? >= wanted {
            return Ok(None);
        }
        let new = NewTenant {
            url: self.settings.tenant_url(&id),
            name: id.to_string(),
            id,
            slot,
            uid,
            plan: None,
            features: Vec::new(),
            metadata: std::collections::BTreeMap::new(),
            isolation,
            server: None,
            admin_username: ADMIN.into(),
            market: None,
            external_id: None,
            request: "{}".into(),
            schema_version: -1,
        };
        central.insert_tenant(&mut tx, &new, generation).await?;
        let operation = central.insert_operation(&mut tx, &prepare(uid)).await?;
        tx.commit().await?;
        Ok(Some(operation))
    }

    /// Has one brought to the newest version.
    async fn reopen(&self, uid: TenantUid) -> Result<Option<String>> {
        let mut tx = self.central.begin().await?;
        let generation = self.central.raise_generation(&mut tx).await?;
        if !self.central.reopen_warm(&mut tx, uid, generation).await? {
            return Ok(None);
        }
        let operation = self.central.insert_operation(&mut tx, &prepare(uid)).await?;
        tx.commit().await?;
        Ok(Some(operation))
    }

    /// Gives one up that is whole.
    async fn discard(&self, uid: TenantUid) -> Result<()> {
        let mut tx = self.central.begin().await?;
        let generation = self.central.raise_generation(&mut tx).await?;
        let before = TenantState::Provisioning;
        self.central.discard_warm(&mut tx, uid, generation, before).await?;
        tx.commit().await
    }
}

fn prepare(uid: TenantUid) -> NewOperation {
    NewOperation {
        uid,
        kind: Flow::Prepare.as_str(),
        rest: Duration::ZERO,
        done: None,
    }
}

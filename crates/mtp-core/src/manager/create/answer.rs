//! What a caller hears of the tenant that it asked for, once the work is done or has taken too long.

use std::{sync::Arc, time::Duration};

use super::{Created, Provisioned};
use crate::{
    catalogue::TenantRowData,
    error::{Error, Result},
    keys::{KeyScope, Purpose},
    lifecycle::{Flow, drive},
    manager::{Inner, TenantManager},
    tenant::{AdminCredentials, TenantState, TenantUid},
};

/// How often a caller that waits looks whether another process has finished.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);
/// How many looks go by until it tries to take the work over, where its process is gone or waits.
const LOOKS_PER_TRY: u32 = 3;

impl TenantManager {
    /// Works on, or waits for, what makes the tenant, and says how it stands then.
    pub(super) async fn answer(&self, uid: TenantUid, created: Created, deadline: Duration) -> Result<Provisioned> {
        let inner = &self.inner;
        let operation = inner
            .central
            .last_operation(uid)
            .await?
            .ok_or(Error::Internal("a tenant was never written down"))?;
        let provisioning = || async {
            let row = inner.central.tenant_by_uid(uid).await?.ok_or(Error::TenantNotFound)?;
            Ok::<_, Error>((row.state()?, row))
        };
        let (mut state, mut row) = provisioning().await?;
        if state == TenantState::Provisioning {
            let worked = async {
                // In a task of its own: a caller that goes away does not stop the work.
                let (shared, id) = (inner.clone(), operation.id.clone());
                match tokio::spawn(async move { drive(&shared, &id).await }).await {
                    Ok(Ok(_) | Err(Error::Fenced)) => {}
                    // It is written down and will be finished; only its outcome is to be told.
                    Ok(Err(e)) => {
                        tracing::warn!(target: "mtp::lifecycle", operation = %operation.id, error = %e, "an operation was left");
                    }
                    Err(_) => return Err(Error::Internal("a lifecycle task panicked")),
                }
                // It may be another process's, or wait for its next attempt.
                let mut looks = 0_u32;
                loop {
                    let (state, row) = provisioning().await?;
                    if state != TenantState::Provisioning {
                        return Ok((state, row));
                    }
                    tokio::time::sleep(WATCH_INTERVAL).await;
                    looks = looks.wrapping_add(1);
                    if looks.is_multiple_of(LOOKS_PER_TRY) {
                        let (shared, id) = (inner.clone(), operation.id.clone());
                        tokio::spawn(async move { drive(&shared, &id).await });
                    }
                }
            };
            match tokio::time::timeout(deadline, worked).await {
                Ok(done) => (state, row) = done?,
                Err(_) => {
                    return Ok(Provisioned {
                        tenant: row.tenant()?,
                        created: Created::Running,
                        operation: operation.id,
                    });
                }
            }
        }
        match state {
            TenantState::Active => {
                inner.refresh().await?;
                let mut tenant = row.tenant()?;
                tenant.admin_credentials = Some(inner.first_credentials(&row).await?);
                Ok(Provisioned {
                    tenant,
                    created,
                    operation: operation.id,
                })
            }
            TenantState::Failed => {
                let last = inner.central.operation(&operation.id).await?;
                let error = last.and_then(|o| o.error).unwrap_or_default();
                // As `drive` writes it: the step, and what it said.
                let (step, cause) = error.split_once(": ").unwrap_or(("", &error));
                Err(Error::StepFailed {
                    flow: Flow::Provision.as_str(),
                    step: step.to_owned(),
                    cause: cause.to_owned(),
                })
            }
            TenantState::Suspended => {
                let mut tenant = row.tenant()?;
                tenant.admin_credentials = Some(AdminCredentials::new(row.admin_username.clone(), None));
                Ok(Provisioned {
                    tenant,
                    created,
                    operation: operation.id,
                })
            }
            state => Err(Error::NotServed { state }),
        }
    }
}

impl Inner {
    /// The first credentials, with the password until it was used, changed, or has been kept long enough.
    async fn first_credentials(self: &Arc<Self>, row: &TenantRowData) -> Result<AdminCredentials> {
        let uid = row.uid()?;
        let account = self.central.account(uid, &row.admin_username).await?;
        let unseen = account.is_some_and(|a| a.signed_in_at.is_none());
        let password = if unseen {
            let scope = KeyScope::Tenant(uid);
            self.central
                .get_secret_text(&self.keys, &scope, &Purpose::STORED_ANSWER, "admin")
                .await?
        } else {
            None
        };
        Ok(AdminCredentials::new(row.admin_username.clone(), password))
    }
}

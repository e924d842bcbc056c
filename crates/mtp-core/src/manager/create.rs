//! Making tenants: checked, written down, and made by steps.

mod answer;
mod check;
mod operation;
mod repeated;
mod slug;

use std::time::Duration;

use sha2::{Digest, Sha256};

pub(super) use self::check::{check_features, check_label, check_metadata, check_name};
pub use self::operation::{Operation, OperationProgress};
use self::{
    check::check,
    repeated::{asked, insert_key},
    slug::{slug, with_suffix},
};
use super::TenantManager;
use crate::{
    catalogue::{NewOperation, NewTenant},
    db::FaultKind,
    error::{Error, Result},
    lifecycle::Flow,
    tenant::{Isolation, Tenant, TenantConfig, TenantId, TenantState, TenantUid},
};

/// The admin's name where no e-mail address was given.
pub(super) const ADMIN: &str = "admin";
/// How often a made id is changed where it is taken.
const SLUG_TRIES: usize = 5;
/// How a caller of [`TenantManager::provision`] is told apart from others, and its call from its
/// others.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ProvisionRequest {
    /// Who calls; keys of two callers never meet.
    pub caller: String,
    /// The caller's own key for this call.
    pub idempotency_key: Option<String>,
    /// A digest of the call's body: the same key with another body is refused.
    pub fingerprint: Vec<u8>,
}

impl ProvisionRequest {
    /// A call of `caller`.
    pub fn new(caller: impl Into<String>, idempotency_key: Option<String>, body: &[u8]) -> Self {
        Self {
            caller: caller.into(),
            idempotency_key,
            fingerprint: Sha256::digest(body).to_vec(),
        }
    }
}

/// What came of a call that makes a tenant.
#[derive(Debug, Clone)]
pub struct Provisioned {
    /// The tenant, with its credentials while they may be shown.
    pub tenant: Tenant,
    /// Whether this call made it.
    pub created: Created,
    /// The operation that makes it.
    pub operation: String,
}

/// Whether a call made a tenant, found it, or is still at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Created {
    /// This call made it.
    New,
    /// It was there, asked for with the same attributes.
    Existing,
    /// It is still being made.
    Running,
}

impl TenantManager {
    /// Makes a tenant and waits until it is served.
    ///
    /// Its credentials are in the answer, this once.
    ///
    /// # Errors
    /// [`Error::TenantExists`]; [`Error::Invalid`] for a bad name; [`Error::StepFailed`] where it could
    /// not be made and was undone; [`Error::Unavailable`] where neither came about in time: it is still tried.
    pub async fn create(&self, config: TenantConfig) -> Result<Tenant> {
        let id = config.id.clone();
        let provisioned = self
            .provision(config, ProvisionRequest::default(), self.inner.settings.wait_limit)
            .await?;
        match provisioned.created {
            Created::Running => Err(still_running()),
            Created::Existing => Err(Error::TenantExists {
                id: id.unwrap_or(provisioned.tenant.id),
            }),
            _ => Ok(provisioned.tenant),
        }
    }

    /// Makes a tenant, or finds the one that the same call made before, and waits at most `deadline`
    /// until it is served; the work goes on behind.
    ///
    /// A call is the same by its idempotency key, else by (market, external id), else by the tenant id. A tenant
    /// that could not be made before is made once more.
    ///
    /// # Errors
    /// [`Error::TenantDiffers`] where a tenant of that identity exists with other attributes,
    /// [`Error::IdempotencyKeyReused`] where that key stands for another body,
    /// [`Error::NotServed`] where the tenant is being deleted, and as [`create`](Self::create).
    pub async fn provision(
        &self,
        config: TenantConfig,
        request: ProvisionRequest,
        deadline: Duration,
    ) -> Result<Provisioned> {
        let inner = &self.inner;
        let config = super::brought::placed(config)?;
        let isolation = config.isolation.unwrap_or(inner.settings.isolation);
        check(&config)?;
        if let Some(found) = self.same_call(&config, &request, isolation).await? {
            return self.again(&found, &request, deadline).await;
        }
        if let Some(url) = &config.db_url {
            inner.admit_brought(url).await?;
        }
        let mut id = match &config.id {
            Some(id) => id.clone(),
            None => slug(&config.name)?,
        };
        for _ in 0..SLUG_TRIES {
            match self.write_down(&config, &request, isolation, &id).await {
                Ok(uid) => return self.answer(uid, Created::New, deadline).await,
                Err(Error::Database(fault)) if fault.kind() == FaultKind::Unique => {
                    // Somebody was first: the same call a moment ago, or another with that name.
                    if let Some(found) = self.same_call(&config, &request, isolation).await? {
                        return self.again(&found, &request, deadline).await;
                    }
                    if config.id.is_some() {
                        return Err(Error::TenantExists { id });
                    }
                    id = with_suffix(&slug(&config.name)?)?;
                }
                Err(e) => return Err(e),
            }
        }
        Err(Error::TenantExists { id })
    }

    /// Makes a failed tenant once more.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it has not failed; as [`create`](Self::create).
    pub async fn retry(&self, id: &TenantId) -> Result<Tenant> {
        let inner = &self.inner;
        let row = inner.central.tenant_by_id(id).await?.ok_or(Error::TenantNotFound)?;
        let uid = row.uid()?;
        if !self.start_again(uid).await? {
            return Err(Error::WrongState {
                action: "retried",
                state: row.state()?,
            });
        }
        let provisioned = self.answer(uid, Created::New, inner.settings.wait_limit).await?;
        match provisioned.created {
            Created::Running => Err(still_running()),
            _ => Ok(provisioned.tenant),
        }
    }

    /// Writes down that a failed tenant is made once more; `false` where it has not failed.
    async fn start_again(&self, uid: TenantUid) -> Result<bool> {
        let inner = &self.inner;
        let mut tx = inner.central.begin().await?;
        let now = inner
            .central
            .tenant_in(&mut tx, uid)
            .await?
            .ok_or(Error::TenantNotFound)?;
        if now.state()? != TenantState::Failed {
            return Ok(false);
        }
        let generation = inner.central.raise_generation(&mut tx).await?;
        let mut update = inner.central.update_tenant(uid, generation);
        update.value("state", TenantState::Provisioning.as_str());
        tx.execute(&update).await?;
        inner
            .central
            .insert_operation(
                &mut tx,
                &NewOperation {
                    uid,
                    kind: Flow::Provision.as_str(),
                    rest: Duration::ZERO,
                    done: None,
                },
            )
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn write_down(
        &self,
        config: &TenantConfig,
        request: &ProvisionRequest,
        isolation: Isolation,
        id: &TenantId,
    ) -> Result<TenantUid> {
        let central = &self.inner.central;
        let uid = TenantUid::new();
        let new = NewTenant {
            id: id.clone(),
            slot: id.to_string(),
            uid,
            name: config.name.trim().to_owned(),
            plan: config.plan.clone(),
            features: config.features.clone(),
            metadata: config.metadata.clone(),
            isolation,
            server: config.server.clone(),
            url: self.inner.settings.tenant_url(id),
            admin_username: config.admin_email.clone().unwrap_or_else(|| ADMIN.into()),
            market: config.market.clone(),
            external_id: config.external_id.clone(),
            request: serde_json::to_string(&asked(config, isolation))
                .map_err(|_| Error::Internal("a request is no JSON"))?,
            schema_version: 0,
        };
        let brought = match &config.db_url {
            Some(url) => Some(self.inner.brought_insert(uid, url).await?),
            None => None,
        };
        let mut tx = central.begin().await?;
        let generation = central.raise_generation(&mut tx).await?;
        // A tenant that brings its database is not made ahead.
        let warm = match &brought {
            Some(_) => None,
            None => self.take_warm(&mut tx, &new, generation).await?,
        };
        let uid = warm.unwrap_or(uid);
        if warm.is_none() {
            central.insert_tenant(&mut tx, &new, generation).await?;
        }
        if let Some(sealed) = &brought {
            tx.execute(sealed).await?;
        }
        central
            .insert_operation(
                &mut tx,
                &NewOperation {
                    uid,
                    kind: Flow::Provision.as_str(),
                    rest: Duration::ZERO,
                    done: warm.and_then(|_| i64::try_from(Flow::Provision.steps().len()).ok()),
                },
            )
            .await?;
        if let Some(key) = &request.idempotency_key {
            insert_key(central, &mut tx, key, request, uid).await?;
        }
        tx.commit().await?;
        Ok(uid)
    }
}

/// What is said where the work goes on and is not waited for any longer.
pub(super) fn still_running() -> Error {
    Error::Unavailable {
        what: "the end of what is done to the tenant, which is still tried,",
        retry_after: Duration::from_mins(1),
        source: None,
    }
}

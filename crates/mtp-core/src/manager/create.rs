//! Making tenants: checked, written down, and made by steps.

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use sea_query::{ExprTrait, Query};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Inner, TenantManager};
use crate::{
    catalogue::{Central, CentralTx, NewOperation, NewTenant, OperationState, TenantRowData},
    db::FaultKind,
    error::{Error, Result},
    keys::{KeyScope, Purpose},
    lifecycle::{Flow, drive},
    limits,
    secret::Dsn,
    tenant::{AdminCredentials, BROUGHT_SERVER, Isolation, Tenant, TenantConfig, TenantId, TenantState, TenantUid},
};

/// The admin's name where no e-mail address was given.
pub(super) const ADMIN: &str = "admin";
/// Most bytes of a made id that come from the name.
const SLUG_LEN: usize = 40;
/// How often a made id is changed where it is taken.
const SLUG_TRIES: usize = 5;
/// How often a caller that waits looks whether another process has finished.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);
/// How many looks go by until it tries to take the work over, where its process is gone or waits.
const LOOKS_PER_TRY: u32 = 3;

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

/// A lifecycle operation as its caller sees it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Operation {
    /// Its number.
    pub id: String,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The tenant's identity.
    pub tenant_uid: TenantUid,
    /// The market that asked for the tenant.
    pub market: Option<String>,
    /// `provision`, `prepare` or `purge`.
    pub kind: String,
    /// How it stands.
    pub progress: OperationProgress,
    /// Which step it is at, counted from 0.
    pub step: i64,
    /// Why it last failed, in words fit for the operator and no client.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last moved.
    pub updated_at: DateTime<Utc>,
}

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OperationProgress {
    /// Being worked on.
    Running,
    /// Done.
    Succeeded,
    /// Undone, or overtaken by another operation.
    Failed,
}

impl fmt::Display for OperationProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        })
    }
}

/// What a tenant was asked for with, to tell the same call from another.
#[derive(Serialize, PartialEq)]
struct Asked<'a> {
    name: &'a str,
    plan: Option<&'a str>,
    features: Vec<&'a str>,
    isolation: Isolation,
    admin: &'a str,
    external_id: Option<&'a str>,
    metadata: &'a std::collections::BTreeMap<String, serde_json::Value>,
}

/// The tenant that a call means, where it is there.
struct Same {
    uid: TenantUid,
    state: TenantState,
    /// Whether the call's key led there.
    noted: bool,
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

    /// Answers a call for a tenant that is there.
    async fn again(&self, same: &Same, request: &ProvisionRequest, deadline: Duration) -> Result<Provisioned> {
        if let Some(key) = &request.idempotency_key
            && !same.noted
        {
            self.note_key(key, request, same.uid).await?;
        }
        // Of several such calls one makes it; the others find it being made.
        let created = if same.state == TenantState::Failed && self.start_again(same.uid).await? {
            Created::New
        } else {
            Created::Existing
        };
        self.answer(same.uid, created, deadline).await
    }

    /// Lets a new key stand for a call that found its tenant by its other identity, so that it cannot stand for
    /// another call later.
    async fn note_key(&self, key: &str, request: &ProvisionRequest, uid: TenantUid) -> Result<()> {
        let central = &self.inner.central;
        let mut tx = central.begin().await?;
        let noted = insert_key(central, &mut tx, key, request, uid).await;
        match noted {
            Ok(()) => tx.commit().await,
            Err(Error::Database(fault)) if fault.kind() == FaultKind::Unique => {
                drop(tx);
                match central.idempotency(&request.caller, key).await? {
                    Some(first) if first.fingerprint != request.fingerprint => Err(Error::IdempotencyKeyReused),
                    _ => Ok(()),
                }
            }
            Err(e) => Err(e),
        }
    }

    /// A lifecycle operation by its number.
    ///
    /// # Errors
    /// Where the catalogue is away.
    pub async fn operation(&self, id: &str) -> Result<Option<Operation>> {
        let Some(row) = self.inner.central.operation(id).await? else {
            return Ok(None);
        };
        let uid: TenantUid = row
            .uid
            .parse()
            .map_err(|_| Error::Internal("an operation's tenant cannot be read"))?;
        let tenant = self
            .inner
            .central
            .tenant_by_uid(uid)
            .await?
            .ok_or(Error::TenantNotFound)?;
        Ok(Some(Operation {
            id: row.id,
            tenant_id: tenant.id()?,
            tenant_uid: uid,
            market: tenant.market,
            kind: row.kind,
            progress: match OperationState::parse(&row.state)? {
                OperationState::Running | OperationState::Undoing => OperationProgress::Running,
                OperationState::Done => OperationProgress::Succeeded,
                OperationState::Failed | OperationState::Superseded => OperationProgress::Failed,
            },
            step: row.step,
            error: row.error,
            created_at: crate::catalogue::time(row.created_at),
            updated_at: crate::catalogue::time(row.updated_at),
        }))
    }

    /// The tenant that the same call made before.
    async fn same_call(
        &self,
        config: &TenantConfig,
        request: &ProvisionRequest,
        isolation: Isolation,
    ) -> Result<Option<Same>> {
        let central = &self.inner.central;
        if let Some(key) = &request.idempotency_key
            && let Some(noted) = central.idempotency(&request.caller, key).await?
        {
            if noted.fingerprint != request.fingerprint {
                return Err(Error::IdempotencyKeyReused);
            }
            let uid = noted
                .uid
                .parse()
                .map_err(|_| Error::Internal("a tenant's uid cannot be read"))?;
            let row = central.tenant_by_uid(uid).await?.ok_or(Error::TenantNotFound)?;
            return Ok(Some(Same {
                uid,
                state: row.state()?,
                noted: true,
            }));
        }
        let found = match (&config.market, &config.external_id, &config.id) {
            (Some(market), Some(external), _) => central.tenant_by_external(market, external).await?,
            (_, _, Some(id)) => central.tenant_by_id(id).await?,
            _ => None,
        };
        let Some(row) = found else { return Ok(None) };
        if let Some(id) = &config.id
            && *id != row.id()?
        {
            return Err(Error::TenantDiffers { field: "tenant_id" });
        }
        // A name that another market, or nobody's market, took is simply taken.
        if row.market != config.market {
            return Err(Error::TenantExists { id: row.id()? });
        }
        if request.caller.is_empty() {
            return Err(Error::TenantExists { id: row.id()? });
        }
        if let state @ (TenantState::Deleting | TenantState::Purging) = row.state()? {
            return Err(Error::NotServed { state });
        }
        if let Some(field) = differs(&row, &asked(config, isolation)) {
            return Err(Error::TenantDiffers { field });
        }
        if config.db_url.is_some() || row.server.as_deref() == Some(BROUGHT_SERVER) {
            let before = self.inner.brought_url(row.uid()?).await?;
            if before.as_ref().map(Dsn::expose) != config.db_url.as_ref().map(Dsn::expose) {
                return Err(Error::TenantDiffers { field: "db_url" });
            }
        }
        Ok(Some(Same {
            uid: row.uid()?,
            state: row.state()?,
            noted: false,
        }))
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

    /// Works on, or waits for, what makes the tenant, and says how it stands then.
    async fn answer(&self, uid: TenantUid, created: Created, deadline: Duration) -> Result<Provisioned> {
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

/// What is said where the work goes on and is not waited for any longer.
pub(super) fn still_running() -> Error {
    Error::Unavailable {
        what: "the end of what is done to the tenant, which is still tried,",
        retry_after: Duration::from_mins(1),
        source: None,
    }
}

async fn insert_key(
    central: &Central,
    tx: &mut CentralTx,
    key: &str,
    request: &ProvisionRequest,
    uid: TenantUid,
) -> Result<()> {
    let lifetime = i64::try_from(limits::IDEMPOTENCY_LIFETIME.as_millis()).unwrap_or(i64::MAX);
    let expired = Query::delete()
        .from_table(central.table("idempotency"))
        .and_where(sea_query::Expr::col("service").eq(central.service()))
        .and_where(sea_query::Expr::col("expires_at").lte(central.now()))
        .to_owned();
    tx.execute(&expired).await?;
    central
        .note_idempotency(tx, &request.caller, key, &request.fingerprint, uid, lifetime)
        .await
}

fn asked(config: &TenantConfig, isolation: Isolation) -> Asked<'_> {
    let mut features: Vec<&str> = config.features.iter().map(String::as_str).collect();
    features.sort_unstable();
    Asked {
        name: config.name.trim(),
        plan: config.plan.as_deref(),
        features,
        isolation,
        admin: config.admin_email.as_deref().unwrap_or(ADMIN),
        external_id: config.external_id.as_deref(),
        metadata: &config.metadata,
    }
}

/// The first attribute in which a call differs from the one that made the tenant.
fn differs(row: &TenantRowData, asked: &Asked<'_>) -> Option<&'static str> {
    let Ok(before) = serde_json::from_str::<serde_json::Value>(&row.request) else {
        return Some("request");
    };
    let now = serde_json::to_value(asked).unwrap_or_default();
    [
        ("name", "name"),
        ("plan", "plan"),
        ("features", "features"),
        ("isolation", "isolation"),
        ("admin", "admin_email"),
        ("external_id", "external_id"),
        ("metadata", "metadata"),
    ]
    .into_iter()
    .find(|(member, _)| before.get(member) != now.get(member))
    .map(|(_, field)| field)
}

pub(super) fn check_name(name: &str) -> Result<()> {
    let length = name.trim().chars().count();
    if length == 0 || length > limits::MAX_TENANT_NAME_LEN || name.chars().any(char::is_control) {
        return Err(Error::invalid(
            "name",
            format!("1 to {} characters, none of control", limits::MAX_TENANT_NAME_LEN),
        ));
    }
    Ok(())
}

pub(super) fn check_label(field: &'static str, label: &str) -> Result<()> {
    let chars = label
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if label.is_empty() || label.len() > limits::MAX_LABEL_LEN || !chars {
        return Err(Error::invalid(
            field,
            format!("1 to {} of a-z, A-Z, 0-9, '-', '_', '.', ':'", limits::MAX_LABEL_LEN),
        ));
    }
    Ok(())
}

pub(super) fn check_features(features: &[String]) -> Result<()> {
    if features.len() > limits::MAX_TENANT_FEATURES {
        return Err(Error::invalid(
            "features",
            format!("at most {}", limits::MAX_TENANT_FEATURES),
        ));
    }
    features.iter().try_for_each(|f| check_label("features", f))
}

pub(super) fn check_metadata(metadata: &std::collections::BTreeMap<String, serde_json::Value>) -> Result<()> {
    let bytes = serde_json::to_string(metadata).map_or(usize::MAX, |t| t.len());
    if bytes > limits::MAX_METADATA_BYTES {
        return Err(Error::invalid(
            "metadata",
            format!("at most {} bytes as JSON", limits::MAX_METADATA_BYTES),
        ));
    }
    Ok(())
}

fn check(config: &TenantConfig) -> Result<()> {
    check_name(&config.name)?;
    check_features(&config.features)?;
    check_metadata(&config.metadata)?;
    if let Some(plan) = &config.plan {
        check_label("plan", plan)?;
    }
    if let Some(market) = &config.market {
        check_label("market", market)?;
    }
    if let Some(external) = &config.external_id
        && (external.is_empty()
            || external.len() > limits::MAX_EXTERNAL_ID_LEN
            || external.chars().any(char::is_control))
    {
        return Err(Error::invalid(
            "external_id",
            format!("1 to {} bytes", limits::MAX_EXTERNAL_ID_LEN),
        ));
    }
    if let Some(email) = &config.admin_email {
        let whole =
            email.len() <= limits::MAX_EXTERNAL_ID_LEN && !email.chars().any(|c| c.is_control() || c.is_whitespace());
        let parts = email
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !whole || !parts {
            return Err(Error::invalid("admin_email", "an e-mail address, user@host"));
        }
    }
    Ok(())
}

/// An id made from a name: its ASCII letters and digits, the rest as single dashes.
fn slug(name: &str) -> Result<TenantId> {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= SLUG_LEN {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() || !slug.starts_with(|c: char| c.is_ascii_lowercase()) {
        return with_prefix(slug);
    }
    match TenantId::parse(slug) {
        Ok(id) => Ok(id),
        Err(_) => with_suffix_text(slug),
    }
}

fn with_prefix(slug: &str) -> Result<TenantId> {
    if slug.is_empty() {
        return Ok(TenantId::parse(&format!("tenant-{}", four()?))?);
    }
    Ok(TenantId::parse(&format!("t-{slug}"))?)
}

fn with_suffix(id: &TenantId) -> Result<TenantId> {
    with_suffix_text(id.as_str())
}

fn with_suffix_text(slug: &str) -> Result<TenantId> {
    Ok(TenantId::parse(&format!("{}-{}", slug.trim_end_matches('-'), four()?))?)
}

fn four() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes = crate::random::bytes::<4>()?;
    Ok(bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_from_any_name() {
        for (name, id) in [("Acme Inc.", "acme-inc"), ("7 Dwarfs", "t-7-dwarfs"), ("A--B", "a-b")] {
            assert_eq!(slug(name).unwrap().as_str(), id);
        }
        for name in ["주식회사", "!!!", "admin", "www", &"é".repeat(200), &"a".repeat(200)] {
            let id = slug(name).unwrap();
            assert!(id.as_str().len() <= 63, "{id}");
        }
    }
}

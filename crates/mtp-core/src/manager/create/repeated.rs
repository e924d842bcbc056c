//! A call that was made before: told from another, and answered alike.

use std::time::Duration;

use sea_query::{ExprTrait, Query};
use serde::Serialize;

use super::{ADMIN, Created, ProvisionRequest, Provisioned};
use crate::{
    catalogue::{Central, CentralTx, TenantRowData},
    db::FaultKind,
    error::{Error, Result},
    limits,
    manager::TenantManager,
    secret::Dsn,
    tenant::{BROUGHT_SERVER, Isolation, TenantConfig, TenantState, TenantUid},
};

/// What a tenant was asked for with, to tell the same call from another.
#[derive(Serialize, PartialEq)]
pub(super) struct Asked<'a> {
    name: &'a str,
    plan: Option<&'a str>,
    features: Vec<&'a str>,
    isolation: Isolation,
    admin: &'a str,
    external_id: Option<&'a str>,
    metadata: &'a std::collections::BTreeMap<String, serde_json::Value>,
}

/// The tenant that a call means, where it is there.
pub(super) struct Same {
    uid: TenantUid,
    state: TenantState,
    /// Whether the call's key led there.
    noted: bool,
}

impl TenantManager {
    /// The tenant that the same call made before.
    pub(super) async fn same_call(
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

    /// Answers a call for a tenant that is there.
    pub(super) async fn again(
        &self,
        same: &Same,
        request: &ProvisionRequest,
        deadline: Duration,
    ) -> Result<Provisioned> {
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
}

/// Writes down that a key stands for a call.
pub(super) async fn insert_key(
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

/// What a call asks for.
pub(super) fn asked(config: &TenantConfig, isolation: Isolation) -> Asked<'_> {
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

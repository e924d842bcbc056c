//! A lifecycle operation as its caller sees it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    catalogue::OperationState,
    error::{Error, Result},
    manager::TenantManager,
    tenant::{TenantId, TenantUid},
};

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

impl TenantManager {
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
}

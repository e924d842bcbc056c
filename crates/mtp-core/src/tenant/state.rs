//! The states of a tenant and the moves between them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a tenant stands in its life.
///
/// `provisioning → active ⇄ suspended`; any of these and `failed` → `deleting → purging → purged`;
/// `deleting` leads back by a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TenantState {
    /// Being made; not served yet.
    Provisioning,
    /// Served.
    Active,
    /// Kept whole, not served.
    Suspended,
    /// Provisioning did not succeed and was undone; it can be tried again.
    Failed,
    /// Not served; its data is kept until the retention time is over.
    Deleting,
    /// Its data is being destroyed; there is no way back.
    Purging,
    /// Gone; only the record remains, and the name is free.
    Purged,
}

/// A text that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown tenant state; expected provisioning, active, suspended, failed, deleting, purging or purged")]
pub struct UnknownState;

impl TenantState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 7] = [
        Self::Provisioning,
        Self::Active,
        Self::Suspended,
        Self::Failed,
        Self::Deleting,
        Self::Purging,
        Self::Purged,
    ];

    /// The name used in JSON, in the catalogue and by the operator's verbs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Failed => "failed",
            Self::Deleting => "deleting",
            Self::Purging => "purging",
            Self::Purged => "purged",
        }
    }

    /// Whether requests of such a tenant are answered.
    pub fn is_served(self) -> bool {
        self == Self::Active
    }

    /// Whether a tenant in this state may go to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use TenantState as S;
        matches!(
            (self, next),
            (S::Provisioning, S::Active | S::Failed | S::Deleting)
                | (S::Active, S::Suspended | S::Deleting)
                | (S::Suspended, S::Active | S::Deleting)
                | (S::Failed, S::Provisioning | S::Deleting)
                | (S::Deleting, S::Active | S::Suspended | S::Failed | S::Purging)
                | (S::Purging, S::Purged)
        )
    }
}

impl fmt::Display for TenantState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TenantState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(UnknownState)
    }
}

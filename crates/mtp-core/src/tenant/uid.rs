//! `TenantUid`: the identity behind a name, never given twice.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The immutable identity of a tenant, a `UUIDv7` (RFC 9562 §5.7).
///
/// Tokens, seals, keys, cache entries and stored names are bound to it and not to the
/// [`TenantId`](crate::TenantId), so a name that is used again after a purge inherits nothing.
/// It is no secret and no proof of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantUid(Uuid);

impl TenantUid {
    /// A new identity.
    #[expect(
        clippy::new_without_default,
        reason = "a default identity would be a new one each time"
    )]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The UUID itself.
    pub fn as_uuid(&self) -> Uuid {
        self.0
    }

    /// The last eight hexadecimal digits: the random end of a `UUIDv7`, used in physical names.
    pub fn short(&self) -> String {
        let hex = self.0.simple().to_string();
        hex[24..].to_owned()
    }
}

impl fmt::Display for TenantUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for TenantUid {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

impl From<Uuid> for TenantUid {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

//! `TenantId`: a tenant's name, a DNS label that cannot hold anything else.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::MAX_TENANT_ID_LEN;

/// Names no tenant may have: words of our routes, of the wall and of the databases themselves,
/// and names that a market or a browser gives a meaning of its own.
pub const RESERVED_TENANT_IDS: &[&str] = &[
    "admin",
    "api",
    "api-keys",
    "app",
    "assets",
    "auth",
    "central",
    "console",
    "credentials",
    "default",
    "docs",
    "health",
    "info",
    "information-schema",
    "localhost",
    "logout",
    "main",
    "manifest",
    "market",
    "master",
    "members",
    "mtp",
    "mysql",
    "openapi",
    "operations",
    "password",
    "performance-schema",
    "pg",
    "postgres",
    "provider-keys",
    "public",
    "rdsadmin",
    "root",
    "set-password",
    "settings",
    "shared",
    "sqlite",
    "static",
    "status",
    "support",
    "sys",
    "system",
    "t",
    "temp",
    "template0",
    "template1",
    "tenant",
    "tenants",
    "token",
    "webhook",
    "well-known",
    "www",
];

/// A tenant's name: 1 to 63 of `a-z0-9-`, starting with a letter, not ending with `-`, not reserved.
///
/// It is a DNS label (RFC 1035 §2.3.1), so that it can stand in a host name. Upper case is refused
/// rather than folded: two spellings of one name are how caches and filters come to disagree.
/// Cloning costs one reference count.
///
/// ```
/// use mtp_core::TenantId;
///
/// let id: TenantId = "acme-7".parse()?;
/// assert_eq!(id.as_str(), "acme-7");
/// assert!("Acme".parse::<TenantId>().is_err());
/// assert!("x'; DROP TABLE tenants --".parse::<TenantId>().is_err());
/// # Ok::<(), mtp_core::TenantIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

/// Why a text is no [`TenantId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TenantIdError {
    /// Nothing at all, or more than 63 characters.
    #[error("a tenant id has 1 to {MAX_TENANT_ID_LEN} characters, this one has {0}")]
    Length(usize),
    /// A character outside `a-z0-9-`.
    #[error("a tenant id holds only a-z, 0-9 and '-'")]
    Character,
    /// The first character is not a letter, or the last one is `-`.
    #[error("a tenant id starts with a letter and does not end with '-'")]
    Edge,
    /// One of [`RESERVED_TENANT_IDS`].
    #[error("this tenant id is reserved; choose another")]
    Reserved,
}

impl TenantId {
    /// Reads a tenant id.
    ///
    /// # Errors
    /// [`TenantIdError`] with the rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, TenantIdError> {
        if text.is_empty() || text.len() > MAX_TENANT_ID_LEN {
            return Err(TenantIdError::Length(text.chars().count()));
        }
        if !text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err(TenantIdError::Character);
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || text.ends_with('-') {
            return Err(TenantIdError::Edge);
        }
        if RESERVED_TENANT_IDS.contains(&text) {
            return Err(TenantIdError::Reserved);
        }
        Ok(Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TenantId({})", self.0)
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TenantId {
    type Error = TenantIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl AsRef<str> for TenantId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for TenantId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for TenantId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

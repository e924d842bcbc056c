//! What a caller says of a tenant that is to be made.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{secret::Dsn, tenant::TenantId};

/// How a tenant's data is kept apart from that of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Isolation {
    /// A database (on SQLite: a file) of its own.
    Database,
    /// A schema of its own in a common database (PostgreSQL).
    Schema,
    /// Rows among those of others, in common tables.
    Shared,
}

/// A text that names no isolation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown isolation; expected database, schema or shared")]
pub struct UnknownIsolation;

impl Isolation {
    /// Every isolation, strongest first.
    pub const ALL: [Self; 3] = [Self::Database, Self::Schema, Self::Shared];

    /// The name used in JSON, in the catalogue and in `MTP_ISOLATION`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Schema => "schema",
            Self::Shared => "shared",
        }
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Isolation {
    type Err = UnknownIsolation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or(UnknownIsolation)
    }
}

/// What is known of a tenant before it exists. Only the name is needed.
///
/// ```
/// use mtp_core::TenantConfig;
///
/// let config = TenantConfig::new("Acme Inc.").plan("pro").feature("search");
/// assert!(config.id.is_none(), "an id is made from the name");
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TenantConfig {
    /// The tenant's id; made from the name where it is absent.
    pub id: Option<TenantId>,
    /// The name people read, 1 to 200 characters.
    pub name: String,
    /// The plan's id, from the manifest.
    pub plan: Option<String>,
    /// Features that are switched on.
    pub features: Vec<String>,
    /// The isolation, where it is not the service's default.
    pub isolation: Option<Isolation>,
    /// The server, where it is not left to the placement policy.
    pub server: Option<String>,
    /// The PostgreSQL database that the tenant brings, with a login of its own; then there is neither an isolation nor a
    /// server to choose. Only the library and the operator may say it, never a market. Sealed in the catalogue and shown
    /// nowhere; a purge forgets it and leaves the tenant's rows there, which are the tenant's own.
    pub db_url: Option<Dsn>,
    /// The admin's e-mail address; it becomes the user name.
    pub admin_email: Option<String>,
    /// The market's own number for the order or licence, unique for each market.
    pub external_id: Option<String>,
    /// The market (the market key's owner) that asked.
    pub market: Option<String>,
    /// Free data of the market, kept and shown, never interpreted.
    pub metadata: BTreeMap<String, serde_json::Value>,
}

impl TenantConfig {
    /// A tenant with a name and defaults for the rest.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Sets the id.
    pub fn id(mut self, id: TenantId) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the plan.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.plan = Some(plan.into());
        self
    }

    /// Switches a feature on.
    pub fn feature(mut self, feature: impl Into<String>) -> Self {
        self.features.push(feature.into());
        self
    }

    /// Sets the isolation.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Sets the server.
    pub fn server(mut self, server: impl Into<String>) -> Self {
        self.server = Some(server.into());
        self
    }

    /// Puts the tenant into a database that it brings.
    pub fn db_url(mut self, url: Dsn) -> Self {
        self.db_url = Some(url);
        self
    }

    /// Says which market asked; only that market's keys may then ask for this tenant's end or credentials.
    pub fn market(mut self, market: impl Into<String>) -> Self {
        self.market = Some(market.into());
        self
    }
}

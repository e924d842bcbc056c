//! A tenant as the catalogue knows it.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    secret::Secret,
    tenant::{Isolation, TenantId, TenantState, TenantUid},
};

/// The first credentials of a tenant's admin, given out once.
#[derive(Clone)]
#[non_exhaustive]
pub struct AdminCredentials {
    /// The user name.
    pub username: String,
    /// The password, or none once it was seen and used.
    pub password: Option<Secret>,
}

impl AdminCredentials {
    /// Credentials as they are handed to a caller.
    pub fn new(username: impl Into<String>, password: Option<Secret>) -> Self {
        Self {
            username: username.into(),
            password,
        }
    }
}

impl fmt::Debug for AdminCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdminCredentials")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Where databases that tenants brought stand in listings, instead of a server.
pub(crate) const BROUGHT_SERVER: &str = "brought";

/// Where one tenant lives. Names are stored when they are made and never computed again, since
/// databases cut long names silently (63 bytes on PostgreSQL, 64 on the MySQL wire).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Placement {
    /// The server's name in the catalogue.
    pub server: String,
    /// How the data is kept apart.
    pub isolation: Isolation,
    /// The database (SQLite: file name) that holds the tenant.
    pub database: String,
    /// The schema that holds the tenant's tables; none on SQLite.
    pub schema: Option<String>,
    /// The login that serves the tenant, where it has one of its own.
    pub login: Option<String>,
}

impl Placement {
    /// A placement from its parts.
    pub fn new(server: impl Into<String>, isolation: Isolation, database: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            isolation,
            database: database.into(),
            schema: None,
            login: None,
        }
    }

    /// Whether the tenant brought the database: it is its own property, and its URL is sealed in the catalogue.
    pub fn is_brought(&self) -> bool {
        self.server == BROUGHT_SERVER
    }
}

/// The catalogue's record of a tenant. It gives no right to the tenant's data; a
/// [`TenantHandle`](crate::TenantHandle) does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tenant {
    /// The name in URLs and headers.
    pub id: TenantId,
    /// The identity behind the name.
    pub uid: TenantUid,
    /// The name people read.
    pub name: String,
    /// Where the tenant's people reach the service.
    pub url: String,
    /// Given once, by the call that made the tenant.
    pub admin_credentials: Option<AdminCredentials>,
    /// Where it stands.
    pub state: TenantState,
    /// The plan's id.
    pub plan: Option<String>,
    /// Features that are switched on.
    pub features: Vec<String>,
    /// How its data is kept apart.
    pub isolation: Isolation,
    /// Where it lives, once placed.
    pub placement: Option<Placement>,
    /// The market that asked for it.
    pub market: Option<String>,
    /// The market's own number for it.
    pub external_id: Option<String>,
    /// Free data of the market.
    pub metadata: BTreeMap<String, serde_json::Value>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its record last changed.
    pub updated_at: DateTime<Utc>,
    /// When its data will be destroyed, while it is being deleted.
    pub purge_after: Option<DateTime<Utc>>,
    /// The newest migration of the service that it has.
    pub schema_version: i64,
}

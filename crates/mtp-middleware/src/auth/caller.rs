//! Who asks, once a token of theirs was verified.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use mtp_core::{TenantId, TenantUid};

/// What a verified token says. For implementors of [`Authenticate`](crate::Authenticate).
#[derive(Debug, Clone)]
pub struct CallerParts {
    /// The tenant that the token is for.
    pub tenant_id: TenantId,
    /// The identity behind that name, where the token is bound to it. Where it is not, the token
    /// must have been issued after the tenant was made.
    pub tenant_uid: Option<TenantUid>,
    /// Who, within that tenant.
    pub subject: String,
    /// Rights.
    pub scopes: Vec<String>,
    /// When the token was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The key that verified it.
    pub key_id: String,
    /// Its own number.
    pub token_id: Option<String>,
    /// Whether it can only change the password.
    pub must_change: bool,
}

/// Who asks: the holder of a verified token of the request's tenant. Cloning costs one reference count.
#[derive(Clone)]
pub struct Caller(Arc<CallerParts>);

impl From<CallerParts> for Caller {
    fn from(parts: CallerParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Caller {
    /// The claim `sub`: who, within the tenant.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The tenant that the token is for.
    pub fn tenant_id(&self) -> &TenantId {
        &self.0.tenant_id
    }

    /// The identity that the token is bound to, where it is.
    pub fn tenant_uid(&self) -> Option<TenantUid> {
        self.0.tenant_uid
    }

    /// The claim `scope`, in its parts.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.scopes.iter().map(String::as_str)
    }

    /// Whether the caller has a right.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|s| s == scope)
    }

    /// Demands a right.
    ///
    /// # Errors
    /// A 403 that names the scope.
    pub fn require(&self, scope: &str) -> Result<(), crate::Problem> {
        if self.has_scope(scope) {
            Ok(())
        } else {
            Err(crate::Problem::missing_scope(scope))
        }
    }

    /// When the token was issued, where it says so.
    pub fn issued_at(&self) -> Option<DateTime<Utc>> {
        self.0.issued_at
    }

    /// When the token ends.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// The token's own number (`jti`).
    pub fn token_id(&self) -> Option<&str> {
        self.0.token_id.as_deref()
    }

    /// The key that verified the token.
    pub fn key_id(&self) -> &str {
        &self.0.key_id
    }

    /// Whether the password must be changed first.
    pub fn must_change(&self) -> bool {
        self.0.must_change
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("tenant_id", &self.0.tenant_id)
            .field("subject", &self.0.subject)
            .finish_non_exhaustive()
    }
}

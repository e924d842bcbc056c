//! Attempts across tenants: counted, logged, and handed to whoever keeps them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use http::Method;
use mtp_core::{TenantId, TenantUid};

/// A good credential of one tenant, used on another's name.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CrossTenantAttempt {
    /// The credential's tenant.
    pub tenant_id: TenantId,
    /// Its identity.
    pub tenant_uid: TenantUid,
    /// Who, within that tenant.
    pub subject: String,
    /// The name that was asked for. Whether it exists was not looked up.
    pub named: TenantId,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: String,
}

/// Keeps security events. Called on the request's way, so it must not block: it puts the event into
/// a queue, for example.
pub trait AuditSink: Send + Sync + 'static {
    /// A good credential of one tenant was used on another's name, and refused.
    fn cross_tenant(&self, attempt: CrossTenantAttempt);
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) cross_tenant: AtomicU64,
    pub(crate) refused: AtomicU64,
}

/// A chain's counters since its start. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct AuthCounts(pub(crate) Arc<Counters>);

impl AuthCounts {
    /// Good credentials used on another tenant's name.
    pub fn cross_tenant(&self) -> u64 {
        self.0.cross_tenant.load(Ordering::Relaxed)
    }

    /// Requests without a good credential where one is demanded.
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }
}

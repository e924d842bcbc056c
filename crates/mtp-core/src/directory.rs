//! The port through which a request's tenant is found.

use futures::future::BoxFuture;

use crate::{
    context::TenantHandle,
    error::Result,
    tenant::{TenantId, TenantState, TenantUid},
};

/// A tenant that was found, served or not.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// The name.
    pub id: TenantId,
    /// The identity.
    pub uid: TenantUid,
    /// Where it stands.
    pub state: TenantState,
    /// The right to its data: only where it is served.
    pub handle: Option<TenantHandle>,
}

impl Found {
    /// A finding from its parts.
    pub fn new(id: TenantId, uid: TenantUid, state: TenantState, handle: Option<TenantHandle>) -> Self {
        Self { id, uid, state, handle }
    }
}

/// How fresh an instance's knowledge of its tenants is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Freshness {
    /// The last poll was good and recent: what was verified before may be believed.
    Fresh,
    /// The catalogue has not answered within the freshness lease: look again before believing.
    Stale,
    /// The catalogue has been away for longer than known tenants may be served.
    Lost,
}

/// Finds tenants by name or identity. The tenant manager is one, with a bounded cache that
/// follows the catalogue within a second.
pub trait TenantDirectory: Send + Sync + 'static {
    /// What is in memory, without waiting: `None` where the catalogue must be asked, `Some(None)`
    /// where it is known that there is no such tenant.
    fn cached(&self, id: &TenantId) -> Option<Option<Found>>;

    /// Finds a tenant by its name.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) where the catalogue is away and the tenant
    /// is not known well enough.
    fn find<'a>(&'a self, id: &'a TenantId) -> BoxFuture<'a, Result<Option<Found>>>;

    /// How fresh the answers of [`cached`](Self::cached) are.
    fn freshness(&self) -> Freshness;
}

//! What the chain has found out about a request so far: filled from gate to gate, then one extension.

use mtp_core::{Market, TenantHandle, TenantId};

use crate::{access::Access, auth::Caller};

/// Begun by the tenant's gate, completed by auth's, read by the rate limit's; put into the request for
/// the extractors. Nobody outside this crate can make one.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// What the route demands.
    pub(crate) access: Access,
    /// The tenant that header, host or path name.
    pub(crate) named: Option<TenantId>,
    /// The right to the tenant, once it was given.
    pub(crate) handle: Option<TenantHandle>,
    /// Who asks.
    pub(crate) caller: Option<Caller>,
    /// The market that asks.
    pub(crate) market: Option<Market>,
}

impl Pass {
    pub(crate) fn new(access: Access, named: Option<TenantId>) -> Self {
        Self {
            access,
            named,
            handle: None,
            caller: None,
            market: None,
        }
    }
}

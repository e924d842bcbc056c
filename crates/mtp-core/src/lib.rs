//! Tenants, lifecycle, isolation walls, pools, migrations and secrets of the `mtp` multi-tenant platform.

mod callers;
mod context;
mod directory;
mod error;
pub mod limits;
mod secret;
mod service;
mod tenant;

pub use self::{
    callers::{Market, MarketKeys},
    context::{TenantHandle, current_tenant, spawn, with_tenant},
    directory::{Found, Freshness, TenantDirectory},
    error::{BoxError, Error, ErrorKind, Result},
    secret::{Dsn, Secret},
    service::{ServiceId, ServiceIdError},
    tenant::{
        AdminCredentials, Isolation, Placement, RESERVED_TENANT_IDS, Tenant, TenantConfig, TenantId, TenantIdError,
        TenantState, TenantUid, UnknownIsolation, UnknownState,
    },
};

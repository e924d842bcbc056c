#![doc = include_str!("lib.md")]

#[cfg(feature = "_platform")]
pub mod env;
#[cfg(feature = "_platform")]
mod error;
#[cfg(feature = "ops")]
pub mod ops;
#[cfg(feature = "_platform")]
mod platform;
#[cfg(feature = "_platform")]
mod setup;

#[cfg(feature = "testing")]
pub use mtp_core::testing;
#[cfg(feature = "manifest")]
pub use mtp_manifest as manifest;
#[cfg(feature = "market")]
pub use mtp_market as market;
#[cfg(feature = "middleware")]
pub use mtp_middleware as middleware;
#[cfg(feature = "standard-api")]
pub use mtp_standard_api as standard_api;

#[cfg(feature = "_platform")]
pub use self::{
    error::Error,
    platform::{Platform, PlatformBuilder},
    setup::{MultiTenant, setup_multi_tenant},
};
pub use mtp_core::{
    self as core, AdminCredentials, Dsn, Found, Freshness, Isolation, Market, Placement, Secret, ServiceId, Tenant,
    TenantConfig, TenantId, TenantIdError, TenantState, TenantUid, current_tenant, limits, spawn, with_tenant,
};
#[cfg(feature = "_db")]
pub use mtp_core::{
    AuditEntry, Created, DatabaseFault, FaultKind, Finding, LocalKeys, MasterKey, Operation, OperationProgress, Page,
    PoolGauges, ProvisionRequest, Provisioned, Severity, StatementOptions, TenantFilter, TenantManager,
    TenantManagerBuilder, TenantQuery, TenantRow, TenantTransaction, TenantUpdate,
};
#[cfg(all(feature = "middleware", feature = "_db"))]
pub use mtp_middleware::TenantDb;
#[cfg(feature = "middleware")]
pub use mtp_middleware::{
    Access, ApiJson, Caller, Limits, MarketCaller, NoStore, Principal, Problem, RateLimit, Resolvers, RouteAccess,
    TenantHandle,
};

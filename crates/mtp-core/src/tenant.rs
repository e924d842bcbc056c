//! What a tenant is: its name, its identity, its states, its record.

mod config;
mod id;
mod record;
mod state;
mod uid;

#[cfg(feature = "_db")]
pub(crate) use self::record::BROUGHT_SERVER;
pub use self::{
    config::{Isolation, TenantConfig, UnknownIsolation},
    id::{RESERVED_TENANT_IDS, TenantId, TenantIdError},
    record::{AdminCredentials, Placement, Tenant},
    state::{TenantState, UnknownState},
    uid::TenantUid,
};

#[cfg(test)]
mod tests;

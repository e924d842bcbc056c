//! What handlers ask for: the tenant, the caller, the market, and JSON.

mod json;
mod parts;

#[cfg(feature = "database")]
pub use self::parts::TenantDb;
pub use self::{
    json::{ApiJson, JsonRejection},
    parts::{MarketCaller, NotProvided, Principal, SignInTenant, TenantHandle},
};

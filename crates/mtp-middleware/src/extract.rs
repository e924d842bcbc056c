//! What handlers ask for: the tenant, the caller, the market, and JSON.

mod json;
mod parts;

pub use self::{
    json::{ApiJson, JsonRejection},
    parts::{MarketCaller, NotProvided, Principal, SignInTenant, TenantHandle},
};

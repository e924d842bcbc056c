//! What a service market calls: the webhook that makes a tenant, and how that stands.
//!
//! ```
//! use std::sync::Arc;
//!
//! use mtp_core::{BaseUrl, TenantManager};
//! use mtp_market::{AuditedMarketKeys, MarketApi};
//! use mtp_middleware::{Chain, Limits, OwnTokens, Resolvers, RouteTable, TokenVerifier};
//!
//! fn app(
//!     manager: TenantManager,
//!     tokens: Arc<OwnTokens>,
//!     base: BaseUrl,
//! ) -> Result<axum::Router, Box<dyn std::error::Error>> {
//!     let api = MarketApi::new(manager.clone(), base);
//!     Ok(Chain::new(Arc::new(manager.clone()))
//!         .routes(RouteTable::default().with(mtp_market::ROUTES)?)
//!         .market_keys(Arc::new(AuditedMarketKeys::new(manager)))
//!         .tenant(Resolvers::all(None))
//!         .auth(TokenVerifier::new(tokens))
//!         .rate_limit(Limits::default())
//!         .wrap(mtp_market::router(api)))
//! }
//! ```
//!
//! Exempt from semver; the routes, statuses and JSON members are not.

mod api;
mod audit;
mod forbidden;
mod idempotency_key;
pub mod limits;
mod offer;
mod openapi;
mod operation;
mod provision;
mod routes;
mod types;

pub use self::{
    api::MarketApi,
    audit::AuditedMarketKeys,
    openapi::openapi,
    routes::{ROUTES, router},
};

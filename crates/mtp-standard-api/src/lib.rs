//! The routes that every service has: health, sign-in, passwords, the tenant's own page and end, and the documents
//! (OpenAPI, manifest, public keys).
//!
//! ```
//! use std::sync::Arc;
//!
//! use mtp_core::{BaseUrl, TenantManager};
//! use mtp_middleware::{Chain, Limits, Resolvers, RouteTable, TokenVerifier};
//! use mtp_standard_api::StandardApi;
//!
//! async fn app(manager: TenantManager, base: BaseUrl) -> Result<axum::Router, Box<dyn std::error::Error>> {
//!     let tokens = Arc::new(mtp_standard_api::own_tokens(&manager, base.as_str(), "notes").await?);
//!     tokio::spawn(mtp_standard_api::follow_signing_keys(manager.clone(), Arc::downgrade(&tokens)));
//!     let api = StandardApi::new(manager.clone(), Arc::clone(&tokens), base);
//!     Ok(Chain::new(Arc::new(manager.clone()))
//!         .routes(RouteTable::new(mtp_standard_api::ROUTES)?)
//!         .market_keys(manager.market_directory())
//!         .tenant(Resolvers::all(None))
//!         .auth(TokenVerifier::new(tokens))
//!         .rate_limit(Limits::default())
//!         .wrap(mtp_standard_api::router(api)))
//! }
//! ```
//!
//! Exempt from semver; the routes, statuses and JSON members are not.

mod api;
mod credentials;
mod documents;
mod health;
pub mod limits;
mod openapi;
mod password;
mod routes;
mod signing_keys;
mod tenant;
mod token;
mod types;

pub use self::{
    api::{ADMIN_SCOPE, StandardApi},
    openapi::openapi,
    routes::{ROUTES, router},
    signing_keys::{follow_signing_keys, own_tokens, renew_signing_keys, signing_keys},
};

//! The standard routes and what each demands.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, post},
};
use http::Method;
use mtp_middleware::{Access, RouteAccess};

use crate::{api::StandardApi, credentials, documents, health, limits::MAX_REQUEST_BYTES, password, tenant, token};

/// What each standard route demands, for the chain's [`RouteTable`](mtp_middleware::RouteTable).
pub const ROUTES: [RouteAccess; 10] = [
    RouteAccess::new(Method::GET, "/api/health", Access::Public),
    RouteAccess::new(Method::GET, "/api/openapi.json", Access::Public),
    RouteAccess::new(Method::GET, "/api/manifest", Access::Public),
    RouteAccess::new(Method::GET, "/.well-known/jwks.json", Access::Public),
    RouteAccess::new(Method::POST, "/api/tenant/token", Access::Tenant),
    RouteAccess::new(Method::POST, "/api/tenant/password", Access::PasswordChange),
    RouteAccess::new(Method::GET, "/api/tenant/info", Access::Caller),
    RouteAccess::new(Method::DELETE, "/api/tenant/{tenant_id}", Access::MarketOrCaller),
    RouteAccess::new(Method::POST, "/api/tenant/credentials/rotate", Access::Market),
    RouteAccess::new(Method::POST, "/api/tenant/set-password", Access::Public),
];

/// The standard routes. They must stand behind a [`Chain`](mtp_middleware::Chain) that knows [`ROUTES`].
pub fn router(api: StandardApi) -> Router {
    Router::new()
        .route("/api/health", get(health::health))
        .route("/api/openapi.json", get(documents::openapi))
        .route("/api/manifest", get(documents::manifest))
        .route("/.well-known/jwks.json", get(documents::jwks))
        .route("/api/tenant/token", post(token::token))
        .route("/api/tenant/password", post(password::change))
        .route("/api/tenant/info", get(tenant::info))
        .route("/api/tenant/{tenant_id}", delete(tenant::delete))
        .route("/api/tenant/credentials/rotate", post(credentials::rotate))
        .route("/api/tenant/set-password", post(password::set))
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(Arc::new(api.into_api()))
}

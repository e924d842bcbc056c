//! The market's routes and what each demands.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use http::Method;
use mtp_middleware::{Access, RouteAccess};

use crate::{api::MarketApi, limits::MAX_WEBHOOK_BYTES, operation, provision};

/// What each of the market's routes demands, for the chain's [`RouteTable`](mtp_middleware::RouteTable).
pub const ROUTES: [RouteAccess; 2] = [
    RouteAccess::new(Method::POST, "/api/tenant/webhook/auto-provision", Access::Market),
    RouteAccess::new(Method::GET, "/api/tenant/operations/{id}", Access::Market),
];

/// The market's routes. They must stand behind a [`Chain`](mtp_middleware::Chain) that knows [`ROUTES`] and the
/// markets' keys ([`AuditedMarketKeys`](crate::AuditedMarketKeys)).
pub fn router(api: MarketApi) -> Router {
    Router::new()
        .route("/api/tenant/webhook/auto-provision", post(provision::provision))
        .route("/api/tenant/operations/{id}", get(operation::operation))
        .layer(DefaultBodyLimit::max(MAX_WEBHOOK_BYTES))
        .with_state(api)
}

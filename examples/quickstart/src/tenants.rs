//! `POST /tenants`: the service's own way to make tenants, behind the market key.

use axum::{
    Json, Router,
    extract::State,
    http::{Method, StatusCode},
    routing::post,
};
use mtp::{Access, ApiJson, MarketCaller, Problem, RouteAccess, TenantConfig, TenantManager};
use serde::{Deserialize, Serialize};

/// What the route demands.
pub(crate) const ROUTES: [RouteAccess; 1] = [RouteAccess::new(Method::POST, "/tenants", Access::Market)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTenant {
    name: String,
}

#[derive(Serialize)]
struct Made {
    tenant_id: String,
    url: String,
}

/// The route.
pub(crate) fn routes(manager: TenantManager) -> Router {
    Router::new().route("/tenants", post(create)).with_state(manager)
}

async fn create(
    State(manager): State<TenantManager>,
    MarketCaller(market): MarketCaller,
    ApiJson(new): ApiJson<NewTenant>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let tenant = manager.create(TenantConfig::new(new.name).market(market.name)).await?;
    Ok((
        StatusCode::CREATED,
        Json(Made {
            tenant_id: tenant.id.to_string(),
            url: tenant.url,
        }),
    ))
}

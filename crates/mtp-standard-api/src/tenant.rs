//! The tenant's own page, and its end.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use mtp_core::{Error, Market, Tenant, TenantId, TenantState};
use mtp_middleware::{NoStore, Principal, Problem, TenantHandle};

use crate::{
    api::{ADMIN_SCOPE, Api, actor},
    types::{DeletedBody, ProblemBody, TenantBody},
};

/// The caller's tenant.
#[utoipa::path(
    get,
    path = "/api/tenant/info",
    tag = "tenant",
    responses(
        (status = 200, description = "The tenant", body = TenantBody),
        (status = 401, description = "No good token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Another tenant is named, or the tenant is suspended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Being made or moved", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn info(
    State(api): State<Arc<Api>>,
    handle: TenantHandle,
) -> Result<NoStore<Json<TenantBody>>, Problem> {
    let tenant = api.manager.get_by_uid(handle.uid()).await?;
    Ok(NoStore(Json(TenantBody {
        tenant_id: tenant.id.to_string(),
        name: tenant.name,
        url: api.base_url.join(&tenant.url),
        state: tenant.state.as_str(),
        plan: tenant.plan,
        features: tenant.features,
        isolation: tenant.isolation.as_str(),
        created_at: tenant.created_at,
    })))
}

/// Ends a tenant. It is served no more; its data is destroyed when the retention time is over.
#[utoipa::path(
    delete,
    path = "/api/tenant/{tenant_id}",
    tag = "tenant",
    params(("tenant_id" = String, Path, description = "The tenant")),
    responses(
        (status = 202, description = "It is ending; asked again, a market reads the same", body = DeletedBody),
        (status = 401, description = "No good credential", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token is another tenant's or no admin's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The market has no such tenant", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The market's tenant is purged", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("market_key" = []), ("bearer" = []))
)]
pub(crate) async fn delete(
    State(api): State<Arc<Api>>,
    who: Principal,
    Path(tenant_id): Path<String>,
) -> Result<Response, Problem> {
    let tenant = match who {
        Principal::Market(market) => by_market(&api, &market, &tenant_id).await?,
        Principal::Caller(caller, handle) => {
            // Whether the other name exists is not looked up, so it cannot be told.
            if tenant_id != handle.id().as_str() {
                api.note(
                    caller.subject(),
                    "tenant.delete",
                    "refused: another tenant",
                    handle.uid(),
                )
                .await;
                return Err(Problem::foreign_tenant());
            }
            caller.require(ADMIN_SCOPE)?;
            let tenant = api.manager.delete(handle.id()).await?;
            api.note(caller.subject(), "tenant.delete", "accepted", tenant.uid)
                .await;
            tenant
        }
    };
    let body = DeletedBody {
        tenant_id: tenant.id.to_string(),
        state: TenantState::Deleting.as_str(),
        purge_after: tenant.purge_after,
    };
    Ok((StatusCode::ACCEPTED, NoStore(Json(body))).into_response())
}

/// A market ends what it sold, and nothing else: of others' tenants it learns nothing.
async fn by_market(api: &Api, market: &Market, tenant_id: &str) -> Result<Tenant, Problem> {
    let Ok(id) = TenantId::parse(tenant_id) else {
        return Err(Problem::not_found());
    };
    let sold_by = |tenant: &Tenant| tenant.market.as_deref() == Some(&market.name);
    if let Some(tenant) = present(api, &id).await?.filter(|tenant| sold_by(tenant)) {
        if matches!(tenant.state, TenantState::Deleting | TenantState::Purging) {
            return Ok(tenant);
        }
        let deleted = match api.manager.delete(&id).await {
            Ok(deleted) => deleted,
            // Another call was faster, and its purge too.
            Err(Error::WrongState { .. }) => tenant,
            Err(error) => return Err(error.into()),
        };
        api.note(&actor(market), "tenant.delete", "accepted", deleted.uid).await;
        return Ok(deleted);
    }
    match api.manager.get_purged(&id).await?.filter(sold_by) {
        Some(_) => Err(Problem::of_status(StatusCode::GONE).detail("the tenant is purged")),
        None => Err(Problem::not_found()),
    }
}

async fn present(api: &Api, id: &TenantId) -> Result<Option<Tenant>, Problem> {
    match api.manager.get(id).await {
        Ok(tenant) => Ok(Some(tenant)),
        Err(Error::TenantNotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

//! `POST /api/tenant/credentials/rotate`: a market gives its customer a way back in.

use std::sync::Arc;

use axum::{Json, extract::State};
use mtp_core::TenantId;
use mtp_middleware::{ApiJson, MarketCaller, NoStore, Problem};

use crate::{
    api::{Api, actor, for_market},
    types::{LinkBody, ProblemBody, RotateRequest},
};

/// Makes a link by which the admin's password is set, once. The present one stays good until then.
#[utoipa::path(
    post,
    path = "/api/tenant/credentials/rotate",
    tag = "market",
    request_body = RotateRequest,
    responses(
        (status = 200, description = "The link, shown this once", body = LinkBody),
        (status = 400, description = "The body is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No good market key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The tenant is suspended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The market has no such tenant", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The tenant is ending", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Being made", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("market_key" = []))
)]
pub(crate) async fn rotate(
    State(api): State<Arc<Api>>,
    MarketCaller(market): MarketCaller,
    ApiJson(request): ApiJson<RotateRequest>,
) -> Result<NoStore<Json<LinkBody>>, Problem> {
    let id = TenantId::parse(&request.tenant_id).map_err(|e| Problem::from(mtp_core::Error::from(e)))?;
    let tenant = api.manager.get(&id).await?;
    if tenant.market.as_deref() != Some(&market.name) {
        return Err(Problem::not_found());
    }
    let link = api.manager.rotate_credentials(&id).await.map_err(for_market)?;
    api.note(&actor(&market), "credentials.rotate", "link made", tenant.uid)
        .await;
    Ok(NoStore(Json(LinkBody {
        set_password_url: format!("{}#token={}", api.set_password_page, link.token.expose()),
        expires_at: link.expires_at,
    })))
}

//! `GET /api/tenant/operations/{id}`: how the making of a tenant stands.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header::RETRY_AFTER};
use mtp_core::OperationProgress;
use mtp_middleware::{MarketCaller, NoStore, Problem};
use uuid::Uuid;

use crate::{
    api::MarketApi,
    limits::RUNNING_RETRY_AFTER,
    types::{OperationBody, ProblemBody},
};

/// What a market may know of a failure; why exactly is the operator's to know.
const FAILED: &str =
    "it did not come to its end and was undone, or another operation took its place; the same call begins it anew";

/// How an operation on one of the market's tenants stands.
#[utoipa::path(
    get,
    path = "/api/tenant/operations/{id}",
    tag = "market",
    params(("id" = String, Path, description = "The member `operation` of the webhook's 202")),
    responses(
        (status = 200, description = "How it stands", body = OperationBody),
        (status = 401, description = "No good market key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The market has no such operation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("market_key" = []))
)]
pub(crate) async fn operation(
    State(api): State<MarketApi>,
    MarketCaller(market): MarketCaller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = Uuid::parse_str(&id).map_err(|_| Problem::not_found())?;
    let operation = api
        .manager
        .operation(&id.to_string())
        .await?
        .filter(|operation| operation.market.as_deref() == Some(&market.name))
        .ok_or_else(Problem::not_found)?;
    let progress = operation.progress;
    let body = OperationBody {
        operation: operation.id,
        state: progress.to_string(),
        tenant_id: operation.tenant_id.to_string(),
        error: (progress == OperationProgress::Failed).then_some(FAILED),
    };
    let mut response = NoStore(Json(body)).into_response();
    if progress == OperationProgress::Running {
        let after = HeaderValue::from(RUNNING_RETRY_AFTER.as_secs());
        response.headers_mut().insert(RETRY_AFTER, after);
    }
    Ok(response)
}

//! `POST /api/tenant/webhook/auto-provision`: a market makes a tenant.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{LOCATION, RETRY_AFTER},
};
use mtp_core::{Created, Error, Market, OperationProgress, ProvisionRequest, Provisioned, TenantState, TenantUid};
use mtp_middleware::{ApiJson, JsonRejection, MarketCaller, NoStore, Problem};
use serde_json::value::RawValue;

use crate::{
    api::MarketApi,
    audit,
    forbidden::forbidden,
    idempotency_key::idempotency_key,
    limits::{FAILED_RETRY_AFTER, RUNNING_RETRY_AFTER},
    offer,
    types::{AdminCredentials, ProblemBody, ProvisionBody, ProvisionedBody, RunningBody},
};

/// Where a market asks for a link that sets a new password.
const ROTATE_PATH: &str = "/api/tenant/credentials/rotate";

/// Makes a tenant, or finds the one that the same call made before. Safe to repeat.
#[utoipa::path(
    post,
    path = "/api/tenant/webhook/auto-provision",
    tag = "market",
    params(("Idempotency-Key" = Option<String>, Header, description = "The market's own key for this call, quoted or bare, at most 255 bytes, remembered for a day")),
    request_body = ProvisionBody,
    responses(
        (status = 201, description = "Made", body = ProvisionedBody),
        (status = 200, description = "The same call made it before", body = ProvisionedBody),
        (status = 202, description = "Still being made; ask status_url, or repeat the call", body = RunningBody),
        (status = 400, description = "A member is unknown, missing or not allowed, or nothing tells the tenant from others", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No good market key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The body names a database", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The tenant exists with other attributes, is another's, or is ending", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The idempotency key was used with another body", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "It could not be made and was undone, or a database does not answer; repeat the call", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("market_key" = []))
)]
pub(crate) async fn provision(
    State(api): State<MarketApi>,
    MarketCaller(market): MarketCaller,
    headers: HeaderMap,
    body: Result<ApiJson<Box<RawValue>>, JsonRejection>,
) -> Response {
    // Read before the body, refused after it: a wrong body is the better thing to hear of first.
    let key = idempotency_key(&headers);
    let done = match body {
        Ok(ApiJson(body)) => work(&api, &market, key, &body).await,
        Err(rejection) => return rejection.into_response(),
    };
    match done {
        Ok(provisioned) => {
            let result = match provisioned.created {
                Created::New => "made",
                Created::Existing => "made before",
                _ => "running",
            };
            let tenant = &provisioned.tenant;
            audit::note(&api.manager, &market, result, Some(tenant.uid), tenant.id.as_str()).await;
            answer(&api, &provisioned)
        }
        Err(problem) => {
            let result = format!("refused: {} {}", problem.status().as_u16(), problem.kind());
            audit::note(&api.manager, &market, &result, None::<TenantUid>, "").await;
            problem.into_response()
        }
    }
}

async fn work(
    api: &MarketApi,
    market: &Market,
    key: Result<Option<String>, Problem>,
    body: &RawValue,
) -> Result<Provisioned, Problem> {
    // Two readings: a struct knows its members only, and a forbidden one may be anywhere.
    let whole: serde_json::Value = serde_json::from_str(body.get()).map_err(|error| unreadable(&error))?;
    if let Some(name) = forbidden(&whole) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "forbidden-member",
            "A market does not choose where a tenant lives",
        )
        .member("member", name)
        .detail(format!("leave {name} out; the service decides where its tenants live")));
    }
    let body: ProvisionBody = serde_json::from_str(body.get()).map_err(|error| reject(&whole, &error))?;
    let key = key?;
    if key.is_none() && body.external_id.is_none() && body.tenant_id.is_none() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "no-identity",
            "Nothing tells this tenant from others",
        )
        .detail(
            "send the header Idempotency-Key, or external_id, or tenant_id, so that a repeat makes no second tenant",
        ));
    }
    let (body, canonical) = body.canonical();
    let config = body.config(&market.name)?;
    if let Some(manifest) = &api.manifest {
        offer::check(manifest, &config)?;
    }
    let request = ProvisionRequest::new(format!("market:{}", market.name), key, canonical.as_bytes());
    api.manager
        .provision(config, request, api.deadline)
        .await
        .map_err(refused)
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "invalid-body",
        "The body is not what is expected",
    )
    .detail(error.to_string())
}

/// A body that is JSON and not a `ProvisionBody`: an unknown member by its name, else serde's words.
fn reject(whole: &serde_json::Value, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let unknown = text
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .filter(|name| whole.get(name).is_some());
    match unknown {
        Some(name) => Problem::new(
            StatusCode::BAD_REQUEST,
            "unknown-member",
            "The body has a member that is not known",
        )
        .member("member", name)
        .detail(text),
        None => unreadable(error),
    }
}

/// The core's refusal as the market that asks sees it.
fn refused(error: Error) -> Problem {
    match error {
        Error::IdempotencyKeyReused => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "The idempotency key was used with another body",
        )
        .detail(error.to_string()),
        Error::NotServed {
            state: state @ (TenantState::Deleting | TenantState::Purging | TenantState::Purged),
        } => Problem::new(StatusCode::CONFLICT, "tenant-deleted", "The tenant is being deleted")
            .member("state", state.as_str())
            .detail("its name is free once its data is destroyed; until then choose another, or have it restored"),
        Error::StepFailed { .. } => {
            let cause = match &error {
                Error::StepFailed { cause, .. } => cause.as_str(),
                _ => "",
            };
            tracing::error!(%error, cause, "a tenant could not be made");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "provisioning-failed",
                "The tenant could not be made",
            )
            .retry_after(FAILED_RETRY_AFTER)
            .detail("what was begun was undone; the same call makes it anew")
        }
        other => Problem::from(other),
    }
}

fn answer(api: &MarketApi, provisioned: &Provisioned) -> Response {
    let tenant = &provisioned.tenant;
    let status = match provisioned.created {
        Created::New => StatusCode::CREATED,
        Created::Existing => StatusCode::OK,
        _ => return running(api, provisioned),
    };
    let (username, password) = match &tenant.admin_credentials {
        Some(first) => (
            first.username.clone(),
            first.password.as_ref().map(|p| p.expose().to_owned()),
        ),
        None => (String::new(), None),
    };
    let rotate_url = password.is_none().then(|| api.base_url.join(ROTATE_PATH));
    let body = ProvisionedBody {
        success: true,
        tenant_id: tenant.id.to_string(),
        tenant_url: api.base_url.join(&tenant.url),
        admin_credentials: AdminCredentials {
            username,
            password,
            rotate_url,
        },
    };
    NoStore((status, Json(body))).into_response()
}

fn running(api: &MarketApi, provisioned: &Provisioned) -> Response {
    let status_url = api
        .base_url
        .join(&format!("/api/tenant/operations/{}", provisioned.operation));
    let mut response = NoStore((
        StatusCode::ACCEPTED,
        Json(RunningBody {
            success: true,
            tenant_id: provisioned.tenant.id.to_string(),
            operation: provisioned.operation.clone(),
            state: OperationProgress::Running.to_string(),
            status_url: status_url.clone(),
        }),
    ))
    .into_response();
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(RUNNING_RETRY_AFTER.as_secs()));
    if let Ok(location) = status_url.parse() {
        headers.insert(LOCATION, location);
    }
    response
}

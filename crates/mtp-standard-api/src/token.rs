//! `POST /api/tenant/token`: sign-in, and staying signed in.

use std::sync::Arc;

use axum::{Json, extract::State};
use mtp_core::{Secret, SignedIn, TenantId};
use mtp_middleware::{ApiJson, Grant, NoStore, Problem, SignInTenant};

use crate::{
    api::{ADMIN_SCOPE, Api},
    types::{ProblemBody, TokenBody, TokenRequest},
};

/// What somebody shows to get tokens.
enum Proof {
    Password(String, Secret),
    Refresh(Secret),
}

impl TryFrom<TokenRequest> for Proof {
    type Error = Problem;

    fn try_from(request: TokenRequest) -> Result<Self, Problem> {
        match (request.username, request.password, request.refresh_token) {
            (Some(username), Some(password), None) => Ok(Self::Password(username, password)),
            (None, None, Some(token)) => Ok(Self::Refresh(token)),
            _ => Err(Problem::bad_request(
                "send either username and password, or refresh_token",
            )),
        }
    }
}

/// Signs in by a password, or by a refresh token. The request names the tenant by header, host or path.
#[utoipa::path(
    post,
    path = "/api/tenant/token",
    tag = "tenant",
    params(("X-Tenant-ID" = Option<String>, Header, description = "The tenant, unless host or path name it")),
    request_body = TokenRequest,
    responses(
        (status = 200, description = "Signed in", body = TokenBody),
        (status = 400, description = "No tenant is named, or the body is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Anything is wrong: the answer is always the same", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many sign-ins", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Not available now", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(())
)]
pub(crate) async fn token(
    State(api): State<Arc<Api>>,
    SignInTenant(tenant): SignInTenant,
    ApiJson(request): ApiJson<TokenRequest>,
) -> Result<NoStore<Json<TokenBody>>, Problem> {
    let proof = Proof::try_from(request)?;
    // Where the named tenant is not served the same work is done for a name that nobody has.
    let id = match &tenant {
        Some(handle) => handle.id().clone(),
        None => nobody()?,
    };
    let signed_in = match proof {
        Proof::Password(username, password) => api.manager.sign_in(&id, &username, &password).await?,
        Proof::Refresh(token) => api.manager.refresh(&id, &token).await?,
    };
    let signed_in = signed_in
        // The name that was verified must still be the tenant that the chain let in.
        .filter(|signed_in| tenant.as_ref().is_some_and(|handle| handle.uid() == signed_in.uid))
        .ok_or_else(Problem::unauthorized)?;
    answer(&api, &signed_in).map(|body| NoStore(Json(body)))
}

fn answer(api: &Api, signed_in: &SignedIn) -> Result<TokenBody, Problem> {
    let mut grant = Grant::new(signed_in.tenant_id.clone(), signed_in.uid, &signed_in.username);
    grant.must_change = signed_in.must_change;
    if !signed_in.must_change {
        grant.scopes.push(ADMIN_SCOPE.to_owned());
    }
    let issued = api.tokens.issue(&grant).map_err(|fault| {
        tracing::error!(%fault, "no access token was issued");
        Problem::internal()
    })?;
    Ok(TokenBody {
        access_token: issued.token.expose().to_owned(),
        token_type: "Bearer",
        expires_in: issued.expires_in,
        refresh_token: signed_in.refresh_token.expose().to_owned(),
        must_change: signed_in.must_change,
    })
}

/// A name that no tenant has: it is new, and longer than made ones are.
fn nobody() -> Result<TenantId, Problem> {
    TenantId::parse(&format!("nobody-{}", uuid::Uuid::now_v7())).map_err(|_| Problem::internal())
}

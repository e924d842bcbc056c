//! Changing a password, and setting one by a link.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use mtp_middleware::{ApiJson, Caller, Problem, TenantHandle};

use crate::{
    api::Api,
    types::{PasswordChange, PasswordSet, ProblemBody},
};

/// Changes the caller's password. Its refresh tokens end.
#[utoipa::path(
    post,
    path = "/api/tenant/password",
    tag = "tenant",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed; sign in again"),
        (status = 400, description = "The new one is too weak, or the body is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No good token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The current password is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many at once", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    tenant: TenantHandle,
    ApiJson(request): ApiJson<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let uid = tenant.uid();
    let changed = api
        .manager
        .change_password(uid, caller.subject(), &request.current, &request.new)
        .await?;
    if changed {
        return Ok(StatusCode::NO_CONTENT);
    }
    api.note(caller.subject(), "password.change", "refused", uid).await;
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "wrong-password",
        "The current password is wrong",
    ))
}

/// Sets a password by the token of a link that `credentials/rotate` made.
#[utoipa::path(
    post,
    path = "/api/tenant/set-password",
    tag = "tenant",
    request_body = PasswordSet,
    responses(
        (status = 204, description = "Set; sign in with it"),
        (status = 400, description = "The new one is too weak (the token stays good), or the body is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is wrong, used or too old", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many at once", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(())
)]
pub(crate) async fn set(
    State(api): State<Arc<Api>>,
    ApiJson(request): ApiJson<PasswordSet>,
) -> Result<StatusCode, Problem> {
    if api.manager.set_password(&request.token, &request.new).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::unauthorized().detail("the link is wrong, used or too old; ask for a new one"))
}

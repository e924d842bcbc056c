//! `ApiJson`: a JSON body read strictly.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;

use crate::{limits::BODY_TIMEOUT, respond::Problem};

/// A JSON body, with every refusal as a problem. Types derive `Deserialize` with
/// `#[serde(deny_unknown_fields)]`, so that a member that is not known is a 400 with its name; serde
/// refuses a member that comes twice by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApiJson<T>(pub T);

/// Why a body is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonRejection {
    /// 415.
    #[error("send the body as application/json")]
    MediaType,
    /// 413 and the like.
    #[error("the body cannot be read")]
    Body(#[source] BytesRejection),
    /// 408.
    #[error("the body took longer than {} s to arrive", BODY_TIMEOUT.as_secs())]
    Slow,
    /// 400.
    #[error("the body is not what is expected")]
    Json(#[source] serde_json::Error),
}

impl IntoResponse for JsonRejection {
    fn into_response(self) -> Response {
        let words = self.to_string();
        match self {
            Self::MediaType => Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(words),
            Self::Body(rejection) => Problem::of_status(rejection.status()).detail(rejection.body_text()),
            Self::Slow => Problem::of_status(StatusCode::REQUEST_TIMEOUT).detail(words),
            Self::Json(error) => {
                // serde's words name the member, what was expected, and the place.
                let text = error.to_string();
                let unknown = text
                    .strip_prefix("unknown field `")
                    .and_then(|rest| rest.split_once('`'))
                    .map(|(name, _)| name.to_owned());
                let problem = match unknown {
                    Some(name) => Problem::new(
                        StatusCode::BAD_REQUEST,
                        "unknown-member",
                        "The body has a member that is not known",
                    )
                    .member("member", name),
                    None => Problem::new(
                        StatusCode::BAD_REQUEST,
                        "invalid-body",
                        "The body is not what is expected",
                    ),
                };
                problem.detail(text)
            }
        }
        .into_response()
    }
}

impl<S, T> FromRequest<S> for ApiJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = JsonRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|kind| kind.trim().to_ascii_lowercase())
            .is_some_and(|kind| {
                kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
            });
        if !json {
            return Err(JsonRejection::MediaType);
        }
        let bytes = tokio::time::timeout(BODY_TIMEOUT, Bytes::from_request(request, state))
            .await
            .map_err(|_| JsonRejection::Slow)?
            .map_err(JsonRejection::Body)?;
        serde_json::from_slice(&bytes).map(Self).map_err(JsonRejection::Json)
    }
}

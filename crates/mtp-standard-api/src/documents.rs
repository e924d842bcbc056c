//! The service's documents: OpenAPI, manifest, public keys.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use mtp_middleware::Problem;
use sha2::{Digest, Sha256};

use crate::{api::Api, limits::JWKS_MAX_AGE_SECONDS, types::ProblemBody};

/// A document that does not change while the process runs.
pub(crate) struct Document {
    /// None where it could not be written; then it is a fault of this side.
    written: Option<(Arc<str>, HeaderValue)>,
}

impl Document {
    pub(crate) fn new(json: Result<String, serde_json::Error>) -> Self {
        let written = json
            .map_err(|error| tracing::error!(%error, "a document cannot be written as JSON"))
            .ok()
            .and_then(|json| Some((json.as_str().into(), etag(&json)?)));
        Self { written }
    }

    /// The document, or 304 where the client has it (RFC 9110 §13.1.2).
    fn answer(&self, headers: &HeaderMap) -> Response {
        let Some((json, etag)) = &self.written else {
            return Problem::internal().into_response();
        };
        let cache: [(HeaderName, HeaderValue); 2] = [
            (ETAG, etag.clone()),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        if known(headers, etag) {
            return (StatusCode::NOT_MODIFIED, cache).into_response();
        }
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (cache, kind, json.to_string()).into_response()
    }
}

fn etag(json: &str) -> Option<HeaderValue> {
    let mut tag = String::from("\"");
    for byte in &Sha256::digest(json)[..16] {
        // Writing into a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag.parse().ok()
}

/// Whether `If-None-Match` names this version; compared weakly, as the RFC asks.
fn known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/").as_bytes() == etag.as_bytes())
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "service",
    params(("If-None-Match" = Option<String>, Header, description = "Versions that the client has")),
    responses(
        (status = 200, description = "An OpenAPI document", body = serde_json::Value),
        (status = 304, description = "The client has it"),
    ),
    security(())
)]
pub(crate) async fn openapi(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    api.openapi.answer(&headers)
}

/// What the service is, and what can be bought.
#[utoipa::path(
    get,
    path = "/api/manifest",
    tag = "service",
    params(("If-None-Match" = Option<String>, Header, description = "Versions that the client has")),
    responses(
        (status = 200, description = "The manifest", body = serde_json::Value),
        (status = 304, description = "The client has it"),
        (status = 404, description = "The service has none", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(())
)]
pub(crate) async fn manifest(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    match &api.manifest {
        Some(manifest) => manifest.answer(&headers),
        None => Problem::not_found()
            .detail("this service has no manifest")
            .into_response(),
    }
}

/// The public keys of the service's access tokens (RFC 7517).
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "service",
    responses((status = 200, description = "The keys", body = serde_json::Value)),
    security(())
)]
pub(crate) async fn jwks(State(api): State<Arc<Api>>) -> Response {
    let cache = [(CACHE_CONTROL, format!("public, max-age={JWKS_MAX_AGE_SECONDS}"))];
    (cache, Json(api.tokens.jwks())).into_response()
}

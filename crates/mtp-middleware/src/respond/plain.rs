//! Plain-text and empty errors of the layers below, axum's own above all, as problems.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body_util::{BodyExt, Limited};

use crate::{
    limits::MAX_PLAIN_ERROR_BYTES,
    respond::{KeepBody, Problem},
};

/// Whether an answer is an error that says nothing in a format: a status of 400 or more with no
/// content type (axum's 404 and 405) or with `text/plain` (its rejections). A service that answers
/// errors in a format of its own has another content type, or puts [`KeepBody`] into the extensions.
pub(crate) fn is_plain_error(response: &Response) -> bool {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || response.extensions().get::<KeepBody>().is_some() {
        return false;
    }
    match response.headers().get(CONTENT_TYPE) {
        None => true,
        Some(kind) => kind.as_bytes().to_ascii_lowercase().starts_with(b"text/plain"),
    }
}

/// The same answer as a problem: status and headers (`Allow` among them) kept. The text becomes the
/// detail where the client is at fault; what a fault of this side says goes to the log only.
pub(crate) async fn problem_from_plain(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let text = read(body).await;
    let mut problem = Problem::of_status(parts.status);
    if parts.status.is_client_error() {
        if let Some(text) = text {
            problem = problem.detail(text);
        }
    } else {
        tracing::error!(
            status = parts.status.as_u16(),
            text = text.unwrap_or_default(),
            "a handler failed"
        );
        if parts.status == StatusCode::INTERNAL_SERVER_ERROR {
            problem = Problem::internal();
        }
    }
    let mut answer = problem.into_response();
    carry(parts.headers, answer.headers_mut());
    *answer.extensions_mut() = parts.extensions;
    answer
}

fn carry(from: HeaderMap, into: &mut HeaderMap) {
    let mut last = None;
    for (name, value) in from {
        // A name is given once, with its first value; its further values follow without.
        if name.is_some() {
            last = name;
        }
        if let Some(name) = &last
            && *name != CONTENT_TYPE
            && *name != CONTENT_LENGTH
        {
            into.append(name.clone(), value);
        }
    }
}

async fn read(body: Body) -> Option<String> {
    let bytes = Limited::new(body, MAX_PLAIN_ERROR_BYTES)
        .collect()
        .await
        .ok()?
        .to_bytes();
    let text = std::str::from_utf8(&bytes).ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

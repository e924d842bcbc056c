//! A refusal as clients see it.

use std::{borrow::Cow, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::{Map, Value};

/// The media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A refusal: status, a stable kind (`type` is `urn:mtp:problem:<kind>`), a title, and words for
/// this case. It holds only what a client may read; causes belong into the log.
///
/// Handlers return it: `Result<T, Problem>`, and `?` turns an [`mtp_core::Error`] into one.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    kind: Cow<'static, str>,
    title: Cow<'static, str>,
    detail: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    challenge: bool,
    members: Option<Box<Map<String, Value>>>,
}

impl Problem {
    /// A problem of a kind (`a-z0-9-`, part of the interface) with a title that is the same each time.
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            status,
            kind: Cow::Borrowed(kind),
            title: Cow::Borrowed(title),
            detail: None,
            retry_after: None,
            challenge: false,
            members: None,
        }
    }

    /// The problem of a bare status: kind and title from its reason phrase.
    pub fn of_status(status: StatusCode) -> Self {
        let title = status.canonical_reason().unwrap_or("Refused");
        let kind = title
            .to_ascii_lowercase()
            .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Self {
            kind: Cow::Owned(kind),
            ..Self::new(status, "", title)
        }
    }

    /// 400: the request cannot be meant.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "Bad request").detail(detail)
    }

    /// 401, the same in every case: nobody learns from it who is a customer or what was wrong
    /// with a credential.
    pub fn unauthorized() -> Self {
        let mut problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "A valid credential is needed",
        )
        .detail("send a valid credential: a bearer token of this tenant in Authorization, or a market's key in X-API-Key where the route takes one");
        problem.challenge = true;
        problem
    }

    /// 403 for a good credential of another tenant than the named one, whether that one exists or not.
    pub fn foreign_tenant() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign-tenant",
            "The credential is not for this tenant",
        )
        .detail("use a credential of the tenant that the request names")
    }

    /// 403 for a good credential of a suspended tenant.
    pub fn suspended() -> Self {
        Self::new(StatusCode::FORBIDDEN, "tenant-suspended", "The tenant is suspended")
            .detail("its data is kept; ask whoever sold the service to resume it")
    }

    /// 403 for a token that may only change the password.
    pub fn password_change_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "password-change-required",
            "The password must be changed first",
        )
        .detail("this token can only change the password; then sign in again")
    }

    /// 403 for a caller without a right.
    pub fn missing_scope(scope: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "missing-scope", "The caller lacks a right")
            .detail(format!("the scope {scope} is needed"))
    }

    /// 404. Another tenant's object is this too.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found")
    }

    /// 429, with the time when it will be let through.
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "Too many requests").retry_after(retry_after)
    }

    /// 503, with the time when to come back.
    pub fn unavailable(retry_after: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available now").retry_after(retry_after)
    }

    /// 500: a fault on this side. The cause belongs into the log.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error")
            .detail("the fault is on this side and was logged")
    }

    /// Words for this case, fit for a client.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// When coming back helps (`Retry-After`, whole seconds, rounded up, at least 1).
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// A further member (RFC 9457 §3.2).
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members
            .get_or_insert_default()
            .insert(name.to_owned(), value.into());
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The kind: the end of `type`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The body alone.
    pub fn to_json(&self) -> Value {
        let mut body = self.members.as_deref().cloned().unwrap_or_default();
        body.insert("type".into(), format!("urn:mtp:problem:{}", self.kind).into());
        body.insert("title".into(), self.title.as_ref().into());
        body.insert("status".into(), self.status.as_u16().into());
        if let Some(detail) = &self.detail {
            body.insert("detail".into(), detail.as_ref().into());
        }
        Value::Object(body)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_json().to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        response
    }
}

/// An answer with a secret in it: `Cache-Control: no-store` (RFC 9111 §5.2.2.5).
#[derive(Debug, Clone)]
pub struct NoStore<T>(pub T);

impl<T: IntoResponse> IntoResponse for NoStore<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// Marks an error answer (as a response extension) whose plain-text body must be left as it is.
#[derive(Debug, Clone, Copy)]
pub struct KeepBody;

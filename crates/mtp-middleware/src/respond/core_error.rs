//! From the core's errors to answers: the only map there is.

use http::StatusCode;
use mtp_core::{Error, ErrorKind};

use crate::{limits::NOT_READY_RETRY_AFTER, respond::Problem};

impl From<Error> for Problem {
    /// The client reads the error's own words where they are for it, and never its source; faults of
    /// this side go to the log with the whole chain of causes.
    fn from(error: Error) -> Self {
        let problem = match (&error, error.kind()) {
            (Error::TenantExists { .. }, _) => {
                Self::new(StatusCode::CONFLICT, "tenant-exists", "The tenant exists").detail(error.to_string())
            }
            (Error::TenantDiffers { field }, _) => Self::new(
                StatusCode::CONFLICT,
                "tenant-differs",
                "The tenant exists with other attributes",
            )
            .member("field", *field)
            .detail(error.to_string()),
            (Error::WrongState { state, .. }, _) => Self::new(
                StatusCode::CONFLICT,
                "wrong-state",
                "The tenant's state does not allow it",
            )
            .member("state", state.as_str())
            .detail(error.to_string()),
            (Error::Invalid { field, .. }, _) => {
                Self::new(StatusCode::BAD_REQUEST, "invalid", "A value is not allowed")
                    .member("field", *field)
                    .detail(error.to_string())
            }
            (_, ErrorKind::Invalid) => Self::bad_request(error.to_string()),
            (_, ErrorKind::NotFound) => Self::not_found(),
            (_, ErrorKind::Conflict) => Self::new(StatusCode::CONFLICT, "conflict", "It collides with what is there"),
            (Error::NotServed { state }, _) => not_served(*state),
            (_, ErrorKind::NotServed) => Self::unavailable(NOT_READY_RETRY_AFTER),
            (_, ErrorKind::Unavailable) => {
                log(&error, tracing::Level::WARN);
                Self::unavailable(error.retry_after().unwrap_or(NOT_READY_RETRY_AFTER))
            }
            (_, ErrorKind::Timeout) => {
                log(&error, tracing::Level::WARN);
                Self::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "It took longer than it may")
                    .detail("what was asked took longer than the tenant's statements may; ask for less at once")
            }
            (_, ErrorKind::Busy) => Self::rate_limited(error.retry_after().unwrap_or(NOT_READY_RETRY_AFTER)),
            _ => {
                log(&error, tracing::Level::ERROR);
                Self::internal()
            }
        };
        match error.retry_after() {
            Some(after) => problem.retry_after(after),
            None => problem,
        }
    }
}

/// The answer of a tenant that its own caller finds not served. One that is being deleted has no
/// callers any more.
fn not_served(state: mtp_core::TenantState) -> Problem {
    use mtp_core::TenantState as S;
    match state {
        S::Suspended => Problem::suspended(),
        S::Failed | S::Deleting | S::Purging | S::Purged => Problem::unauthorized(),
        _ => Problem::unavailable(NOT_READY_RETRY_AFTER),
    }
}

fn log(error: &Error, level: tracing::Level) {
    let mut causes = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        causes.push_str(": ");
        causes.push_str(&source.to_string());
        cause = source.source();
    }
    if level == tracing::Level::ERROR {
        tracing::error!(error = %causes, "a request failed");
    } else {
        tracing::warn!(error = %causes, "a request found something not available");
    }
}

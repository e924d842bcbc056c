//! The one error of the crate, and the kind that callers decide by.

use std::time::Duration;

use crate::tenant::{TenantId, TenantIdError, TenantState};

/// A cause from below, kept for logs, never for clients.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. `Display` says what to do next and never repeats the cause; follow
/// [`source`](std::error::Error::source) for that, in logs only.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A tenant with this id exists (until its purge is verified).
    #[error("the tenant id is taken until that tenant is purged; choose another")]
    TenantExists {
        /// The id that is taken.
        id: TenantId,
    },
    /// The same call made a tenant before, with other attributes.
    #[error("this tenant exists with another {field}; ask for it with the same attributes, or update it")]
    TenantDiffers {
        /// The first attribute that differs.
        field: &'static str,
    },
    /// The caller's key for a call stands for another call.
    #[error("this idempotency key was used with another body; use a new key")]
    IdempotencyKeyReused,
    /// There is no such tenant.
    #[error("there is no such tenant")]
    TenantNotFound,
    /// The tenant exists and is not served.
    #[error("the tenant is {state} and not served")]
    NotServed {
        /// Where it stands.
        state: TenantState,
    },
    /// The move is not drawn in the tenant's life.
    #[error("a tenant that is {state} cannot be {action}")]
    WrongState {
        /// What was asked, as a participle.
        action: &'static str,
        /// Where it stands.
        state: TenantState,
    },
    /// An argument breaks a rule.
    #[error("{field}: {problem}")]
    Invalid {
        /// The argument's name.
        field: &'static str,
        /// The rule, and what is allowed.
        problem: String,
    },
    /// Something that is needed does not answer now.
    #[error("{what} is not available now; try again after {} s", retry_after.as_secs().max(1))]
    Unavailable {
        /// What does not answer.
        what: &'static str,
        /// When to come back.
        retry_after: Duration,
        /// Why.
        source: Option<BoxError>,
    },
    /// The lease of a lifecycle operation went to another process; this one must stop.
    #[error("another process took this operation over; nothing more is done here")]
    Fenced,
    /// A lifecycle step failed for good and its flow was undone.
    #[error("{flow} stopped at step {step} and was undone; see the cause, mend it, and ask again")]
    StepFailed {
        /// The flow.
        flow: &'static str,
        /// The step.
        step: String,
        /// Why, in words fit for the operator.
        cause: String,
    },
    /// A configuration that must not be served.
    #[error("{0}")]
    Config(String),
    /// The walls are not up; nothing is served.
    #[cfg(feature = "_db")]
    #[error("a wall is down ({} findings); run the doctor and do what each finding says", .0.len())]
    WallDown(Vec<crate::doctor::Finding>),
    /// The statement may not run for a tenant.
    #[cfg(feature = "_db")]
    #[error(transparent)]
    Statement(#[from] crate::rewrite::Refusal),
    /// The database refused, or went away.
    #[cfg(feature = "_db")]
    #[error("the database did not do it ({})", .0.kind())]
    Database(#[from] crate::db::DatabaseFault),
    /// A key or a sealed secret could not be used.
    #[cfg(feature = "_db")]
    #[error("a key or sealed secret cannot be used; check the master key")]
    Keys(#[from] crate::keys::KeyError),
    /// The system gave no random bytes.
    #[cfg(feature = "_db")]
    #[error("the system gave no random bytes")]
    Random(#[from] crate::random::RandomError),
    /// A password could not be handled.
    #[cfg(feature = "_db")]
    #[error(transparent)]
    Password(#[from] crate::password::PasswordError),
    /// The migration files or their application.
    #[cfg(feature = "_db")]
    #[error(transparent)]
    Migration(#[from] crate::migrate::MigrationError),
    /// Reading or writing a file.
    #[error("{what}: the file system refused")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A fault of this library or of data that only it writes.
    #[error("unexpected: {0}")]
    Internal(&'static str),
}

/// What a caller can do about an [`Error`]; the base of every HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's argument is wrong.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// It collides with something that exists, or with the state it is in.
    Conflict,
    /// It exists and is not served.
    NotServed,
    /// Come back later.
    Unavailable,
    /// It took longer than it may.
    Timeout,
    /// Too much at once; come back later.
    Busy,
    /// A fault on this side.
    Internal,
}

impl Error {
    /// A refused argument.
    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            problem: problem.into(),
        }
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::TenantNotFound => ErrorKind::NotFound,
            Self::TenantExists { .. }
            | Self::TenantDiffers { .. }
            | Self::IdempotencyKeyReused
            | Self::WrongState { .. } => ErrorKind::Conflict,
            Self::NotServed { .. } => ErrorKind::NotServed,
            Self::Unavailable { .. } => ErrorKind::Unavailable,
            #[cfg(feature = "_db")]
            Self::Database(fault) => fault.error_kind(),
            #[cfg(feature = "_db")]
            Self::Password(crate::password::PasswordError::Busy { .. }) => ErrorKind::Busy,
            #[cfg(feature = "_db")]
            Self::Password(crate::password::PasswordError::Policy(_)) => ErrorKind::Invalid,
            _ => ErrorKind::Internal,
        }
    }

    /// When to come back, where coming back helps.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } => Some(*retry_after),
            #[cfg(feature = "_db")]
            Self::Database(fault) => fault.retry_after(),
            #[cfg(feature = "_db")]
            Self::Password(crate::password::PasswordError::Busy { .. }) => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

impl From<TenantIdError> for Error {
    fn from(error: TenantIdError) -> Self {
        Self::invalid("tenant_id", error.to_string())
    }
}

impl From<crate::secret::DsnError> for Error {
    fn from(error: crate::secret::DsnError) -> Self {
        Self::invalid("database_url", error.to_string())
    }
}

/// The longest text of an error that is kept or shown to an operator, in characters.
#[cfg(feature = "_db")]
const MAX_ERROR_TEXT: usize = 2000;

/// The whole chain of causes, for the operator; no secret is in any of our errors.
#[cfg(feature = "_db")]
pub(crate) fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(e) = cause {
        text.push_str(": ");
        text.push_str(&e.to_string());
        cause = e.source();
    }
    text.chars().take(MAX_ERROR_TEXT).collect()
}

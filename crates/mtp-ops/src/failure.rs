//! What a verb ends with when it does not end well.

use std::{error::Error as _, io};

use mtp_core::{BoxError, Error, ErrorKind, Finding};

/// Why a verb did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The core refused, or could not.
    #[error(transparent)]
    Core(#[from] Error),
    /// The service's own configuration.
    #[error("the service cannot be set up: {0}")]
    Setup(BoxError),
    /// An argument that clap cannot judge.
    #[error("{0}")]
    Usage(String),
    /// The operator did not confirm.
    #[error("{0}")]
    Refused(String),
    /// Printing.
    #[error("the result could not be printed: {0}")]
    Print(#[from] io::Error),
    /// A value that is no JSON.
    #[error("the result could not be printed as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// 2 where the call is wrong, else 1.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Core(e) if e.kind() == ErrorKind::Invalid => 2,
            _ => 1,
        }
    }

    /// A stable word for it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Refused(_) => "not_confirmed",
            Self::Setup(_) => "configuration",
            Self::Print(_) | Self::Json(_) => "output",
            Self::Core(e) => match e.kind() {
                ErrorKind::Invalid => "invalid",
                ErrorKind::NotFound => "not_found",
                ErrorKind::Conflict => "conflict",
                ErrorKind::NotServed => "not_served",
                ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Busy => "unavailable",
                _ => "internal",
            },
        }
    }

    /// What to say, causes included: it is for the operator alone, and no error of ours holds a secret.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Core(e) => chain(e),
            other => other.to_string(),
        }
    }

    /// The walls that are down, where that is why.
    pub(crate) fn findings(&self) -> &[Finding] {
        match self {
            Self::Core(Error::WallDown(findings)) => findings,
            _ => &[],
        }
    }
}

/// An error and all its causes; one that repeats the text before it is left out.
pub(crate) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    if let Error::StepFailed { cause, .. } = error {
        text = format!("{text}: {cause}");
    }
    let mut cause = error.source();
    while let Some(e) = cause {
        let said = e.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = e.source();
    }
    text
}

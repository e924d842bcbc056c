//! What a task ends with when it does not end well: one text for a person.

use std::fmt;
use std::process::ExitCode;

/// What every task returns.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// A task's failure: what went wrong and what to do next, in one text.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something did not work.
    Failed(String),
    /// Ctrl-C or a termination signal arrived; everything was taken down in order.
    Interrupted,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self::Failed(what.into())
    }

    /// 1, or 130 as a shell does after Ctrl-C.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Failed(_) => ExitCode::FAILURE,
            Self::Interrupted => ExitCode::from(130),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(what) => f.write_str(what),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

/// Adds what was being done to an error of any kind.
pub(crate) trait Doing<T> {
    /// Turns the error into a [`Failure`] that begins with `what`.
    fn doing(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|e| Failure::new(format!("{what}: {e}")))
    }
}

//! Why a platform does not start.

use crate::env::BadSetting;

/// Why a platform does not start. `Display` says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings that are not allowed, all of them.
    #[error("{}", list(.0))]
    Settings(Vec<BadSetting>),
    /// The core could not start.
    #[error("{0}")]
    Core(#[source] mtp_core::Error),
    /// A file could not be read or written.
    #[error("{what}: the file system refused; see that the folder exists and is yours")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The routes of the service and of the platform contradict each other.
    #[cfg(feature = "middleware")]
    #[error("{0}")]
    Routes(#[source] mtp_middleware::RouteTableError),
    /// A key that signs tokens cannot be used.
    #[cfg(feature = "middleware")]
    #[error("a key that signs tokens cannot be used")]
    SigningKey(#[source] mtp_middleware::KeyFault),
}

fn list(bad: &[BadSetting]) -> String {
    bad.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Error {
    pub(crate) fn setting(name: &'static str, allowed: impl Into<String>) -> Self {
        Self::Settings(vec![BadSetting {
            name,
            allowed: allowed.into(),
        }])
    }
}

impl From<mtp_core::Error> for Error {
    fn from(error: mtp_core::Error) -> Self {
        Self::Core(error)
    }
}

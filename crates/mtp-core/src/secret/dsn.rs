//! A database URL that does not show who logs in where.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::Secret;
use crate::limits::MAX_DSN_BYTES;

/// Schemes that name a database this library knows.
const SCHEMES: [&str; 5] = ["postgres", "postgresql", "mysql", "mariadb", "sqlite"];

/// A database URL (`postgres://user:password@host/name`, `mysql://…`, `mariadb://…`, `sqlite:path`).
///
/// Debug and Display show the scheme alone: user, password, host, database name and file path all tell an attacker
/// something, and the catalogue knows a server by its own name.
#[derive(Clone)]
pub struct Dsn {
    text: Secret,
    scheme: &'static str,
}

impl Dsn {
    /// Checks the form, not whether anything answers there.
    ///
    /// # Errors
    /// [`DsnError`], which never repeats the text.
    pub fn parse(text: impl Into<Secret>) -> Result<Self, DsnError> {
        let text = text.into();
        let url = text.expose();
        if url.len() > MAX_DSN_BYTES {
            return Err(DsnError::TooLong);
        }
        if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(DsnError::Blank);
        }
        let (name, rest) = url.split_once(':').ok_or(DsnError::Scheme)?;
        let scheme = SCHEMES
            .into_iter()
            .find(|known| name.eq_ignore_ascii_case(known))
            .ok_or(DsnError::Scheme)?;
        // SQLite names a file or memory; all others a host behind "//".
        let target = if scheme == "sqlite" {
            Some(rest)
        } else {
            rest.strip_prefix("//")
        };
        match target {
            Some(target) if !target.trim_start_matches('/').is_empty() => Ok(Self { text, scheme }),
            _ => Err(DsnError::Target),
        }
    }

    /// The whole URL, password included, for the driver.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// The scheme in small letters: `postgres`, `postgresql`, `mysql`, `mariadb` or `sqlite`.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }
}

impl fmt::Display for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://***", self.scheme)
    }
}

impl fmt::Debug for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dsn({self})")
    }
}

impl FromStr for Dsn {
    type Err = DsnError;

    fn from_str(text: &str) -> Result<Self, DsnError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Dsn {
    type Error = DsnError;

    fn try_from(text: String) -> Result<Self, DsnError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Dsn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(Secret::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Why a text is no database URL. The text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DsnError {
    /// The scheme is absent or not one of ours.
    #[error("a database URL begins with postgres://, mysql://, mariadb:// or sqlite:")]
    Scheme,
    /// Nothing stands behind the scheme.
    #[error("a database URL names a host (postgres://user:password@host/name) or a file (sqlite:path)")]
    Target,
    /// Blank or control characters.
    #[error("a database URL has no blanks or control characters: write them as %20 and the like")]
    Blank,
    /// Longer than [`MAX_DSN_BYTES`].
    #[error("a database URL has at most {MAX_DSN_BYTES} bytes")]
    TooLong,
}

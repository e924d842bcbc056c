//! `ServiceId`: the short id of a service built on the platform.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::limits::MAX_SERVICE_ID_LEN;

/// A service's short id: 1 to 16 of `a-z0-9_`, starting with a letter. It stands in the names of
/// logins and databases, so it is as narrow as the narrowest of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceId(Arc<str>);

/// Why a text is no [`ServiceId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a service id has 1 to {MAX_SERVICE_ID_LEN} characters of a-z, 0-9 and '_' and starts with a letter")]
pub struct ServiceIdError;

impl ServiceId {
    /// Reads a service id.
    ///
    /// # Errors
    /// [`ServiceIdError`] where the text is none.
    pub fn parse(text: &str) -> Result<Self, ServiceIdError> {
        let fits = !text.is_empty() && text.len() <= MAX_SERVICE_ID_LEN;
        let chars = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if fits && chars && text.starts_with(|c: char| c.is_ascii_lowercase()) {
            Ok(Self(text.into()))
        } else {
            Err(ServiceIdError)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ServiceId {
    type Err = ServiceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ServiceId {
    type Error = ServiceIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ServiceId> for String {
    fn from(id: ServiceId) -> Self {
        id.as_str().to_owned()
    }
}

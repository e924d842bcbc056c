//! Whose a key is and what a sealed value is for: the names that are bound into every ciphertext.

use std::borrow::Cow;
use std::fmt;

use uuid::Uuid;

use super::{KeyError, aead};
use crate::limits::{MAX_PURPOSE_BYTES, MAX_RECORD_BYTES};
use crate::{ServiceId, TenantUid};

/// Whose data key. A tenant is bound by its uid: a name used again inherits nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum KeyScope {
    /// One tenant's.
    Tenant(TenantUid),
    /// The service's own: signing keys, logins of servers, central provider keys.
    Service(ServiceId),
}

impl KeyScope {
    /// Kind and name, to be bound in. The kind stands first: a service cannot be named like a tenant.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Tenant(uid) => aead::fields(&[b"tenant", uid.as_uuid().as_bytes()]),
            Self::Service(id) => aead::fields(&[b"service", id.as_str().as_bytes()]),
        }
    }
}

/// `tenant:<uid>` or `service:<id>`: what the catalogue stores, so it must stay as it is.
impl fmt::Display for KeyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant(uid) => write!(f, "tenant:{uid}"),
            Self::Service(id) => write!(f, "service:{id}"),
        }
    }
}

/// The name of one version of one data key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DataKeyRef {
    /// Whose it is.
    pub scope: KeyScope,
    /// The key, the same for all its versions.
    pub id: Uuid,
    /// The version, from 1.
    pub version: u32,
}

impl DataKeyRef {
    /// What a master key binds when it wraps this data key.
    pub(super) fn wrap_names(&self) -> Vec<u8> {
        aead::fields(&[&self.scope.bytes(), self.id.as_bytes(), &self.version.to_be_bytes()])
    }

    /// What a value sealed with this data key binds.
    pub(super) fn seal_names(&self, purpose: &Purpose, record: &str) -> Result<Vec<u8>, KeyError> {
        if record.is_empty() || record.len() > MAX_RECORD_BYTES {
            return Err(KeyError::BadName {
                what: "the record of a sealed value has 1-255 bytes",
            });
        }
        Ok(aead::fields(&[
            &self.scope.bytes(),
            purpose.as_str().as_bytes(),
            self.id.as_bytes(),
            &self.version.to_be_bytes(),
            record.as_bytes(),
        ]))
    }
}

/// What a sealed value is for. A value sealed for one purpose does not open for another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Purpose(Cow<'static, str>);

impl Purpose {
    /// The password of a database login that the library made.
    pub const LOGIN_PASSWORD: Self = Self(Cow::Borrowed("login-password"));
    /// The database URL of a server, or one that a tenant brought.
    pub const DATABASE_URL: Self = Self(Cow::Borrowed("database-url"));
    /// An answer with credentials in it, kept to be repeated.
    pub const STORED_ANSWER: Self = Self(Cow::Borrowed("stored-answer"));
    /// A private key that signs our tokens.
    pub const SIGNING_KEY: Self = Self(Cow::Borrowed("signing-key"));
    /// A secret of the sealed database context.
    pub const SEAL_SECRET: Self = Self(Cow::Borrowed("seal-secret"));
    /// A provider's API key (LLM, embedding, vector database, reranker).
    pub const PROVIDER_KEY: Self = Self(Cow::Borrowed("provider-key"));
    /// The secret that signs webhooks.
    pub const WEBHOOK_SECRET: Self = Self(Cow::Borrowed("webhook-secret"));
    /// A tenant's setting that is marked sensitive.
    pub const SETTING: Self = Self(Cow::Borrowed("setting"));

    /// A purpose of a service's own.
    ///
    /// # Errors
    /// [`KeyError::BadName`] unless the name is 1–63 of `a-z0-9_-`.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self, KeyError> {
        let name = name.into();
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > MAX_PURPOSE_BYTES || !name.bytes().all(fits) {
            return Err(KeyError::BadName {
                what: "a purpose is 1-63 of a-z, 0-9, '-' and '_'",
            });
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

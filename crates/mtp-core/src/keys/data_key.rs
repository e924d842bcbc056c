//! Data keys: the key of one tenant or service, in versions, and the bytes of a key.

use std::fmt;

use secrecy::{ExposeSecret as _, ExposeSecretMut as _, SecretBox};
use uuid::Uuid;

use super::{DataKeyRef, KeyError, KeyScope};
use crate::random::{self, RandomError};

/// The 32 bytes of a symmetric key: on the heap (a move leaves no copy), zeroed on drop, masked in Debug.
pub struct KeyBytes(SecretBox<[u8; 32]>);

impl KeyBytes {
    /// 32 bytes from the system's generator.
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn generate() -> Result<Self, RandomError> {
        let mut bytes = SecretBox::<[u8; 32]>::default();
        random::fill(bytes.expose_secret_mut())?;
        Ok(Self(bytes))
    }

    /// A copy of 32 bytes; the caller wipes its own.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for any other length.
    pub fn from_slice(slice: &[u8]) -> Result<Self, KeyError> {
        let given: &[u8; 32] = slice.try_into().map_err(|_| KeyError::Malformed {
            what: "a key of 32 bytes",
        })?;
        Ok(Self(SecretBox::init_with_mut(|bytes: &mut [u8; 32]| {
            bytes.copy_from_slice(given);
        })))
    }

    /// The bytes, for a cipher or a [`KeyManagement`](super::KeyManagement).
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl Clone for KeyBytes {
    fn clone(&self) -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; 32]| {
            bytes.copy_from_slice(self.expose());
        }))
    }
}

impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyBytes(***)")
    }
}

/// One version of the key that seals a tenant's (or the service's) secrets.
#[derive(Debug, Clone)]
pub struct DataKey {
    name: DataKeyRef,
    bytes: KeyBytes,
}

impl DataKey {
    /// A new key, version 1, with a new id (`UUIDv7`).
    ///
    /// # Errors
    /// [`KeyError::Random`].
    pub fn generate(scope: KeyScope) -> Result<Self, KeyError> {
        Ok(Self {
            name: DataKeyRef {
                scope,
                id: Uuid::now_v7(),
                version: 1,
            },
            bytes: KeyBytes::generate()?,
        })
    }

    /// The next version: same scope and id, new bytes.
    ///
    /// # Errors
    /// [`KeyError::Random`]; [`KeyError::BadName`] after 2³² versions.
    pub fn next_version(&self) -> Result<Self, KeyError> {
        let what = "a data key has no more than 2^32 - 1 versions: make a new one";
        let version = self.name.version.checked_add(1).ok_or(KeyError::BadName { what })?;
        Ok(Self {
            name: DataKeyRef {
                version,
                ..self.name.clone()
            },
            bytes: KeyBytes::generate()?,
        })
    }

    pub(super) fn from_parts(name: DataKeyRef, bytes: KeyBytes) -> Self {
        Self { name, bytes }
    }

    /// Scope, id and version.
    pub fn name(&self) -> &DataKeyRef {
        &self.name
    }

    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.bytes
    }
}

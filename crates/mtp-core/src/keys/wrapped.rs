//! Wrapped data keys: what the catalogue stores of a data key.
//!
//! Format 1: `mtpw` ‖ 1 ‖ data key id (16) ‖ version (4, big endian) ‖ length of the master key's name (1) ‖ name ‖
//! what the master key made. All but the last is bound as context and stands here only so that a row explains itself.

use std::fmt;

use uuid::Uuid;

use super::{DataKey, DataKeyRef, KeyError, KeyManagement, MasterKeyId, WrappedBytes};
use crate::limits::MAX_WRAPPED_KEY_BYTES;

const MAGIC: [u8; 5] = *b"mtpw\x01";
const WHAT: &str = "a wrapped data key";

/// A data key that only its master key can read, ready for a BLOB column.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedDataKey {
    id: Uuid,
    version: u32,
    inner: WrappedBytes,
}

impl WrappedDataKey {
    /// Reads the stored form.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        const MALFORMED: KeyError = KeyError::Malformed { what: WHAT };
        if bytes.len() > MAX_WRAPPED_KEY_BYTES {
            return Err(MALFORMED);
        }
        let rest = bytes.strip_prefix(&MAGIC).ok_or(MALFORMED)?;
        let (id, rest) = rest.split_first_chunk::<16>().ok_or(MALFORMED)?;
        let (version, rest) = rest.split_first_chunk::<4>().ok_or(MALFORMED)?;
        let (length, rest) = rest.split_first().ok_or(MALFORMED)?;
        let (master, wrapped) = rest.split_at_checked(usize::from(*length)).ok_or(MALFORMED)?;
        let master = str::from_utf8(master).map_err(|_| MALFORMED)?;
        let master = MasterKeyId::new(master).map_err(|_| MALFORMED)?;
        if wrapped.is_empty() {
            return Err(MALFORMED);
        }
        let inner = WrappedBytes {
            master,
            bytes: wrapped.to_vec(),
        };
        Ok(Self {
            id: Uuid::from_bytes(*id),
            version: u32::from_be_bytes(*version),
            inner,
        })
    }

    /// The form to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let master = self.inner.master.as_str();
        let mut bytes = Vec::with_capacity(MAGIC.len() + 21 + master.len() + self.inner.bytes.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&self.version.to_be_bytes());
        // A MasterKeyId has at most 128 bytes.
        bytes.push(u8::try_from(master.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(master.as_bytes());
        bytes.extend_from_slice(&self.inner.bytes);
        bytes
    }

    /// The data key's id.
    pub fn key_id(&self) -> Uuid {
        self.id
    }

    /// The data key's version.
    pub fn key_version(&self) -> u32 {
        self.version
    }

    /// The master key that wrapped it.
    pub fn master(&self) -> &MasterKeyId {
        &self.inner.master
    }

    /// The data key, if it is the one that the row is for.
    ///
    /// # Errors
    /// [`KeyError::Misplaced`] where it names another key or version; [`KeyError::WrongCommitment`] where it is
    /// another scope's or altered; those of [`KeyManagement::unwrap`].
    pub async fn unwrap(&self, keys: &dyn KeyManagement, expected: &DataKeyRef) -> Result<DataKey, KeyError> {
        self.check(expected)?;
        let bytes = keys.unwrap(&self.inner, &expected.wrap_names()).await?;
        Ok(DataKey::from_parts(expected.clone(), bytes))
    }

    /// Wrapped by the current master key, or none if it is already: safe to repeat. The data key, and all that it
    /// sealed, stays the same.
    ///
    /// # Errors
    /// Those of [`unwrap`](WrappedDataKey::unwrap) and [`KeyManagement::rewrap`].
    pub async fn rewrap(&self, keys: &dyn KeyManagement, expected: &DataKeyRef) -> Result<Option<Self>, KeyError> {
        self.check(expected)?;
        if !keys.needs_rewrap(&self.inner.master).await? {
            return Ok(None);
        }
        let inner = keys.rewrap(&self.inner, &expected.wrap_names()).await?;
        Ok(Some(Self {
            id: self.id,
            version: self.version,
            inner,
        }))
    }

    fn check(&self, expected: &DataKeyRef) -> Result<(), KeyError> {
        if (self.id, self.version) == (expected.id, expected.version) {
            return Ok(());
        }
        Err(KeyError::Misplaced {
            expected: expected.id,
            expected_version: expected.version,
            found: self.id,
            found_version: self.version,
        })
    }
}

impl fmt::Debug for WrappedDataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, version, inner } = self;
        write!(
            f,
            "WrappedDataKey(key {id} v{version}, by {}, {} bytes)",
            inner.master,
            inner.bytes.len()
        )
    }
}

impl DataKey {
    /// Wraps this key for the catalogue.
    ///
    /// # Errors
    /// Those of [`KeyManagement::wrap`].
    pub async fn wrap(&self, keys: &dyn KeyManagement) -> Result<WrappedDataKey, KeyError> {
        let name = self.name();
        let inner = keys.wrap(self.bytes(), &name.wrap_names()).await?;
        Ok(WrappedDataKey {
            id: name.id,
            version: name.version,
            inner,
        })
    }
}

//! Sealed values: what a data key makes of a secret, ready for a BLOB column.
//!
//! Format 1: `mtps` ‖ 1 ‖ key id (16) ‖ key version (4, big endian) ‖ body (see `aead`).

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::aead::{self, Context};
use super::{DataKey, KeyError, Purpose};
use crate::limits::MAX_PLAINTEXT_BYTES;

const MAGIC: [u8; 5] = *b"mtps\x01";
const HEADER: usize = MAGIC.len() + 16 + 4;
const LAYER: &[u8] = b"mtp seal 1\0";
const WHAT: &str = "a sealed value";

/// A sealed secret: names its key by id and version, holds nothing readable.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Vec<u8>,
    key_id: Uuid,
    key_version: u32,
}

impl Sealed {
    /// Reads a stored value. Only the form is checked; whether it opens is [`KeyRing::open`](super::KeyRing::open)'s.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, KeyError> {
        let fits = HEADER + aead::OVERHEAD..=HEADER + aead::OVERHEAD + MAX_PLAINTEXT_BYTES;
        let malformed = KeyError::Malformed { what: WHAT };
        if !fits.contains(&bytes.len()) {
            return Err(malformed);
        }
        let Some((id, rest)) = bytes
            .strip_prefix(&MAGIC)
            .and_then(|rest| rest.split_first_chunk::<16>())
        else {
            return Err(malformed);
        };
        let Some((version, _)) = rest.split_first_chunk::<4>() else {
            return Err(malformed);
        };
        let (key_id, key_version) = (Uuid::from_bytes(*id), u32::from_be_bytes(*version));
        Ok(Self {
            bytes,
            key_id,
            key_version,
        })
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes to store.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The data key that sealed it.
    pub fn key_id(&self) -> Uuid {
        self.key_id
    }

    /// The version of that data key.
    pub fn key_version(&self) -> u32 {
        self.key_version
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key_id,
            key_version,
            bytes,
        } = self;
        write!(f, "Sealed(key {key_id} v{key_version}, {} bytes)", bytes.len())
    }
}

impl DataKey {
    /// Seals a secret for one purpose and one record (the row that will hold it, e.g. `accounts/<uuid>`).
    ///
    /// Fresh salt and nonce each time: the same secret never gives the same bytes. 129 bytes longer than the secret.
    ///
    /// # Errors
    /// [`KeyError::TooLong`], [`KeyError::BadName`] for the record, [`KeyError::Random`].
    pub fn seal(&self, purpose: &Purpose, record: &str, plaintext: &[u8]) -> Result<Sealed, KeyError> {
        if plaintext.len() > MAX_PLAINTEXT_BYTES {
            return Err(KeyError::TooLong {
                bytes: plaintext.len(),
                limit: MAX_PLAINTEXT_BYTES,
            });
        }
        let name = self.name();
        let names = name.seal_names(purpose, record)?;
        let mut bytes = Vec::with_capacity(HEADER + aead::OVERHEAD + plaintext.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(name.id.as_bytes());
        bytes.extend_from_slice(&name.version.to_be_bytes());
        aead::seal(
            self.bytes(),
            &Context {
                layer: LAYER,
                names: &names,
            },
            plaintext,
            &mut bytes,
        )?;
        Ok(Sealed {
            bytes,
            key_id: name.id,
            key_version: name.version,
        })
    }

    /// Opens a value that this very version sealed for this purpose and record.
    ///
    /// # Errors
    /// [`KeyError::UnknownKey`] where the value names another key or version, [`KeyError::WrongCommitment`],
    /// [`KeyError::Tampered`], [`KeyError::BadName`] for the record.
    pub fn open(&self, purpose: &Purpose, record: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let name = self.name();
        if (sealed.key_id, sealed.key_version) != (name.id, name.version) {
            return Err(KeyError::UnknownKey {
                id: sealed.key_id,
                version: sealed.key_version,
            });
        }
        let names = name.seal_names(purpose, record)?;
        aead::open(
            self.bytes(),
            &Context {
                layer: LAYER,
                names: &names,
            },
            &sealed.bytes[HEADER..],
        )
    }
}

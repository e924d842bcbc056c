//! The port to whatever holds the master key, and the keys held by this process itself.

use std::fmt;

use futures::future::{BoxFuture, FutureExt as _, ready};

use super::aead::{self, Context};
use super::{KeyBytes, KeyError, MasterKey, MasterKeyId};
use crate::limits::MAX_MASTER_KEYS;

const LAYER: &[u8] = b"mtp wrap 1\0";

/// Holds master keys and wraps data keys with them: this process ([`LocalKeys`]) or a key management service.
///
/// `context` names the data key's owner, id and version. It must be bound to the result (a KMS's encryption context
/// or associated data): `unwrap` with another context must fail.
pub trait KeyManagement: fmt::Debug + Send + Sync {
    /// Wraps a data key with the current master key.
    ///
    /// # Errors
    /// [`KeyError::Management`], [`KeyError::Random`].
    fn wrap<'a>(&'a self, key: &'a KeyBytes, context: &'a [u8]) -> BoxFuture<'a, Result<WrappedBytes, KeyError>>;

    /// Unwraps a data key with the master key that it names, and no other.
    ///
    /// # Errors
    /// [`KeyError::UnknownMasterKey`], [`KeyError::WrongCommitment`], [`KeyError::Tampered`],
    /// [`KeyError::Management`].
    fn unwrap<'a>(&'a self, wrapped: &'a WrappedBytes, context: &'a [u8]) -> BoxFuture<'a, Result<KeyBytes, KeyError>>;

    /// Whether `wrap` would use another master key today.
    ///
    /// # Errors
    /// [`KeyError::Management`].
    fn needs_rewrap<'a>(&'a self, master: &'a MasterKeyId) -> BoxFuture<'a, Result<bool, KeyError>>;

    /// Wraps a wrapped data key with the current master key. A KMS that can do so without handing the key out should.
    ///
    /// # Errors
    /// Those of `unwrap` and `wrap`.
    fn rewrap<'a>(
        &'a self,
        wrapped: &'a WrappedBytes,
        context: &'a [u8],
    ) -> BoxFuture<'a, Result<WrappedBytes, KeyError>> {
        async move {
            let key = self.unwrap(wrapped, context).await?;
            self.wrap(&key, context).await
        }
        .boxed()
    }
}

/// What a master key made of a data key: which master key, and its opaque bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedBytes {
    /// The master key that wrapped.
    pub master: MasterKeyId,
    /// What it made; only it can read it.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for WrappedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedBytes({}, {} bytes)", self.master, self.bytes.len())
    }
}

/// Master keys held by this process: the current one wraps, the others only unwrap, during a rotation.
#[derive(Debug, Clone)]
pub struct LocalKeys {
    current: MasterKey,
    older: Vec<MasterKey>,
}

impl LocalKeys {
    /// One key, no older ones.
    pub fn new(current: MasterKey) -> Self {
        Self {
            current,
            older: Vec::new(),
        }
    }

    /// Reads `MTP_MASTER_KEY` or the content of `MTP_MASTER_KEY_FILE`: keys as [`MasterKey::parse`] takes them, split
    /// by commas, blanks or lines; the first is current. Lines that begin with `#` are comments.
    ///
    /// # Errors
    /// [`KeyError::WeakMasterKey`]: none, more than 16, the same twice, or one that is weak.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let mut words = lines
            .flat_map(|line| line.split(|c: char| c == ',' || c.is_whitespace()))
            .filter(|word| !word.is_empty());
        let first = words.next().ok_or(KeyError::WeakMasterKey { why: "is empty" })?;
        let mut keys = Self::new(MasterKey::parse(first)?);
        for word in words {
            keys.add_older(MasterKey::parse(word)?)?;
        }
        Ok(keys)
    }

    /// Adds a key that only unwraps.
    ///
    /// # Errors
    /// [`KeyError::WeakMasterKey`] for a key that is here already, or a seventeenth.
    pub fn add_older(&mut self, key: MasterKey) -> Result<(), KeyError> {
        if self.find(key.id()).is_some() {
            return Err(KeyError::WeakMasterKey {
                why: "stands there twice",
            });
        }
        if self.older.len() + 1 >= MAX_MASTER_KEYS {
            return Err(KeyError::WeakMasterKey {
                why: "has more than 15 older ones beside it",
            });
        }
        self.older.push(key);
        Ok(())
    }

    /// The key that wraps.
    pub fn current(&self) -> &MasterKey {
        &self.current
    }

    fn find(&self, id: &MasterKeyId) -> Option<&MasterKey> {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|key| key.id() == id)
    }

    fn wrap_now(&self, key: &KeyBytes, context: &[u8]) -> Result<WrappedBytes, KeyError> {
        let master = self.current.id().clone();
        let names = aead::fields(&[master.as_str().as_bytes(), context]);
        let mut bytes = Vec::new();
        aead::seal(
            self.current.bytes(),
            &Context {
                layer: LAYER,
                names: &names,
            },
            key.expose(),
            &mut bytes,
        )?;
        Ok(WrappedBytes { master, bytes })
    }

    fn unwrap_now(&self, wrapped: &WrappedBytes, context: &[u8]) -> Result<KeyBytes, KeyError> {
        let id = &wrapped.master;
        let master = self
            .find(id)
            .ok_or_else(|| KeyError::UnknownMasterKey { id: id.clone() })?;
        let names = aead::fields(&[id.as_str().as_bytes(), context]);
        let plain = aead::open(
            master.bytes(),
            &Context {
                layer: LAYER,
                names: &names,
            },
            &wrapped.bytes,
        )?;
        KeyBytes::from_slice(&plain)
    }
}

impl KeyManagement for LocalKeys {
    fn wrap<'a>(&'a self, key: &'a KeyBytes, context: &'a [u8]) -> BoxFuture<'a, Result<WrappedBytes, KeyError>> {
        ready(self.wrap_now(key, context)).boxed()
    }

    fn unwrap<'a>(&'a self, wrapped: &'a WrappedBytes, context: &'a [u8]) -> BoxFuture<'a, Result<KeyBytes, KeyError>> {
        ready(self.unwrap_now(wrapped, context)).boxed()
    }

    fn needs_rewrap<'a>(&'a self, master: &'a MasterKeyId) -> BoxFuture<'a, Result<bool, KeyError>> {
        ready(Ok(master != self.current.id())).boxed()
    }
}

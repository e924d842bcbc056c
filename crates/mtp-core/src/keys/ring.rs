//! All versions of one data key that are still accepted: the newest seals, each opens what it sealed.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{DataKey, DataKeyRef, KeyError, Purpose, Sealed};

/// The versions of one scope's data key. The value says which version opens it; none is tried.
#[derive(Debug, Clone)]
pub struct KeyRing {
    newest: DataKey,
    older: BTreeMap<u32, DataKey>,
    minimum: u32,
}

impl KeyRing {
    /// A ring of one version, with no minimum.
    pub fn new(key: DataKey) -> Self {
        Self {
            newest: key,
            older: BTreeMap::new(),
            minimum: 0,
        }
    }

    /// Adds a version; the highest one seals from now on.
    ///
    /// # Errors
    /// [`KeyError::Misplaced`] for a key of another scope or id, or a version that is here already.
    pub fn add(&mut self, key: DataKey) -> Result<(), KeyError> {
        let (ours, other) = (self.newest.name(), key.name());
        let known = other.version == ours.version || self.older.contains_key(&other.version);
        if ours.scope != other.scope || ours.id != other.id || known {
            return Err(KeyError::Misplaced {
                expected: ours.id,
                expected_version: ours.version,
                found: other.id,
                found_version: other.version,
            });
        }
        let older = if other.version > ours.version {
            std::mem::replace(&mut self.newest, key)
        } else {
            key
        };
        self.older.insert(older.name().version, older);
        Ok(())
    }

    /// Refuses every version below this one from now on, even if its key is here. An operator can move it back.
    ///
    /// # Errors
    /// [`KeyError::VersionBelowMinimum`] if that would refuse the newest version too; nothing is changed then.
    pub fn set_minimum(&mut self, minimum: u32) -> Result<(), KeyError> {
        let DataKeyRef { id, version, .. } = *self.newest.name();
        if minimum > version {
            return Err(KeyError::VersionBelowMinimum { id, version, minimum });
        }
        self.minimum = minimum;
        Ok(())
    }

    /// The version that seals.
    pub fn newest(&self) -> &DataKey {
        &self.newest
    }

    /// Seals with the newest version. See [`DataKey::seal`].
    ///
    /// # Errors
    /// Those of [`DataKey::seal`].
    pub fn seal(&self, purpose: &Purpose, record: &str, plaintext: &[u8]) -> Result<Sealed, KeyError> {
        self.newest.seal(purpose, record, plaintext)
    }

    /// Opens with the version that the value names.
    ///
    /// # Errors
    /// [`KeyError::VersionBelowMinimum`], and those of [`DataKey::open`].
    pub fn open(&self, purpose: &Purpose, record: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (id, version) = (sealed.key_id(), sealed.key_version());
        let ours = self.newest.name();
        if id == ours.id && version < self.minimum {
            return Err(KeyError::VersionBelowMinimum {
                id,
                version,
                minimum: self.minimum,
            });
        }
        let key = if version == ours.version {
            Some(&self.newest)
        } else {
            self.older.get(&version)
        };
        // The key itself compares the id.
        key.ok_or(KeyError::UnknownKey { id, version })?
            .open(purpose, record, sealed)
    }

    /// The value sealed anew with the newest version, or none if it is that already: safe to repeat.
    ///
    /// # Errors
    /// Those of [`KeyRing::open`] and [`DataKey::seal`].
    pub fn reseal(&self, purpose: &Purpose, record: &str, sealed: &Sealed) -> Result<Option<Sealed>, KeyError> {
        let plaintext = self.open(purpose, record, sealed)?;
        if sealed.key_version() == self.newest.name().version {
            return Ok(None);
        }
        self.seal(purpose, record, &plaintext).map(Some)
    }
}

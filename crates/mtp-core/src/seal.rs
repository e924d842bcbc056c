//! The seal: what a shared login shows the server so that it sees one tenant's rows.
//!
//! Version, number of the secret, tenant id, uid and expiry, each as `<length>:<field>:`, then the MAC: HMAC-SHA-256
//! (RFC 2104) over the text before it, just as it stands. So the server need not take a seal apart to check it, which
//! was more than half of the check's cost, and what the MAC covers can be read in one way only. The server's half is
//! `mtp.tenant()` (on the MySQL wire
//! `mtp_<service>_wall.tenant()`), which alone may read the secret. A seal travels as a bound value only: in a statement's text every
//! session of the same login could read it.

use std::{
    fmt::{self, Write},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    error::{Error, Result},
    limits::SEAL_LIFETIME,
    tenant::{TenantId, TenantUid},
};

/// The version that stands first in every seal.
const VERSION: &str = "1";
/// SHA-256's block, which HMAC pads its key to.
#[cfg(any(feature = "mysql", feature = "postgres", test))]
const BLOCK: usize = 64;

/// A seal. Whoever has it can be this tenant on this server until it expires.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    text: Arc<str>,
    secret: i32,
}

impl Seal {
    /// The value to bind.
    pub(crate) fn into_value(self) -> sea_query::Value {
        sea_query::Value::from(&*self.text)
    }

    /// The same with another MAC, to see that it is refused.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn spoilt(&self) -> Self {
        let mut text = self.text.to_string();
        let last = text.pop();
        text.push(if last == Some('0') { '1' } else { '0' });
        Self {
            text: text.into(),
            secret: self.secret,
        }
    }

    pub(crate) fn is_of(&self, sealer: &Sealer) -> bool {
        self.secret == sealer.id.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(***)")
    }
}

/// A secret of seals and its number on the server.
pub(crate) struct SealKey {
    id: i32,
    key: Zeroizing<[u8; 32]>,
}

/// Makes seals for one server, with the newest of its secrets.
pub(crate) struct Sealer {
    /// The newest one's number again, to be read without the lock.
    id: AtomicI32,
    key: RwLock<Arc<SealKey>>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Sealer {
    #[cfg(any(feature = "mysql", feature = "postgres", test))]
    pub(crate) fn new(key: SealKey) -> Self {
        Self {
            id: key.id.into(),
            key: RwLock::new(Arc::new(key)),
        }
    }

    /// The secret that seals are made with.
    pub(crate) fn key(&self) -> Arc<SealKey> {
        self.key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes seals with another secret from now on; those that were made stay good for as long as the server says.
    pub(crate) fn replace(&self, key: SealKey) {
        let mut held = self.key.write().unwrap_or_else(PoisonError::into_inner);
        self.id.store(key.id, Ordering::Release);
        *held = Arc::new(key);
    }

    /// A seal for a tenant, good for [`SEAL_LIFETIME`].
    pub(crate) fn seal(&self, id: &TenantId, uid: TenantUid) -> Result<Seal> {
        self.key().seal(id, uid)
    }
}

impl SealKey {
    pub(crate) fn new(id: i32, key: Zeroizing<[u8; 32]>) -> Self {
        Self { id, key }
    }

    /// The secret's number.
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// A seal for a tenant, good for [`SEAL_LIFETIME`].
    fn seal(&self, id: &TenantId, uid: TenantUid) -> Result<Seal> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| Error::Internal("the clock is before 1970"))?;
        self.seal_until(id, uid, (now + SEAL_LIFETIME).as_secs())
    }

    fn seal_until(&self, id: &TenantId, uid: TenantUid, expiry: u64) -> Result<Seal> {
        let fields = [
            VERSION.to_owned(),
            self.id.to_string(),
            id.to_string(),
            uid.to_string(),
            expiry.to_string(),
        ];
        let mut text = String::new();
        for field in &fields {
            // Writing into a String does not fail.
            let _ = write!(text, "{}:{field}:", field.len());
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.key).map_err(|_| Error::Internal("HMAC takes any key"))?;
        mac.update(text.as_bytes());
        text.push_str(&hex(&mac.finalize().into_bytes()));
        Ok(Seal {
            text: text.into(),
            secret: self.id,
        })
    }

    /// Tells one installation's key from another's, and nothing else of it.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn fingerprint(&self) -> Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.key).map_err(|_| Error::Internal("HMAC takes any key"))?;
        mac.update(b"mtp installation");
        Ok(hex(mac.finalize().into_bytes().iter().take(4)))
    }

    /// The key's inner and outer pad (RFC 2104 §2), which are all that the server needs: it has
    /// SHA-256 and no HMAC without an extension.
    #[cfg(any(feature = "mysql", feature = "postgres", test))]
    pub(crate) fn pads(&self) -> (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>) {
        let pad = |with: u8| {
            let mut block = Zeroizing::new(vec![with; BLOCK]);
            for (byte, key) in block.iter_mut().zip(self.key.iter()) {
                *byte ^= key;
            }
            block
        };
        (pad(0x36), pad(0x5c))
    }
}

fn hex<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;

    #[test]
    fn the_pads_make_the_same_mac_as_hmac() {
        let key = SealKey::new(7, Zeroizing::new([9; 32]));
        let id = TenantId::parse("acme").unwrap();
        let uid = TenantUid::new();
        let seal = key.seal_until(&id, uid, 1_900_000_000).unwrap();
        let (message, mac) = seal.text.split_at(seal.text.len() - 64);
        let (inner, outer) = key.pads();
        let first = Sha256::digest([&inner[..], message.as_bytes()].concat());
        let second = Sha256::digest([&outer[..], &first[..]].concat());
        let hex = second.iter().fold(String::new(), |all, b| format!("{all}{b:02x}"));
        assert_eq!(hex, mac);
        assert_eq!(message, format!("1:1:1:7:4:acme:36:{uid}:10:1900000000:"));
        assert_eq!(format!("{seal:?}"), "Seal(***)");
    }
}

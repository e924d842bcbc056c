//! Master keys: 32 bytes from an operator, named by a fingerprint.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use sha2::Sha512;
use zeroize::Zeroizing;

use super::{KeyBytes, KeyError};
use crate::Secret;

/// Longest name of a master key, in bytes.
const MAX_ID_BYTES: usize = 128;

/// Fewest different bytes in a master key. Of 32 random bytes, fewer than 16 differ once in about 10¹⁵ keys.
const MIN_DIFFERENT_BYTES: usize = 16;

/// The name of a master key: `local:` and 16 hex digits for a key of ours, a KMS's own name for one of a KMS
/// (`transit:mtp:v3`). Not secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MasterKeyId(String);

impl MasterKeyId {
    /// Takes a name, e.g. a KMS's.
    ///
    /// # Errors
    /// [`KeyError::BadName`] unless it is 1–128 of `A-Za-z0-9:/._-`.
    pub fn new(id: impl Into<String>) -> Result<Self, KeyError> {
        let id = id.into();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b":/._-".contains(&byte);
        if id.is_empty() || id.len() > MAX_ID_BYTES || !id.bytes().all(fits) {
            return Err(KeyError::BadName {
                what: "the name of a master key is 1-128 of A-Z, a-z, 0-9 and :/._-",
            });
        }
        Ok(Self(id))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A master key held by this process.
#[derive(Debug, Clone)]
pub struct MasterKey {
    id: MasterKeyId,
    bytes: KeyBytes,
}

impl MasterKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`KeyError::Random`].
    pub fn generate() -> Result<Self, KeyError> {
        Self::from_bytes(KeyBytes::generate()?)
    }

    /// Reads 32 bytes from 64 hex digits or from base64 (standard or URL-safe, with or without padding); blanks
    /// around it are ignored, so it takes the content of a file as well.
    ///
    /// # Errors
    /// [`KeyError::WeakMasterKey`]: not of that form, another length, or so regular that no generator made it
    /// (few different bytes, a counting row, readable text).
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = if text.len() == 64 {
            from_hex(text)
        } else {
            from_base64(text)
        };
        let bytes = bytes.ok_or(KeyError::WeakMasterKey {
            why: "is not base64 or hex of 32 bytes",
        })?;
        if let Some(why) = weakness(&bytes) {
            return Err(KeyError::WeakMasterKey { why });
        }
        Self::from_bytes(KeyBytes::from_slice(&*bytes)?)
    }

    fn from_bytes(bytes: KeyBytes) -> Result<Self, KeyError> {
        let mut fingerprint = [0; 8];
        Hkdf::<Sha512>::new(None, bytes.expose())
            .expand(b"mtp master key id 1\0", &mut fingerprint)
            .map_err(|_| KeyError::Malformed {
                what: "a key derivation",
            })?;
        let id = MasterKeyId::new(format!("local:{:016x}", u64::from_be_bytes(fingerprint)))?;
        Ok(Self { id, bytes })
    }

    /// The fingerprint: tells keys apart, tells nothing of the key.
    pub fn id(&self) -> &MasterKeyId {
        &self.id
    }

    /// The key in base64, as [`parse`](MasterKey::parse) reads it: to be kept by who generated it.
    pub fn to_text(&self) -> Secret {
        Secret::new(base64::prelude::BASE64_STANDARD.encode(self.bytes.expose()))
    }

    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.bytes
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |index: usize| char::from(pair[index]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

fn from_base64(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let alphabet = if text.contains(['-', '_']) {
        &URL_SAFE
    } else {
        &STANDARD
    };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    // One more than fits: a longer text must not pass for a cut one.
    let mut buffer = Zeroizing::new([0_u8; 36]);
    let length = GeneralPurpose::new(alphabet, config)
        .decode_slice(text, &mut *buffer)
        .ok()?;
    if length != 32 {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(&buffer[..32]);
    Some(bytes)
}

/// Says why no generator made these bytes, if so. Each test refuses fewer than one random key in 10¹³.
fn weakness(bytes: &[u8; 32]) -> Option<&'static str> {
    let different = bytes
        .iter()
        .enumerate()
        .filter(|(index, byte)| !bytes[..*index].contains(byte))
        .count();
    let step = bytes[1].wrapping_sub(bytes[0]);
    if different < MIN_DIFFERENT_BYTES {
        Some("repeats a few bytes")
    } else if bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) {
        Some("is a counting row of bytes")
    } else if bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        Some("is readable text, not random bytes")
    } else {
        None
    }
}

//! API keys and other opaque tokens: prefix, random characters, checksum; stored as a fast hash.
//!
//! `mtp_mk_` ‖ 30 base62 characters (178 bits) ‖ CRC-32 of all before it as 6 base62 characters: the form of GitHub's
//! tokens, so that a secret scanner finds them and a mistyped one costs no look-up. The checksum is no secret and no
//! proof; only the stored hash is. A fast hash is enough for 178 random bits (a password needs argon2id).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::Secret;
use crate::random::{self, RandomError};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX: usize = 7;
/// Random characters: 30 × log2(62) = 178 bits; OWASP ASVS 5.0.0 11.5.1 asks for 128.
const RANDOM: usize = 30;
const CHECKSUM: usize = 6;
const LENGTH: usize = PREFIX + RANDOM + CHECKSUM;
/// Characters shown in lists: the prefix and five more, which leave 148 unknown bits.
const SHOWN: usize = 12;

/// What a token may be used for. One kind is never accepted for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiKeyKind {
    /// A market's key, `mtp_mk_…`.
    Market,
    /// A tenant's key, `mtp_tk_…`.
    Tenant,
    /// A refresh token, `mtp_rt_…`.
    Refresh,
    /// A token of a link that works once, `mtp_ot_…`.
    OneTime,
}

impl ApiKeyKind {
    const ALL: [Self; 4] = [Self::Market, Self::Tenant, Self::Refresh, Self::OneTime];

    /// The first seven characters of every token of this kind.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Market => "mtp_mk_",
            Self::Tenant => "mtp_tk_",
            Self::Refresh => "mtp_rt_",
            Self::OneTime => "mtp_ot_",
        }
    }
}

/// A well-formed token. Whether it is *valid*, only its hash in the catalogue says.
#[derive(Clone)]
pub struct ApiKey {
    kind: ApiKeyKind,
    text: Secret,
}

impl ApiKey {
    /// A new random token.
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn generate(kind: ApiKeyKind) -> Result<Self, RandomError> {
        let mut text = String::with_capacity(LENGTH);
        text.push_str(kind.prefix());
        random::push_chars(&mut text, BASE62, RANDOM)?;
        let sum = checksum(text.as_bytes());
        text.extend(sum.map(char::from));
        Ok(Self {
            kind,
            text: Secret::new(text),
        })
    }

    /// Reads a token: prefix, length, characters and checksum, without a look-up.
    ///
    /// # Errors
    /// [`ApiKeyError`]; it never repeats the text.
    pub fn parse(text: &str) -> Result<Self, ApiKeyError> {
        // The length first: nothing below runs over a megabyte of header.
        if text.len() != LENGTH {
            return Err(ApiKeyError::Length);
        }
        let kind = ApiKeyKind::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(ApiKeyError::Kind)?;
        let (body, sum) = text.as_bytes().split_at(LENGTH - CHECKSUM);
        if !body[PREFIX..].iter().all(u8::is_ascii_alphanumeric) {
            return Err(ApiKeyError::Characters);
        }
        if checksum(body) != *sum {
            return Err(ApiKeyError::Checksum);
        }
        Ok(Self {
            kind,
            text: Secret::from(text),
        })
    }

    /// What it may be used for.
    pub fn kind(&self) -> ApiKeyKind {
        self.kind
    }

    /// The token itself, to be shown once.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What is stored and looked up instead of the token.
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.expose()).into())
    }

    /// The first 12 characters, for lists and logs.
    pub fn display_prefix(&self) -> &str {
        // A token is ASCII and longer than this.
        self.expose().get(..SHOWN).unwrap_or_default()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}***)", self.kind.prefix())
    }
}

impl FromStr for ApiKey {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        Self::parse(text)
    }
}

/// The SHA-256 of a token. Comparison takes the same time wherever two differ.
#[derive(Clone, Copy)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// The hash of a stored row.
    ///
    /// # Errors
    /// [`ApiKeyError::Hash`] for another length than 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, ApiKeyError> {
        bytes.try_into().map(Self).map_err(|_| ApiKeyError::Hash)
    }

    /// The 32 bytes to store or look up.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for KeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyHash {}

impl std::hash::Hash for KeyHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, ..] = self.0;
        write!(f, "KeyHash({first:02x}{second:02x}{third:02x}…)")
    }
}

/// Why a text is no token of ours. To the caller of an API all are one: 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// Not 43 bytes.
    #[error("a key has {LENGTH} characters: copy the whole of it")]
    Length,
    /// No known prefix.
    #[error("a key begins with mtp_mk_, mtp_tk_, mtp_rt_ or mtp_ot_")]
    Kind,
    /// A character that is no letter or digit.
    #[error("behind its prefix a key has letters and digits only: copy it again")]
    Characters,
    /// The checksum does not fit.
    #[error("the key's checksum is wrong: copy it again")]
    Checksum,
    /// A stored hash is not 32 bytes.
    #[error("a stored key hash has 32 bytes: restore the row")]
    Hash,
}

/// CRC-32 (IEEE) as six base62 digits, the highest first: 62⁶ > 2³², so each sum has exactly one form.
fn checksum(body: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(body) as usize;
    let mut digits = [0; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[rest % 62];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests;

//! The keys that sign our own tokens.

use std::fmt;

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretSlice};

/// A key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// No Ed25519 key in PKCS#8.
    #[error("this is no Ed25519 key in PKCS#8; generate one with SigningKey::generate")]
    Form,
    /// The system gave no randomness.
    #[error("the system's random generator failed")]
    Random,
    /// No key is left that may sign.
    #[error("no signing key is in force; generate one")]
    NoneInForce,
}

/// One Ed25519 key (RFC 8032), private part included, with the end of its life.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    x: String,
    pkcs8: SecretSlice<u8>,
    not_after: DateTime<Utc>,
}

impl SigningKey {
    /// A new key. It verifies until `not_after`.
    ///
    /// # Errors
    /// [`KeyFault::Random`].
    pub fn generate(not_after: DateTime<Utc>) -> Result<Self, KeyFault> {
        let document =
            Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).map_err(|_| KeyFault::Random)?;
        Self::from_pkcs8(SecretSlice::from(document.as_ref().to_vec()), not_after)
    }

    /// A key that was kept (sealed, one hopes).
    ///
    /// # Errors
    /// [`KeyFault::Form`].
    pub fn from_pkcs8(pkcs8: SecretSlice<u8>, not_after: DateTime<Utc>) -> Result<Self, KeyFault> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.expose_secret()).map_err(|_| KeyFault::Form)?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        // The thumbprint of RFC 7638: the id follows from the key, so the two cannot come apart.
        let thumbprint = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        Ok(Self {
            kid: URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, thumbprint.as_bytes())),
            x,
            pkcs8,
            not_after,
        })
    }

    /// The key's id: its thumbprint (RFC 7638, SHA-256).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Until when it verifies.
    pub fn not_after(&self) -> DateTime<Utc> {
        self.not_after
    }

    /// The private key, to be kept sealed. Each use is a place to look at.
    pub fn pkcs8(&self) -> &SecretSlice<u8> {
        &self.pkcs8
    }

    /// The public part, base64url.
    pub(crate) fn public_x(&self) -> &str {
        &self.x
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

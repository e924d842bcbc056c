//! Tokens of an identity provider, verified by a secret or a public key that the operator gives.

use std::fmt;

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use mtp_core::Secret;

use crate::{
    auth::{Caller, TokenFault, own, token::Preview},
    limits::{MAX_UNDATED_TOKEN_LIFE, MIN_HS256_SECRET_BYTES, MIN_RSA_KEY_BYTES},
};

/// Why a provider's key is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderKeyError {
    /// The secret could be guessed.
    #[error(
        "a secret for HS256 has at least {MIN_HS256_SECRET_BYTES} bytes (RFC 7518 §3.2); make one with `openssl rand -base64 48`"
    )]
    ShortSecret,
    /// No public key in PEM, or of a kind that is not supported.
    #[error(
        "give a public key in PEM (`-----BEGIN PUBLIC KEY-----`): RSA of 2048 bits or more, EC on P-256, or Ed25519"
    )]
    Pem,
    /// A private key was given.
    #[error("this file holds a private key; give the public one, and look who could read that file")]
    Private,
    /// Issuer or audience is empty.
    #[error("issuer and audience must both be said, so that a token for another service is no use here")]
    Unbound,
}

/// An identity provider: one key, and with it one algorithm, one issuer, one audience. Its tokens
/// name the tenant in `tenant_id`, the caller in `sub`, rights in `scope`.
pub struct IdentityProvider {
    key_id: &'static str,
    algorithm: Algorithm,
    key: DecodingKey,
    validation: Validation,
    issuer: String,
}

impl IdentityProvider {
    /// A provider that shares a secret with us (HS256).
    ///
    /// # Errors
    /// [`ProviderKeyError`].
    pub fn hs256(secret: &Secret, issuer: &str, audience: &str) -> Result<Self, ProviderKeyError> {
        if secret.expose().len() < MIN_HS256_SECRET_BYTES {
            return Err(ProviderKeyError::ShortSecret);
        }
        // A public key pasted as the secret would let everybody sign (RS256 to HS256).
        if secret.expose().contains("-----BEGIN") {
            return Err(ProviderKeyError::Pem);
        }
        Self::with(
            Algorithm::HS256,
            DecodingKey::from_secret(secret.expose().as_bytes()),
            issuer,
            audience,
        )
    }

    /// A provider whose public key is at hand: RS256, ES256 or `EdDSA`, as the key says.
    ///
    /// # Errors
    /// [`ProviderKeyError`].
    pub fn public_key_pem(pem: &str, issuer: &str, audience: &str) -> Result<Self, ProviderKeyError> {
        if pem.contains("PRIVATE KEY") {
            return Err(ProviderKeyError::Private);
        }
        if !pem.contains("PUBLIC KEY") {
            return Err(ProviderKeyError::Pem);
        }
        let length = |key: &DecodingKey| key.try_get_as_bytes().map_or(0, <[u8]>::len);
        let (algorithm, key) = if let Ok(key) = DecodingKey::from_rsa_pem(pem.as_bytes()) {
            (length(&key) >= MIN_RSA_KEY_BYTES).then_some((Algorithm::RS256, key))
        } else if let Ok(key) = DecodingKey::from_ec_pem(pem.as_bytes()) {
            // An uncompressed point on P-256: 4, x, y.
            (length(&key) == 65).then_some((Algorithm::ES256, key))
        } else if let Ok(key) = DecodingKey::from_ed_pem(pem.as_bytes()) {
            (length(&key) == 32).then_some((Algorithm::EdDSA, key))
        } else {
            None
        }
        .ok_or(ProviderKeyError::Pem)?;
        Self::with(algorithm, key, issuer, audience)
    }

    fn with(algorithm: Algorithm, key: DecodingKey, issuer: &str, audience: &str) -> Result<Self, ProviderKeyError> {
        if issuer.trim().is_empty() || audience.trim().is_empty() {
            return Err(ProviderKeyError::Unbound);
        }
        Ok(Self {
            key_id: "identity-provider",
            algorithm,
            key,
            validation: own::validation(algorithm, issuer, audience),
            issuer: issuer.to_owned(),
        })
    }

    /// Verifies a token. The header's key id chooses nothing here: there is one key.
    pub(crate) fn verify(&self, token: &str, preview: &Preview) -> Result<Caller, TokenFault> {
        if preview.algorithm != self.algorithm {
            return Err(TokenFault::Algorithm);
        }
        if !(preview.is_plain() || preview.is_access_token()) {
            return Err(TokenFault::Type);
        }
        let claims = own::decode(token, &self.key, &self.validation, &self.issuer)?;
        let undated = chrono::Duration::from_std(MAX_UNDATED_TOKEN_LIFE).map_err(|_| TokenFault::Claims)?;
        if claims.iat.is_none() && claims.tuid.is_none() && claims.exp > Utc::now() + undated {
            return Err(TokenFault::Claims);
        }
        // Whether the password must change is between its users and the provider.
        Ok(own::caller(claims, self.key_id, false))
    }
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider")
            .field("algorithm", &self.algorithm)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

//! Our own tokens: `EdDSA` access tokens (RFC 9068), bound to a tenant's identity.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use mtp_core::{Secret, TenantId, TenantUid};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    auth::{
        Caller, CallerParts, KeyFault, SigningKey, TokenFault,
        token::{Claims, Preview},
    },
    limits::{ACCESS_TOKEN_LIFETIME, TOKEN_LEEWAY},
};

/// What a token is to say.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its identity, to which the token is bound.
    pub tenant_uid: TenantUid,
    /// Who, within the tenant.
    pub subject: String,
    /// Rights.
    pub scopes: Vec<String>,
    /// How long it lives; [`Grant::new`] sets
    /// [`ACCESS_TOKEN_LIFETIME`](crate::limits::ACCESS_TOKEN_LIFETIME).
    pub lifetime: Duration,
    /// Whether it can only change the password.
    pub must_change: bool,
}

impl Grant {
    /// A token for a subject of a tenant, without rights beyond being there.
    pub fn new(tenant: TenantId, uid: TenantUid, subject: impl Into<String>) -> Self {
        Self {
            tenant_id: tenant,
            tenant_uid: uid,
            subject: subject.into(),
            scopes: Vec::new(),
            lifetime: ACCESS_TOKEN_LIFETIME,
            must_change: false,
        }
    }
}

/// A token that was issued.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: Secret,
    /// Its own number (`jti`).
    pub token_id: Uuid,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The seconds until then.
    pub expires_in: u64,
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// No key may sign now.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// Signing failed.
    #[error("the token could not be signed")]
    Sign(#[source] jsonwebtoken::errors::Error),
    /// The lifetime is beyond all calendars.
    #[error("the lifetime of the token is out of range")]
    Lifetime,
}

/// Issues and verifies our own tokens, and publishes the keys for it.
pub struct OwnTokens {
    issuer: String,
    audience: String,
    validation: Validation,
    keys: RwLock<Arc<[Key]>>,
    generation: AtomicU64,
}

struct Key {
    kid: String,
    x: String,
    sign: EncodingKey,
    verify: DecodingKey,
    not_after: DateTime<Utc>,
}

#[derive(Serialize)]
struct Written<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    tenant_id: &'a TenantId,
    tuid: TenantUid,
    scope: String,
    iat: i64,
    exp: i64,
    jti: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pwd: Option<&'static str>,
}

impl OwnTokens {
    /// Tokens of an issuer for an audience (both usually the service's URL or id).
    ///
    /// # Errors
    /// [`KeyFault`] where a key cannot be used.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, keys: &[SigningKey]) -> Result<Self, KeyFault> {
        let (issuer, audience) = (issuer.into(), audience.into());
        Ok(Self {
            validation: validation(Algorithm::EdDSA, &issuer, &audience),
            issuer,
            audience,
            keys: RwLock::new(prepare(keys)?),
            generation: AtomicU64::new(0),
        })
    }

    /// Other keys from now on: for rotation. Tokens of a key that is not among them end at once.
    ///
    /// # Errors
    /// [`KeyFault`] where a key cannot be used; the former ones stay.
    pub fn replace(&self, keys: &[SigningKey]) -> Result<(), KeyFault> {
        let new = prepare(keys)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = new;
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Issues a token, signed by the key that lives longest. Its life ends with the key's at the latest.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn issue(&self, grant: &Grant) -> Result<IssuedToken, IssueError> {
        let keys = self.keys();
        let now = Utc::now();
        let key = keys
            .iter()
            .filter(|key| key.not_after > now)
            .max_by_key(|key| key.not_after)
            .ok_or(KeyFault::NoneInForce)?;
        let life = chrono::Duration::from_std(grant.lifetime).map_err(|_| IssueError::Lifetime)?;
        let wanted = now.checked_add_signed(life).ok_or(IssueError::Lifetime)?;
        let expires_at = wanted.min(key.not_after);
        let token_id = Uuid::now_v7();
        let mut header = jsonwebtoken::Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(key.kid.clone());
        let claims = Written {
            iss: &self.issuer,
            aud: &self.audience,
            sub: &grant.subject,
            tenant_id: &grant.tenant_id,
            tuid: grant.tenant_uid,
            scope: grant.scopes.join(" "),
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
            jti: token_id,
            pwd: grant.must_change.then_some("must_change"),
        };
        let token = jsonwebtoken::encode(&header, &claims, &key.sign).map_err(IssueError::Sign)?;
        Ok(IssuedToken {
            token: Secret::new(token),
            token_id,
            expires_at,
            expires_in: u64::try_from((expires_at - now).num_seconds()).unwrap_or_default(),
        })
    }

    /// The public keys (RFC 7517), for `GET /.well-known/jwks.json`.
    pub fn jwks(&self) -> Value {
        let now = Utc::now();
        let keys: Vec<Value> = self
            .keys()
            .iter()
            .filter(|key| key.not_after > now)
            .map(
                |key| json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key.kid, "x": key.x}),
            )
            .collect();
        json!({ "keys": keys })
    }

    fn keys(&self) -> Arc<[Key]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Verifies a token whose key id is one of ours; `None` where it is not.
    pub(crate) fn verify(&self, token: &str, preview: &Preview) -> Option<Result<Caller, TokenFault>> {
        let kid = preview.kid.as_deref()?;
        let keys = self.keys();
        let key = keys.iter().find(|key| key.kid == kid)?;
        Some(self.verify_with(key, token, preview))
    }

    fn verify_with(&self, key: &Key, token: &str, preview: &Preview) -> Result<Caller, TokenFault> {
        if preview.algorithm != Algorithm::EdDSA {
            return Err(TokenFault::Algorithm);
        }
        if !preview.is_access_token() {
            return Err(TokenFault::Type);
        }
        if key.not_after <= Utc::now() {
            return Err(TokenFault::UnknownKey);
        }
        let claims = decode(token, &key.verify, &self.validation, &self.issuer)?;
        // Ours always have both.
        if claims.tuid.is_none() || claims.iat.is_none() {
            return Err(TokenFault::Claims);
        }
        let must_change = claims.must_change;
        Ok(caller(claims, &key.kid, must_change))
    }
}

fn prepare(keys: &[SigningKey]) -> Result<Arc<[Key]>, KeyFault> {
    keys.iter()
        .map(|key| {
            Ok(Key {
                kid: key.kid().to_owned(),
                x: key.public_x().to_owned(),
                sign: EncodingKey::from_ed_der(key.pkcs8().expose_secret()),
                verify: DecodingKey::from_ed_components(key.public_x()).map_err(|_| KeyFault::Form)?,
                not_after: key.not_after(),
            })
        })
        .collect()
}

/// What jsonwebtoken checks: the one algorithm, issuer, audience, `exp` and `nbf`.
pub(crate) fn validation(algorithm: Algorithm, issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.leeway = TOKEN_LEEWAY.as_secs();
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation
}

/// Signature and claims, with what jsonwebtoken leaves open closed.
pub(crate) fn decode(
    token: &str,
    key: &DecodingKey,
    validation: &Validation,
    issuer: &str,
) -> Result<Claims, TokenFault> {
    use jsonwebtoken::errors::ErrorKind;
    let claims = jsonwebtoken::decode::<Claims>(token, key, validation)
        .map_err(|error| match error.kind() {
            ErrorKind::Json(_) => TokenFault::Claims,
            _ => TokenFault::Invalid,
        })?
        .claims;
    // jsonwebtoken takes a list of issuers with the right one in it; RFC 7519 §4.1.1 knows one only.
    if claims.iss != issuer {
        return Err(TokenFault::Invalid);
    }
    let leeway = chrono::Duration::seconds(i64::try_from(TOKEN_LEEWAY.as_secs()).unwrap_or(0));
    if claims.iat.is_some_and(|iat| iat > Utc::now() + leeway) {
        return Err(TokenFault::Invalid);
    }
    Ok(claims)
}

pub(crate) fn caller(claims: Claims, key_id: &str, must_change: bool) -> Caller {
    Caller::from(CallerParts {
        tenant_id: claims.tenant_id,
        tenant_uid: claims.tuid,
        subject: claims.sub,
        scopes: claims.scopes,
        issued_at: claims.iat,
        expires_at: claims.exp,
        key_id: key_id.to_owned(),
        token_id: claims.jti,
        must_change,
    })
}

impl fmt::Debug for OwnTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys();
        f.debug_struct("OwnTokens")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("keys", &keys.iter().map(|key| &key.kid).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

//! The keys that sign our own access tokens, sealed in the catalogue, the same in every instance.

use chrono::{DateTime, TimeDelta, Utc};
use mtp_core::{Purpose, TenantManager};
use mtp_middleware::{OwnTokens, SigningKey};
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use crate::Error;

/// The name of the first key's row; a rotation will add rows beside it.
const FIRST: &str = "token-1";
/// How long a key signs and verifies.
const KEY_LIFETIME: TimeDelta = TimeDelta::days(3650);

/// Reads the signing key, or makes it on the first start of the service.
pub(super) async fn tokens(manager: &TenantManager, issuer: &str, audience: &str) -> Result<OwnTokens, Error> {
    let stored = manager
        .service_secret(&Purpose::SIGNING_KEY, FIRST, || {
            let not_after = Utc::now() + KEY_LIFETIME;
            let key = SigningKey::generate(not_after)
                .map_err(|_| mtp_core::Error::Internal("the system gave no random bytes for a signing key"))?;
            // Eight bytes of time, then the key.
            let mut bytes = Zeroizing::new(not_after.timestamp().to_be_bytes().to_vec());
            bytes.extend_from_slice(key.pkcs8().expose_secret());
            Ok(bytes)
        })
        .await?;
    let (time, pkcs8) = stored.split_first_chunk::<8>().ok_or(mtp_core::Error::Internal("a signing key is cut short"))?;
    let not_after = DateTime::from_timestamp(i64::from_be_bytes(*time), 0)
        .ok_or(mtp_core::Error::Internal("a signing key has no time"))?;
    let key = SigningKey::from_pkcs8(SecretSlice::from(pkcs8.to_vec()), not_after).map_err(Error::SigningKey)?;
    OwnTokens::new(issuer, audience, &[key]).map_err(Error::SigningKey)
}

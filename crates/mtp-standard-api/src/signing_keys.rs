//! The keys that sign access tokens: kept sealed in the catalogue, the same for every instance, changed by the calendar.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use mtp_core::{Error, Purpose, Result, TenantManager};
use mtp_middleware::{OwnTokens, SigningKey};
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use crate::limits::{SIGNING_KEY_CHECK, SIGNING_KEY_GRACE, SIGNING_KEY_PERIOD};

/// Our own tokens, with the keys that are in force. Issuer and audience are usually the service's base URL and its id.
///
/// # Errors
/// Where the catalogue is away, or the master key is not the one that sealed the keys.
pub async fn own_tokens(manager: &TenantManager, issuer: &str, audience: &str) -> Result<OwnTokens> {
    OwnTokens::new(issuer, audience, &signing_keys(manager).await?)
        .map_err(|_| Error::Internal("a signing key cannot be used"))
}

/// The signing keys in force: this period's, which signs; the next period's, which every instance knows long before
/// it signs; and for a short time the last one's. A key that is not there yet is made; of several instances that make
/// it at once all get the same.
///
/// # Errors
/// As [`own_tokens`].
pub async fn signing_keys(manager: &TenantManager) -> Result<Vec<SigningKey>> {
    let mut keys = Vec::new();
    for (period, not_after) in in_force(Utc::now()) {
        let make = || {
            let key = SigningKey::generate(not_after)
                .map_err(|_| Error::Internal("the system gave no randomness for a signing key"))?;
            Ok(Zeroizing::new(key.pkcs8().expose_secret().to_vec()))
        };
        let name = format!("ed25519-{period}");
        let kept = manager.service_secret(&Purpose::SIGNING_KEY, &name, make).await?;
        let key = SigningKey::from_pkcs8(SecretSlice::from(kept.to_vec()), not_after)
            .map_err(|_| Error::Internal("a signing key of the catalogue cannot be read"))?;
        keys.push(key);
    }
    Ok(keys)
}

/// Looks which keys are in force now and uses them.
///
/// # Errors
/// As [`own_tokens`]; the former keys stay in use.
pub async fn renew_signing_keys(manager: &TenantManager, tokens: &OwnTokens) -> Result<()> {
    tokens
        .replace(&signing_keys(manager).await?)
        .map_err(|_| Error::Internal("a signing key cannot be used"))
}

/// Keeps the keys in force until `tokens` is dropped: a task for the service's runtime.
pub async fn follow_signing_keys(manager: TenantManager, tokens: Weak<OwnTokens>) {
    loop {
        tokio::time::sleep(SIGNING_KEY_CHECK).await;
        let Some(tokens): Option<Arc<OwnTokens>> = tokens.upgrade() else {
            return;
        };
        if let Err(error) = renew_signing_keys(&manager, &tokens).await {
            tracing::warn!(%error, "the signing keys were not looked at; those in use stay");
        }
    }
}

fn delta(time: Duration) -> TimeDelta {
    TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}

/// The periods whose keys are in force at a time, and until when each verifies. Tokens are signed by the key that
/// lives longest ([`OwnTokens::issue`]), so the next one's life is told a second shorter until its period begins.
fn in_force(now: DateTime<Utc>) -> Vec<(i64, DateTime<Utc>)> {
    let length = i64::try_from(SIGNING_KEY_PERIOD.as_secs()).unwrap_or(i64::MAX);
    let period = now.timestamp().div_euclid(length);
    let begin = DateTime::from_timestamp(period * length, 0).unwrap_or(now);
    let grace = delta(SIGNING_KEY_GRACE);
    let end = begin + delta(SIGNING_KEY_PERIOD) + grace;
    let mut keys = vec![(period, end), (period + 1, end - TimeDelta::seconds(1))];
    if now < begin + grace {
        keys.push((period - 1, begin + grace));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(keys: &[(i64, DateTime<Utc>)]) -> i64 {
        keys.iter().max_by_key(|key| key.1).unwrap().0
    }

    #[test]
    fn an_instance_that_is_late_knows_the_key_of_one_that_is_early() {
        let length = i64::try_from(SIGNING_KEY_PERIOD.as_secs()).unwrap();
        let boundary = DateTime::from_timestamp(230 * length, 0).unwrap();
        let before = in_force(boundary - TimeDelta::seconds(1));
        let after = in_force(boundary + TimeDelta::seconds(1));
        assert_eq!((signer(&before), signer(&after)), (229, 230));
        let knows = |keys: &[(i64, DateTime<Utc>)], period| {
            keys.iter()
                .any(|key| key.0 == period && key.1 > boundary + TimeDelta::minutes(20))
        };
        assert!(knows(&before, 230), "the late one verifies the early one's tokens");
        assert!(knows(&after, 229), "the early one verifies the late one's tokens");
        let later = in_force(boundary + TimeDelta::hours(2));
        assert!(!later.iter().any(|key| key.0 == 229), "the last one's end");
    }

    #[test]
    fn a_key_outlives_its_tokens() {
        let now = Utc::now();
        let keys = in_force(now);
        let life = TimeDelta::from_std(mtp_middleware::limits::ACCESS_TOKEN_LIFETIME).unwrap();
        assert!(keys[0].1 > now + life);
    }
}

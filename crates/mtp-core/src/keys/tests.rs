//! The key hierarchy: what was sealed opens at its place, and nothing else opens anywhere.

mod forgery;
mod hierarchy;
mod master;

use uuid::Uuid;

use super::{DataKey, DataKeyRef, KeyBytes, KeyError, KeyRing, KeyScope, Purpose, Sealed};
use crate::limits::{MAX_PLAINTEXT_BYTES, MAX_RECORD_BYTES};
use crate::{ServiceId, TenantUid};

fn tenant_key() -> DataKey {
    DataKey::generate(KeyScope::Tenant(TenantUid::new())).unwrap()
}

/// The same key bytes under another name: only the name can make the difference then.
fn renamed(key: &DataKey, change: impl FnOnce(&mut DataKeyRef)) -> DataKey {
    let mut name = key.name().clone();
    change(&mut name);
    DataKey::from_parts(name, key.bytes().clone())
}

/// The same bytes, with the key id and version in the header put to another key's.
fn relabelled(sealed: &Sealed, key: &DataKey) -> Sealed {
    let mut bytes = sealed.as_bytes().to_vec();
    bytes[5..21].copy_from_slice(key.name().id.as_bytes());
    bytes[21..25].copy_from_slice(&key.name().version.to_be_bytes());
    Sealed::from_bytes(bytes).unwrap()
}

#[test]
fn what_was_sealed_opens() {
    let key = tenant_key();
    for length in [0, 1, 15, 16, 17, 1000, MAX_PLAINTEXT_BYTES] {
        let secret = vec![0x5a; length];
        let sealed = key.seal(&Purpose::SETTING, "row", &secret).unwrap();
        assert_eq!(sealed.as_bytes().len(), length + 129);
        assert_eq!((sealed.key_id(), sealed.key_version()), (key.name().id, 1));
        let stored = Sealed::from_bytes(sealed.clone().into_bytes()).unwrap();
        assert_eq!(*key.open(&Purpose::SETTING, "row", &stored).unwrap(), secret);
        let again = key.seal(&Purpose::SETTING, "row", &secret).unwrap();
        assert_ne!(again, sealed, "salt and nonce are fresh");
    }
    let long = vec![0; MAX_PLAINTEXT_BYTES + 1];
    let error = key.seal(&Purpose::SETTING, "row", &long).unwrap_err();
    assert!(matches!(
        error,
        KeyError::TooLong {
            bytes: 65537,
            limit: 65536
        }
    ));
}

#[test]
fn every_single_bit_flipped_is_refused() {
    let key = tenant_key();
    let ring = KeyRing::new(key.clone());
    let sealed = key.seal(&Purpose::SIGNING_KEY, "row", b"private").unwrap();
    for place in 0..sealed.as_bytes().len() {
        for bit in 0..8 {
            let mut bytes = sealed.as_bytes().to_vec();
            bytes[place] ^= 1 << bit;
            let opened = Sealed::from_bytes(bytes).and_then(|sealed| ring.open(&Purpose::SIGNING_KEY, "row", &sealed));
            let error = opened.expect_err("a flipped bit must not open");
            let expected = match place {
                0..5 => matches!(error, KeyError::Malformed { .. }),
                5..25 => matches!(error, KeyError::UnknownKey { .. }),
                // Salt or commitment.
                25..89 => matches!(error, KeyError::WrongCommitment),
                _ => matches!(error, KeyError::Tampered),
            };
            assert!(expected, "byte {place} bit {bit}: {error:?}");
        }
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let key = tenant_key();
    let sealed = key.seal(&Purpose::SETTING, "row", b"twenty bytes or more").unwrap();
    for length in 0..sealed.as_bytes().len() {
        let cut = Sealed::from_bytes(sealed.as_bytes()[..length].to_vec());
        let error = cut
            .and_then(|cut| key.open(&Purpose::SETTING, "row", &cut))
            .unwrap_err();
        assert!(
            matches!(error, KeyError::Malformed { .. } | KeyError::Tampered),
            "{length}"
        );
    }
    let mut longer = sealed.into_bytes();
    longer.push(0);
    let longer = Sealed::from_bytes(longer).unwrap();
    let error = key.open(&Purpose::SETTING, "row", &longer).unwrap_err();
    assert!(matches!(error, KeyError::Tampered));
    let huge = vec![0; MAX_PLAINTEXT_BYTES + 130];
    assert!(matches!(Sealed::from_bytes(huge), Err(KeyError::Malformed { .. })));
}

#[test]
fn a_value_opens_at_its_own_place_only() {
    let key = tenant_key();
    let sealed = key.seal(&Purpose::SETTING, "accounts/1", b"secret").unwrap();
    let opens = |key: &DataKey, purpose: &Purpose, record: &str| {
        // The header says what the key says, so that only the binding can refuse.
        key.open(purpose, record, &relabelled(&sealed, key))
    };
    assert!(opens(&key, &Purpose::SETTING, "accounts/1").is_ok());

    let other_uid = KeyScope::Tenant(TenantUid::new());
    let service = KeyScope::Service(ServiceId::parse("service").unwrap());
    let elsewhere = [
        opens(&key, &Purpose::PROVIDER_KEY, "accounts/1"),
        opens(&key, &Purpose::SETTING, "accounts/2"),
        opens(&key, &Purpose::SETTING, "accounts/"),
        opens(
            &renamed(&key, |name| name.scope = other_uid),
            &Purpose::SETTING,
            "accounts/1",
        ),
        opens(
            &renamed(&key, |name| name.scope = service),
            &Purpose::SETTING,
            "accounts/1",
        ),
        opens(
            &renamed(&key, |name| name.id = Uuid::now_v7()),
            &Purpose::SETTING,
            "accounts/1",
        ),
        opens(&renamed(&key, |name| name.version = 2), &Purpose::SETTING, "accounts/1"),
    ];
    for (index, opened) in elsewhere.into_iter().enumerate() {
        assert!(matches!(opened, Err(KeyError::WrongCommitment)), "case {index}");
    }
    // Two names joined do not make a third: "ab" ‖ "c" is not "a" ‖ "bc".
    let (ab, a) = (Purpose::new("ab").unwrap(), Purpose::new("a").unwrap());
    let sealed = key.seal(&ab, "c", b"secret").unwrap();
    assert!(matches!(key.open(&a, "bc", &sealed), Err(KeyError::WrongCommitment)));
}

#[test]
fn another_tenants_key_is_named_and_never_tried() {
    let (ours, theirs) = (tenant_key(), tenant_key());
    let sealed = theirs.seal(&Purpose::SETTING, "row", b"secret").unwrap();
    let error = KeyRing::new(ours).open(&Purpose::SETTING, "row", &sealed).unwrap_err();
    assert!(matches!(error, KeyError::UnknownKey { id, version: 1 } if id == theirs.name().id));
}

#[test]
fn versions_rotate() {
    let first = tenant_key();
    let mut ring = KeyRing::new(first.clone());
    let old = ring.seal(&Purpose::SETTING, "row", b"secret").unwrap();
    assert!(ring.reseal(&Purpose::SETTING, "row", &old).unwrap().is_none());

    let second = first.next_version().unwrap();
    ring.add(second.clone()).unwrap();
    assert_eq!(ring.newest().name().version, 2);
    assert_eq!(*ring.open(&Purpose::SETTING, "row", &old).unwrap(), b"secret");
    let new = ring.reseal(&Purpose::SETTING, "row", &old).unwrap().unwrap();
    assert_eq!(new.key_version(), 2);
    assert_eq!(*ring.open(&Purpose::SETTING, "row", &new).unwrap(), b"secret");
    assert!(ring.reseal(&Purpose::SETTING, "row", &new).unwrap().is_none());

    // An instance that has not yet learnt of the new version fails closed, with the version to fetch.
    let error = KeyRing::new(first.clone())
        .open(&Purpose::SETTING, "row", &new)
        .unwrap_err();
    assert!(matches!(error, KeyError::UnknownKey { version: 2, .. }));

    ring.set_minimum(2).unwrap();
    let error = ring.open(&Purpose::SETTING, "row", &old).unwrap_err();
    assert!(matches!(
        error,
        KeyError::VersionBelowMinimum {
            version: 1,
            minimum: 2,
            ..
        }
    ));
    assert!(ring.open(&Purpose::SETTING, "row", &new).is_ok());
    assert!(matches!(ring.set_minimum(3), Err(KeyError::VersionBelowMinimum { .. })));
    ring.set_minimum(0).unwrap();
    assert!(ring.open(&Purpose::SETTING, "row", &old).is_ok());

    // Loaded in the other order, the newest still seals.
    let mut ring = KeyRing::new(second.clone());
    ring.add(first.clone()).unwrap();
    assert_eq!(ring.newest().name().version, 2);
    assert_eq!(*ring.open(&Purpose::SETTING, "row", &old).unwrap(), b"secret");
    for refused in [first, second, tenant_key()] {
        assert!(matches!(ring.add(refused), Err(KeyError::Misplaced { .. })));
    }
}

#[test]
fn names_are_bounded() {
    let key = tenant_key();
    for record in [String::new(), "r".repeat(MAX_RECORD_BYTES + 1)] {
        let error = key.seal(&Purpose::SETTING, &record, b"").unwrap_err();
        assert!(matches!(error, KeyError::BadName { .. }));
    }
    for name in ["", "Upper", "two words", "ümlaut", &"x".repeat(64)] {
        assert!(Purpose::new(name.to_owned()).is_err(), "{name}");
    }
    assert_eq!(Purpose::new("webhook-secret").unwrap(), Purpose::WEBHOOK_SECRET);
    assert!(KeyBytes::from_slice(&[0; 31]).is_err());
}

#[test]
fn a_scope_is_stored_by_its_text() {
    let uid = TenantUid::new();
    assert_eq!(KeyScope::Tenant(uid).to_string(), format!("tenant:{uid}"));
    assert_eq!(
        KeyScope::Service(ServiceId::parse("tutor").unwrap()).to_string(),
        "service:tutor"
    );
}

#[test]
fn nothing_shows() {
    let key = DataKey::from_parts(
        tenant_key().name().clone(),
        KeyBytes::from_slice(b"pl4nted-pl4nted-pl4nted-pl4nted-").unwrap(),
    );
    let sealed = key.seal(&Purpose::SETTING, "row", b"pl4nted").unwrap();
    let ring = KeyRing::new(key.clone());
    let shown = format!("{key:?} {key:#?} {ring:?} {sealed:?} {:?}", key.bytes());
    // As text, and as the list of numbers that a derived Debug would print.
    assert!(!shown.contains("pl4nted") && !shown.contains("112, 108, 52"), "{shown}");
    assert!(!sealed.as_bytes().windows(7).any(|window| window == b"pl4nted"));
}

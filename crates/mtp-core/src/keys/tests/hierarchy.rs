//! Master keys wrap data keys: rotation, exchanged rows, missing keys.

use super::super::{DataKeyRef, KeyError, KeyManagement, KeyScope, LocalKeys, MasterKey, Purpose, WrappedDataKey};
use super::tenant_key;

#[tokio::test]
async fn a_wrapped_key_comes_back() {
    let keys = LocalKeys::new(MasterKey::generate().unwrap());
    let key = tenant_key();
    let sealed = key.seal(&Purpose::SETTING, "row", b"secret").unwrap();
    let wrapped = key.wrap(&keys).await.unwrap();
    assert_eq!(wrapped.master(), keys.current().id());
    assert_eq!((wrapped.key_id(), wrapped.key_version()), (key.name().id, 1));

    let stored = WrappedDataKey::from_bytes(&wrapped.to_bytes()).unwrap();
    assert_eq!(stored, wrapped);
    let back = stored.unwrap(&keys, key.name()).await.unwrap();
    assert_eq!(*back.open(&Purpose::SETTING, "row", &sealed).unwrap(), b"secret");
}

#[tokio::test]
async fn every_byte_and_every_length_counts() {
    let keys = LocalKeys::new(MasterKey::generate().unwrap());
    let key = tenant_key();
    let bytes = key.wrap(&keys).await.unwrap().to_bytes();
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1;
        let opened = match WrappedDataKey::from_bytes(&flipped) {
            Ok(wrapped) => wrapped.unwrap(&keys, key.name()).await,
            Err(error) => Err(error),
        };
        assert!(opened.is_err(), "byte {place}");
        let opened = match WrappedDataKey::from_bytes(&bytes[..place]) {
            Ok(wrapped) => wrapped.unwrap(&keys, key.name()).await,
            Err(error) => Err(error),
        };
        assert!(opened.is_err(), "cut to {place}");
    }
    assert!(WrappedDataKey::from_bytes(&[bytes, vec![0; 10_000]].concat()).is_err());
}

#[tokio::test]
async fn a_master_key_is_rotated_and_taken_away() {
    let old = MasterKey::generate().unwrap();
    let key = tenant_key();
    let wrapped = key.wrap(&LocalKeys::new(old.clone())).await.unwrap();

    let mut keys = LocalKeys::new(MasterKey::generate().unwrap());
    let error = wrapped.unwrap(&keys, key.name()).await.unwrap_err();
    assert!(matches!(error, KeyError::UnknownMasterKey { id } if id == *old.id()));

    keys.add_older(old).unwrap();
    let renewed = wrapped.rewrap(&keys, key.name()).await.unwrap().unwrap();
    assert_eq!(renewed.master(), keys.current().id());
    assert!(renewed.rewrap(&keys, key.name()).await.unwrap().is_none());
    let alone = LocalKeys::new(keys.current().clone());
    let back = renewed.unwrap(&alone, key.name()).await.unwrap();
    assert_eq!(back.bytes().expose(), key.bytes().expose());
}

#[tokio::test]
async fn exchanged_rows_are_refused() {
    let keys = LocalKeys::new(MasterKey::generate().unwrap());
    let key = tenant_key();
    let next = key.next_version().unwrap();
    let wrapped = key.wrap(&keys).await.unwrap();

    // Another version's, another key's row.
    for expected in [next.name(), tenant_key().name()] {
        let error = wrapped.unwrap(&keys, expected).await.unwrap_err();
        assert!(matches!(error, KeyError::Misplaced { .. }));
        let error = wrapped.rewrap(&keys, expected).await.unwrap_err();
        assert!(matches!(error, KeyError::Misplaced { .. }));
    }
    // The same id and version claimed for another tenant.
    let stolen = DataKeyRef {
        scope: KeyScope::Tenant(crate::TenantUid::new()),
        ..key.name().clone()
    };
    let error = wrapped.unwrap(&keys, &stolen).await.unwrap_err();
    assert!(matches!(error, KeyError::WrongCommitment));
    // The version in the bytes rewritten to fit the row.
    let mut bytes = wrapped.to_bytes();
    bytes[24] = 2;
    let forged = WrappedDataKey::from_bytes(&bytes).unwrap();
    let error = forged.unwrap(&keys, next.name()).await.unwrap_err();
    assert!(matches!(error, KeyError::WrongCommitment));
}

#[tokio::test]
async fn the_port_is_dyn_safe_and_shows_nothing() {
    let keys: std::sync::Arc<dyn KeyManagement> = std::sync::Arc::new(LocalKeys::new(MasterKey::generate().unwrap()));
    let key = tenant_key();
    let wrapped = key.wrap(&*keys).await.unwrap();
    assert!(wrapped.unwrap(&*keys, key.name()).await.is_ok());
    let shown = format!("{keys:?} {wrapped:?}");
    assert!(shown.contains("KeyBytes(***)") && !shown.contains("[1"), "{shown}");
}

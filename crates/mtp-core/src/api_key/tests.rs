//! Tokens: what was made is read, whatever else is refused, nothing shows.

use super::{ApiKey, ApiKeyError, ApiKeyKind, BASE62, KeyHash, LENGTH, checksum};

#[test]
fn every_kind_is_made_and_read() {
    for kind in ApiKeyKind::ALL {
        let key = ApiKey::generate(kind).unwrap();
        assert_eq!(key.expose().len(), LENGTH);
        assert!(key.expose().starts_with(kind.prefix()));
        let read: ApiKey = key.expose().parse().unwrap();
        assert_eq!((read.kind(), read.hash()), (kind, key.hash()));
        assert_eq!(key.display_prefix(), &key.expose()[..12]);
        assert_ne!(key.hash(), ApiKey::generate(kind).unwrap().hash());
    }
}

#[test]
fn every_single_change_is_refused() {
    let key = ApiKey::generate(ApiKeyKind::Market).unwrap();
    let text = key.expose();
    for place in 0..LENGTH {
        for other in BASE62.iter().chain(b"_-. \0") {
            let mut bytes = text.as_bytes().to_vec();
            if bytes[place] != *other {
                bytes[place] = *other;
                assert!(
                    ApiKey::parse(&String::from_utf8(bytes).unwrap()).is_err(),
                    "byte {place}"
                );
            }
        }
    }
    // One kind cannot be turned into another by its prefix.
    let other = text.replace("mtp_mk_", "mtp_tk_");
    assert_eq!(ApiKey::parse(&other).unwrap_err(), ApiKeyError::Checksum);
}

#[test]
fn other_lengths_and_characters_are_refused() {
    let key = ApiKey::generate(ApiKeyKind::Tenant).unwrap();
    for length in 0..LENGTH {
        assert_eq!(ApiKey::parse(&key.expose()[..length]).unwrap_err(), ApiKeyError::Length);
    }
    assert_eq!(
        ApiKey::parse(&format!("{}0", key.expose())).unwrap_err(),
        ApiKeyError::Length
    );
    assert_eq!(ApiKey::parse(&"x".repeat(1 << 20)).unwrap_err(), ApiKeyError::Length);
    assert_eq!(ApiKey::parse(&"x".repeat(LENGTH)).unwrap_err(), ApiKeyError::Kind);
    // A right checksum over a wrong character, and text that is not ASCII at a border of the parts.
    let body = format!("mtp_tk_{}", "-".repeat(30));
    let sum = checksum(body.as_bytes()).map(char::from);
    let odd = body + &String::from_iter(sum);
    assert_eq!(ApiKey::parse(&odd).unwrap_err(), ApiKeyError::Characters);
    assert_eq!(
        ApiKey::parse(&format!("mtp_tk_{}", "é".repeat(18))).unwrap_err(),
        ApiKeyError::Characters
    );
}

#[test]
fn the_checksum_is_the_known_one() {
    // CRC-32/ISO-HDLC check value of "123456789" is 0xCBF43926.
    let digits = checksum(b"123456789");
    let value = digits.iter().fold(0_u64, |sum, digit| {
        sum * 62 + BASE62.iter().position(|known| known == digit).unwrap() as u64
    });
    assert_eq!(value, 0xCBF4_3926);
}

#[test]
fn debug_shows_the_kind_alone() {
    let key = ApiKey::generate(ApiKeyKind::Refresh).unwrap();
    assert_eq!(format!("{key:?} {key:#?}"), "ApiKey(mtp_rt_***) ApiKey(mtp_rt_***)");
    assert!(!format!("{:?}", key.hash()).contains(&key.expose()[7..]));
}

#[test]
fn a_stored_hash_is_read_back() {
    let hash = ApiKey::generate(ApiKeyKind::OneTime).unwrap().hash();
    assert_eq!(KeyHash::from_slice(hash.as_bytes()).unwrap(), hash);
    assert_eq!(
        KeyHash::from_slice(&hash.as_bytes()[1..]).unwrap_err(),
        ApiKeyError::Hash
    );
}

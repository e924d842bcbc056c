//! Keys and their bounds.

use super::{RateLimit, keyed::Keyed};

#[test]
fn each_key_has_its_own_share() {
    let keyed = Keyed::new(RateLimit::parse("3/h").unwrap(), 100);
    for key in 0..10 {
        for _ in 0..3 {
            assert!(keyed.take(key).is_ok());
        }
        let wait = keyed.take(key).unwrap_err();
        assert!((1..=1200).contains(&wait.as_secs()), "{wait:?}");
    }
}

#[test]
fn a_share_comes_back_with_time() {
    let keyed = Keyed::new(RateLimit::parse("50/s").unwrap(), 100);
    let all = |keyed: &Keyed<u8>| (0..1000).filter(|_| keyed.take(1).is_ok()).count();
    let first = all(&keyed);
    assert!((50..100).contains(&first), "{first}");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(all(&keyed) >= 9);
}

#[test]
fn a_flood_of_keys_shares_one_bucket_and_memory_stays_bounded() {
    let keyed = Keyed::new(RateLimit::parse("10/h").unwrap(), 1000);
    let admitted = (0..200_000_u32).filter(|key| keyed.take(*key).is_ok()).count();
    assert!(keyed.len() <= 1000 + 1024 + 1, "{}", keyed.len());
    assert!(admitted <= 1000 + 1024 + 10, "{admitted}");
}

#[test]
fn keys_at_rest_are_forgotten() {
    let keyed = Keyed::new(RateLimit::parse("1000000/s").unwrap(), 1000);
    for key in 0..200_000_u32 {
        assert!(keyed.take(key).is_ok(), "{key}");
    }
    assert!(keyed.len() <= 1000 + 1024 + 1, "{}", keyed.len());
}

//! Master keys as text: what is taken, what is too weak, and that no error repeats it.

use super::super::{KeyError, LocalKeys, MasterKey, MasterKeyId};

const HEX: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const BASE64: &str = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";

#[test]
fn every_spelling_gives_the_same_key() {
    let id = MasterKey::parse(HEX).unwrap().id().clone();
    assert!(id.as_str().starts_with("local:") && id.as_str().len() == 22);
    let url_safe = BASE64.replace('+', "-").replace('/', "_");
    for text in [
        HEX.to_uppercase(),
        BASE64.to_owned(),
        BASE64.trim_end_matches('=').to_owned(),
        url_safe.trim_end_matches('=').to_owned(),
        url_safe,
        format!("  {BASE64}\r\n"),
    ] {
        assert_eq!(*MasterKey::parse(&text).unwrap().id(), id, "{text}");
    }
    assert_eq!(MasterKey::parse(HEX).unwrap().to_text().expose(), BASE64);
}

#[test]
fn a_generated_key_survives_its_text() {
    let key = MasterKey::generate().unwrap();
    let again = MasterKey::parse(key.to_text().expose()).unwrap();
    assert_eq!(again.id(), key.id());
    assert_ne!(MasterKey::generate().unwrap().id(), key.id());
    assert!(!format!("{key:?}").contains(key.to_text().expose()));
}

#[test]
fn weak_and_wrong_keys_are_refused_without_repeating_them() {
    let hex = |bytes: Vec<u8>| {
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap();
        bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect::<String>()
    };
    let weak = [
        String::new(),
        "changeme".to_owned(),
        HEX[..62].to_owned(),
        format!("{HEX}00"),
        HEX.replace('9', "g"),
        format!("+{}", &HEX[1..]),
        // 31 and 33 bytes.
        "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCg==".to_owned(),
        format!("{}IAA=", &BASE64[..42]),
        hex(vec![0; 32]),
        hex(vec![0xff; 32]),
        hex([[0xde, 0xad, 0xbe, 0xef]; 8].concat()),
        hex((0..32).collect()),
        hex((0..32).rev().collect()),
        hex(b"this is a passphrase, not a key!".to_vec()),
        hex((0..16).chain(0..16).map(|n: u8| n / 2).collect()),
    ];
    for text in weak {
        let error = MasterKey::parse(&text).unwrap_err();
        assert!(matches!(error, KeyError::WeakMasterKey { .. }), "{text}: {error:?}");
        let shown = format!("{error} {error:?}");
        assert!(text.is_empty() || !shown.contains(&text), "{shown}");
    }
}

#[test]
fn a_list_of_keys_is_read() {
    let (first, second) = (MasterKey::generate().unwrap(), MasterKey::generate().unwrap());
    let (one, two) = (first.to_text(), second.to_text());
    for text in [
        format!("{},{}", one.expose(), two.expose()),
        format!(
            "# current\n{}\r\n\n# until the rewrap is done\n{}\n",
            one.expose(),
            two.expose()
        ),
        format!("  {} \t{} ", one.expose(), two.expose()),
    ] {
        let keys = LocalKeys::parse(&text).unwrap();
        assert_eq!(keys.current().id(), first.id());
        let mut again = keys.clone();
        assert!(again.add_older(second.clone()).is_err(), "the second is there");
    }
    assert!(LocalKeys::parse(&format!("{0},{0}", one.expose())).is_err());
    assert!(LocalKeys::parse("# nothing\n").is_err());
    let many = |count| {
        let text = |_| MasterKey::generate().unwrap().to_text().expose().to_owned();
        (0..count).map(text).collect::<Vec<_>>().join(",")
    };
    assert!(LocalKeys::parse(&many(16)).is_ok());
    assert!(LocalKeys::parse(&many(17)).is_err());
}

#[test]
fn names_of_master_keys_are_bounded() {
    assert!(MasterKeyId::new("transit:mtp/keys/main:v3").is_ok());
    for name in ["", "two words", "ü", &"x".repeat(129)] {
        assert!(MasterKeyId::new(name).is_err(), "{name}");
    }
}

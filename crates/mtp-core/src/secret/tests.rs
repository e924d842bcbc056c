//! Secrets and database URLs: nothing shows, nothing wrong is taken.

use super::{Dsn, DsnError, Secret};
use crate::limits::MAX_DSN_BYTES;

#[test]
fn debug_shows_nothing() {
    let secret = Secret::from("pl4nted");
    assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(***) Secret(***)");
    assert_eq!(secret.expose(), "pl4nted");
    assert_eq!(Secret::new(String::from("pl4nted")).clone().expose(), "pl4nted");
    assert!(Secret::from("").is_empty());
}

#[test]
fn a_dsn_shows_its_scheme_alone() {
    for url in [
        "postgres://pl4nted:pl4nted@pl4nted:5432/pl4nted?sslmode=require",
        "mysql://pl4nted@pl4nted/pl4nted",
        "sqlite:pl4nted.db",
        "SQLite://pl4nted",
    ] {
        let dsn = Dsn::parse(url).unwrap();
        let shown = format!("{dsn} {dsn:?} {dsn:#?}");
        assert!(!shown.contains("pl4nted"), "{shown}");
        assert!(shown.contains(dsn.scheme()), "{shown}");
        assert_eq!(dsn.expose(), url);
    }
}

#[test]
fn odd_dsns_are_refused_without_repeating_them() {
    let long = format!("sqlite:{}", "x".repeat(MAX_DSN_BYTES));
    for (url, why) in [
        ("", DsnError::Scheme),
        ("pl4nted", DsnError::Scheme),
        ("http://pl4nted", DsnError::Scheme),
        ("postgres:pl4nted", DsnError::Target),
        ("postgres://", DsnError::Target),
        ("sqlite:", DsnError::Target),
        ("sqlite://", DsnError::Target),
        ("postgres://pl4nted/a b", DsnError::Blank),
        ("postgres://pl4nted/a\0b", DsnError::Blank),
        (long.as_str(), DsnError::TooLong),
    ] {
        let error = Dsn::parse(url).unwrap_err();
        assert_eq!(error, why, "{url}");
        assert!(!format!("{error} {error:?}").contains("pl4nted"));
    }
    assert!(Dsn::parse("sqlite::memory:").is_ok());
    assert!("sqlite:///tmp/x.db".parse::<Dsn>().is_ok());
}

#[test]
fn deserialized_but_an_error_says_nothing_of_the_value() {
    use serde::Deserialize as _;
    use serde::de::IntoDeserializer as _;
    use serde::de::value::Error;

    let text: serde::de::value::StrDeserializer<'_, Error> = "pl4nted".into_deserializer();
    assert_eq!(Secret::deserialize(text).unwrap().expose(), "pl4nted");
    let number: serde::de::value::U64Deserializer<Error> = 424_242_u64.into_deserializer();
    let error = Secret::deserialize(number).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("424242"));
    let url: serde::de::value::StrDeserializer<'_, Error> = "pl4nted://pl4nted".into_deserializer();
    let error = Dsn::deserialize(url).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("pl4nted"));
}

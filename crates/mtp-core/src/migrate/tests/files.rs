//! Sets from folders and from the program itself.

use std::fs;
use std::path::Path;

use super::super::{Dialect, MAX_MIGRATION_BYTES, MigrationError, MigrationSet};
use super::BOTH;
use Dialect::{Postgres, Sqlite};

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn versions(path: &Path, dialect: Dialect) -> Vec<(i64, String)> {
    let set = MigrationSet::from_dir(path, dialect).unwrap();
    set.iter().map(|m| (m.version(), m.description().to_owned())).collect()
}

#[test]
fn one_set_for_all_in_the_order_of_the_numbers() {
    let dir = folder(&[
        ("10_last.sql", ""),
        ("0002_add_tags.sql", ""),
        ("1_notes.sql", ""),
        ("README.md", ""),
        (".0003_x.sql", ""),
    ]);
    for dialect in BOTH {
        let wanted = [
            (1, "notes".to_owned()),
            (2, "add tags".to_owned()),
            (10, "last".to_owned()),
        ];
        assert_eq!(versions(dir.path(), dialect), wanted);
    }
    assert!(MigrationSet::from_dir(folder(&[]).path(), Postgres).unwrap().is_empty());
}

#[test]
fn a_folder_for_each_database() {
    let dir = folder(&[
        ("postgres/0001_a.sql", ""),
        ("sqlite/0001_b.sql", ""),
        ("docs/x.txt", ""),
    ]);
    assert_eq!(versions(dir.path(), Postgres), [(1, "a".to_owned())]);
    assert_eq!(versions(dir.path(), Sqlite), [(1, "b".to_owned())]);
    let one = folder(&[("postgres/0001_a.sql", "")]);
    let error = MigrationSet::from_dir(one.path(), Sqlite).unwrap_err();
    assert!(
        matches!(error, MigrationError::NoDialectFolder { wanted: "sqlite", .. }),
        "{error}"
    );
    let mixed = folder(&[("postgres/0001_a.sql", ""), ("0001_a.sql", "")]);
    let error = MigrationSet::from_dir(mixed.path(), Postgres).unwrap_err();
    assert!(matches!(error, MigrationError::MixedFolder { .. }), "{error}");
}

#[test]
fn reversible_pairs_go_up_only() {
    let dir = folder(&[("1_a.up.sql", "SELECT 1"), ("1_a.down.sql", "SELECT 2")]);
    let set = MigrationSet::from_dir(dir.path(), Postgres).unwrap();
    assert_eq!(set.get(1).map(|m| (m.description(), m.sql())), Some(("a", "SELECT 1")));
    let alone = folder(&[("1_a.down.sql", "")]);
    let error = MigrationSet::from_dir(alone.path(), Postgres).unwrap_err();
    assert!(
        matches!(error, MigrationError::DownWithoutUp { version: 1, .. }),
        "{error}"
    );
}

#[test]
fn wrong_names_and_numbers_are_errors() {
    for name in [
        "notes.sql",
        "0001-notes.sql",
        "x1_notes.sql",
        "0_notes.sql",
        "-1_a.sql",
        "+1_a.sql",
        "1_a.SQL",
        "99999999999999999999_a.sql",
    ] {
        let error = MigrationSet::from_dir(folder(&[(name, "")]).path(), Postgres).unwrap_err();
        assert!(matches!(error, MigrationError::BadName { .. }), "{name}: {error}");
    }
    let twice = folder(&[("1_a.sql", ""), ("0001_b.sql", "")]);
    let error = MigrationSet::from_dir(twice.path(), Postgres).unwrap_err();
    assert!(
        matches!(error, MigrationError::DuplicateVersion { version: 1, .. }),
        "{error}"
    );
    assert!(MigrationSet::from_static(&[(1, "a", ""), (1, "b", "")]).is_err());
    assert!(MigrationSet::from_static(&[(0, "a", "")]).is_err());
    assert!(matches!(
        MigrationSet::from_dir("/no/such/folder", Postgres),
        Err(MigrationError::Io { .. })
    ));
}

#[test]
fn text_is_utf8_and_not_too_long() {
    let dir = folder(&[]);
    fs::write(dir.path().join("1_a.sql"), [0xff, 0xfe]).unwrap();
    assert!(matches!(
        MigrationSet::from_dir(dir.path(), Postgres),
        Err(MigrationError::NotUtf8 { .. })
    ));
    let long = "ü".repeat(usize::try_from(MAX_MIGRATION_BYTES).unwrap() / 2 + 1);
    fs::write(dir.path().join("1_a.sql"), &long).unwrap();
    assert!(matches!(
        MigrationSet::from_dir(dir.path(), Postgres),
        Err(MigrationError::TooLong { .. })
    ));
    assert!(matches!(
        MigrationSet::from_static(&[(1, "a", &long)]),
        Err(MigrationError::TooLong { .. })
    ));
}

#[test]
fn the_checksum_is_sqlxs_and_does_not_see_line_ends() {
    let sum = |sql| {
        MigrationSet::from_static(&[(1, "a", sql)])
            .unwrap()
            .get(1)
            .unwrap()
            .checksum()
            .to_string()
    };
    // printf 'SELECT 1;\nSELECT 2;\n' | sha384sum
    let known = "d11bccacd5207adde2942fb1e73d4aa21431577e6261f68cc596f1b80becc9f5fcc61f16343862bd42b4d32aba7f140e";
    assert_eq!(sum("SELECT 1;\nSELECT 2;\n"), known);
    assert_eq!(sum("\u{feff}SELECT 1;\r\nSELECT 2;\r\n"), known);
    assert_ne!(sum("SELECT 1;\nSELECT 2;"), known);
    let dir = folder(&[("0001_a.sql", "\u{feff}SELECT 1;\r\nSELECT 2;\r\n")]);
    let set = MigrationSet::from_dir(dir.path(), Sqlite).unwrap();
    assert_eq!(set.get(1).unwrap().checksum().to_string(), known);
}

#[test]
fn no_transaction_is_the_first_line() {
    let runs_in_one = |sql| {
        MigrationSet::from_static(&[(1, "a", sql)])
            .unwrap()
            .get(1)
            .unwrap()
            .is_transactional()
    };
    assert!(!runs_in_one("-- no-transaction\nSELECT 1"));
    assert!(!runs_in_one("\u{feff}-- no-transaction\r\nSELECT 1"));
    assert!(runs_in_one("SELECT 1; -- no-transaction"));
}

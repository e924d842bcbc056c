//! The files against what was applied.

use super::super::{MigrationError, Mismatch};
use super::set;

fn applied(set: &super::MigrationSet, versions: &[i64]) -> Vec<(i64, Vec<u8>)> {
    versions
        .iter()
        .map(|v| (*v, set.get(*v).unwrap().checksum().as_bytes().to_vec()))
        .collect()
}

fn mismatches(result: Result<Vec<&super::super::Migration>, MigrationError>) -> Vec<Mismatch> {
    match result {
        Err(MigrationError::Ledger { mismatches }) => mismatches,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_left_comes_oldest_first() {
    let set = set(&["SELECT 1", "SELECT 2", "SELECT 3"]);
    let left = |done: &[i64]| {
        set.verify(&applied(&set, done))
            .unwrap()
            .iter()
            .map(|m| m.version())
            .collect::<Vec<_>>()
    };
    assert_eq!(left(&[]), [1, 2, 3]);
    assert_eq!(left(&[2, 1]), [3]);
    assert_eq!(left(&[1, 2, 3]), Vec::<i64>::new());
}

#[test]
fn a_changed_file_is_named() {
    let (before, after) = (set(&["SELECT 1", "SELECT 2"]), set(&["SELECT 1", "SELECT 2 "]));
    let error = after.verify(&applied(&before, &[1, 2])).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("0002_t.sql (version 2) was changed after it was applied"),
        "{error}"
    );
    let found = mismatches(after.verify(&applied(&before, &[1, 2])));
    assert_eq!(
        found,
        [Mismatch::Changed {
            version: 2,
            file: "0002_t.sql".into()
        }]
    );
}

#[test]
fn a_missing_file_and_a_late_one_are_named() {
    let (long, short) = (set(&["SELECT 1", "SELECT 2", "SELECT 3"]), set(&["SELECT 1"]));
    assert_eq!(
        mismatches(short.verify(&applied(&long, &[1, 2]))),
        [Mismatch::Missing { version: 2 }]
    );
    let late = Mismatch::OutOfOrder {
        version: 2,
        file: "0002_t.sql".into(),
        applied: 3,
    };
    assert_eq!(mismatches(long.verify(&applied(&long, &[1, 3]))), [late]);
}

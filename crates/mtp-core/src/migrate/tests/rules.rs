//! Each rule, with what it finds and what it lets pass.

mod advice;
mod keys;
mod mysql;
mod refused;
mod relations;

use super::super::{Dialect, Rule};
use super::{BOTH, ids, lint};
use Dialect::Postgres;

/// A good table, to be the first file where a case needs one.
const NOTES: &str =
    "CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, PRIMARY KEY (tenant_id, id));";

/// What the rules must find, and nothing beside it.
#[track_caller]
fn finds(dialect: Dialect, files: &[&str], rules: &[Rule]) {
    let report = lint(dialect, files);
    let wanted: Vec<_> = rules.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids(&report), wanted, "{dialect:?} {files:#?}\n{:#?}", report.findings);
}

#[track_caller]
fn finds_on_both(files: &[&str], rules: &[Rule]) {
    for dialect in BOTH {
        finds(dialect, files, rules);
    }
}

/// A table with this in its brackets behind a good start.
fn with(rest: &str) -> String {
    format!("CREATE TABLE t (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id), {rest});")
}

#[test]
fn the_names_of_rules_are_unique_and_read_back() {
    for rule in Rule::ALL {
        assert_eq!(Rule::from_id(rule.id()), Some(*rule));
    }
}

#[test]
fn a_finding_says_where_and_what_to_do() {
    let report = lint(
        Postgres,
        &[
            NOTES,
            "\n  CREATE TABLE t (\n    tenant_id TEXT NOT NULL,\n    id TEXT PRIMARY KEY\n  );",
        ],
    );
    let shown = report.findings.first().unwrap().to_string();
    assert!(
        shown.starts_with(
            "0002_t.sql:4:5: error[key-prefix]: the primary key of t (id) does not begin with tenant_id: put"
        ),
        "{shown}"
    );
}

#[test]
fn a_report_is_json() {
    let json = serde_json::to_value(lint(Postgres, &["CREATE TABLE t (tenant_id TEXT NOT NULL)"])).unwrap();
    let found = &json["findings"][0];
    assert_eq!(
        (&found["rule"], &found["severity"]),
        (&"primary-key".into(), &"warning".into())
    );
    assert_eq!(
        (&found["file"], &found["line"], &found["column"]),
        (&"0001_t.sql".into(), &1.into(), &1.into())
    );
}

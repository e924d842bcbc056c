//! Statements are cut where the server would cut them.

use super::super::Dialect;
use super::{BOTH, set};
use Dialect::{Postgres, Sqlite};

fn texts(dialect: Dialect, sql: &str) -> Vec<String> {
    let set = set(&[sql]);
    let statements = set.get(1).unwrap().statements(dialect).unwrap();
    statements.iter().map(|statement| statement.text().to_owned()).collect()
}

#[test]
fn semicolons_inside_do_not_cut() {
    for (dialect, first) in [
        (
            Postgres,
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$",
        ),
        (
            Postgres,
            "CREATE FUNCTION f() RETURNS int AS $body$ SELECT ';'; $$ ; $body$ LANGUAGE sql",
        ),
        (
            Postgres,
            "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT 3; END",
        ),
        (
            Postgres,
            "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC DELETE FROM a; DELETE FROM b; END",
        ),
        (Postgres, "DO $$ BEGIN PERFORM 1; END $$"),
        (
            Postgres,
            "CREATE RULE r AS ON INSERT TO a DO (DELETE FROM b; DELETE FROM c)",
        ),
        (Postgres, "SELECT E'a\\'; b'"),
        (Postgres, "SELECT 'a\\'"),
        (Postgres, "SELECT 1 /* a; /* b; */ c; */ + 1"),
        (Postgres, "ALTER TABLE ü CLUSTER ON \"ä;ö\""),
        (
            Sqlite,
            "CREATE TRIGGER g AFTER INSERT ON a BEGIN DELETE FROM b; SELECT CASE WHEN 1 THEN 2 END; END",
        ),
        (
            Sqlite,
            "CREATE TEMP TRIGGER g AFTER INSERT ON a BEGIN DELETE FROM b; END",
        ),
    ] {
        let sql = format!("-- first\n{first} ;\n\n SELECT 'ü;2' ; -- the end");
        assert_eq!(texts(dialect, &sql), [first, "SELECT 'ü;2'"], "{dialect:?}");
    }
    for dialect in BOTH {
        // Not a body: only routines have those.
        let table = "CREATE TABLE t (function TEXT, \"begin\" TEXT, case_id TEXT)";
        for sql in [
            "SELECT 'a;b'",
            "SELECT \"a;b\"",
            "SELECT 1 -- a;b\n+ 1",
            "SELECT ''';'",
            table,
        ] {
            assert_eq!(texts(dialect, &format!("{sql};SELECT 2")), [sql, "SELECT 2"]);
        }
        assert_eq!(texts(dialect, ";; ; -- nothing\n;"), Vec::<String>::new());
    }
}

#[test]
fn positions_are_of_the_first_word() {
    let set = set(&["SELECT 1;\n-- x\n  SELECT\n 2"]);
    let statements = set.get(1).unwrap().statements(Postgres).unwrap();
    let places: Vec<_> = statements
        .iter()
        .map(|s| (s.position().line, s.position().column))
        .collect();
    assert_eq!(places, [(1, 1), (3, 3)]);
}

#[test]
fn an_open_quote_is_an_error_with_its_place() {
    for dialect in BOTH {
        let error = set(&["SELECT 1;\nSELECT 'abc"])
            .get(1)
            .unwrap()
            .statements(dialect)
            .unwrap_err();
        assert!(error.to_string().starts_with("0001_t.sql:2:"), "{error}");
    }
}

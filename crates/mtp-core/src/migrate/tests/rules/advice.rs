//! Warnings, setting them aside, and what passes without any.

use crate::migrate::Dialect::{Postgres, Sqlite};
use crate::migrate::tests::{BOTH, ids, lint, set};
use crate::migrate::{LintOptions, Rule};

use super::{NOTES, finds, finds_on_both};

#[test]
fn rows_and_triggers_are_warnings_where_tenants_share() {
    for sql in [
        "UPDATE notes SET body = 'x'",
        "DELETE FROM notes",
        "INSERT INTO notes SELECT * FROM notes",
    ] {
        finds_on_both(&[NOTES, sql], &[Rule::Rows]);
        for dialect in BOTH {
            let alone = LintOptions::new(dialect).shared(false);
            assert!(set(&[NOTES, sql]).lint(&alone).unwrap().findings.is_empty(), "{sql}");
        }
    }
    finds(Postgres, &[NOTES, "TRUNCATE notes"], &[Rule::Rows]);
    finds(
        Postgres,
        &[NOTES, "WITH d AS (SELECT 1) DELETE FROM notes"],
        &[Rule::Rows],
    );
    finds_on_both(&[NOTES, "SELECT 1"], &[Rule::Select]);
    finds(
        Postgres,
        &["SELECT pg_catalog.set_config('search_path', 'x', false)"],
        &[Rule::Select, Rule::Session],
    );
    finds(
        Postgres,
        &[
            NOTES,
            "CREATE TRIGGER g BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f()",
        ],
        &[Rule::Trigger],
    );
    finds(
        Sqlite,
        &[
            NOTES,
            "CREATE TRIGGER g AFTER INSERT ON notes BEGIN DELETE FROM notes WHERE tenant_id = new.tenant_id; END;",
        ],
        &[Rule::Trigger],
    );
}

#[test]
fn long_locks_are_warnings_on_tables_that_are_in_use() {
    for (sql, rules) in [
        ("CREATE INDEX i ON notes (tenant_id, body)", &[Rule::LockIndex][..]),
        ("ALTER TABLE notes ADD UNIQUE (tenant_id, body)", &[Rule::LockIndex]),
        (
            "ALTER TABLE notes ADD CONSTRAINT u UNIQUE USING INDEX i",
            &[Rule::UnknownTable],
        ),
        ("ALTER TABLE notes ADD CHECK (body <> '')", &[Rule::LockConstraint]),
        ("ALTER TABLE notes ADD CONSTRAINT c CHECK (body <> '') NOT VALID", &[]),
        ("ALTER TABLE notes VALIDATE CONSTRAINT c", &[]),
        (
            "ALTER TABLE notes ADD FOREIGN KEY (tenant_id, body) REFERENCES notes",
            &[Rule::LockConstraint],
        ),
        (
            "ALTER TABLE notes ADD CONSTRAINT f FOREIGN KEY (tenant_id, body) REFERENCES notes NOT VALID",
            &[],
        ),
        ("ALTER TABLE notes ALTER COLUMN body SET NOT NULL", &[Rule::LockNotNull]),
        (
            "ALTER TABLE notes ALTER COLUMN body TYPE JSONB USING body::jsonb",
            &[Rule::LockRewrite],
        ),
        (
            "ALTER TABLE notes ADD COLUMN u UUID DEFAULT gen_random_uuid()",
            &[Rule::LockRewrite],
        ),
        ("ALTER TABLE notes ADD COLUMN w TIMESTAMPTZ NOT NULL DEFAULT now()", &[]),
        ("ALTER TABLE notes ADD COLUMN w INT NOT NULL DEFAULT 0", &[]),
        ("ALTER TABLE notes ADD COLUMN w INT NOT NULL", &[Rule::NotNull]),
        ("ALTER TABLE notes DROP COLUMN body", &[Rule::Contract]),
        ("ALTER TABLE notes RENAME COLUMN body TO text", &[Rule::Contract]),
        ("DROP TABLE notes", &[Rule::Contract]),
        ("DROP TABLE IF EXISTS other", &[]),
        ("DROP TABLE other", &[Rule::UnknownTable]),
    ] {
        finds(Postgres, &[NOTES, sql], rules);
        // In the file that makes the table nobody waits for it.
        let alone = lint(Postgres, &[&format!("{NOTES}{sql}")]);
        assert!(
            alone.findings.iter().all(|found| found.rule == Rule::UnknownTable),
            "{sql} {alone:#?}"
        );
    }
    finds(
        Postgres,
        &[
            NOTES,
            "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON notes (tenant_id, body)",
        ],
        &[],
    );
    finds(
        Postgres,
        &[NOTES, "CREATE INDEX CONCURRENTLY i ON notes (tenant_id, body)"],
        &[Rule::NoTransaction],
    );
    finds(
        Postgres,
        &[
            NOTES,
            "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON notes (tenant_id, body); CREATE TYPE m AS ENUM ('a')",
        ],
        &[Rule::NoTransaction],
    );
    finds(Sqlite, &[NOTES, "CREATE INDEX i ON notes (tenant_id, body)"], &[]);
}

#[test]
fn indexes_that_row_level_security_wastes() {
    finds_on_both(
        &[&format!("{NOTES}CREATE INDEX i ON notes (body)")],
        &[Rule::IndexPrefix],
    );
    finds(
        Postgres,
        &[&format!("{NOTES}CREATE INDEX i ON notes USING gin (body)")],
        &[Rule::IndexLeakproof],
    );
}

#[test]
fn a_comment_sets_a_warning_aside_but_not_a_wall() {
    let report = lint(
        Postgres,
        &[
            NOTES,
            "-- mtp:allow rows every tenant gets the same text\nUPDATE notes SET body = 'x';",
        ],
    );
    assert_eq!(ids(&report), Vec::<&str>::new());
    assert_eq!(
        report.findings.first().and_then(|found| found.allowed.as_deref()),
        Some("every tenant gets the same text")
    );
    // Behind the statement, on its last line.
    finds(
        Postgres,
        &[
            NOTES,
            "UPDATE notes\nSET body = 'x'; -- mtp:allow rows fine\nDELETE FROM notes;",
        ],
        &[Rule::Rows],
    );
    finds(
        Postgres,
        &[
            NOTES,
            "/* mtp:allow unreadable only reads */ DO $$ BEGIN PERFORM 1; END $$",
        ],
        &[],
    );
    for (comment, rules) in [
        ("-- mtp:allow rows", &[Rule::Allow, Rule::Rows][..]),
        ("-- mtp:allow nonsense because", &[Rule::Allow, Rule::Rows]),
        ("-- mtp:allow wall because", &[Rule::Allow, Rule::Rows]),
        ("-- mtp:allow trigger because", &[Rule::Allow, Rule::Rows]),
    ] {
        finds(
            Postgres,
            &[NOTES, &format!("{comment}\nUPDATE notes SET body = 'x'")],
            rules,
        );
    }
}

/// What services write every day, some of it past what the parser knows.
#[test]
fn everyday_statements_pass() {
    let tail = "PRIMARY KEY (tenant_id, id)";
    let start = "CREATE TABLE x (tenant_id TEXT NOT NULL, id TEXT NOT NULL";
    for sql in [
        format!(
            "{start}, a TIMESTAMPTZ NOT NULL DEFAULT now(), n NUMERIC(10,2) CHECK (n >= 0), tags TEXT[] NOT NULL DEFAULT '{{}}',
             doc JSONB NOT NULL DEFAULT '{{}}'::jsonb, ip INET, e vector(1536), r daterange, c citext, iv INTERVAL, b BYTEA,
             nm TEXT COLLATE \"C\", ts TSVECTOR GENERATED ALWAYS AS (to_tsvector('english', nm)) STORED, {tail})"
        ),
        format!("{start}, {tail}, UNIQUE NULLS NOT DISTINCT (tenant_id, id)) WITH (fillfactor = 70)"),
        format!("{start}, n TEXT, {tail}, FOREIGN KEY (tenant_id, n) REFERENCES notes ON DELETE SET NULL (n) DEFERRABLE INITIALLY DEFERRED)"),
        format!("{start}, n TEXT, {tail}, FOREIGN KEY (tenant_id, n) REFERENCES notes ON DELETE CASCADE ON UPDATE CASCADE)"),
        "COMMENT ON COLUMN notes.body IS 'x'; COMMENT ON TABLE notes IS 'x'".to_owned(),
        "ALTER TABLE ONLY notes ADD COLUMN IF NOT EXISTS x TEXT, ADD y TEXT NOT NULL DEFAULT 'a'".to_owned(),
        "ALTER TABLE notes SET (autovacuum_enabled = off); ALTER TABLE notes REPLICA IDENTITY FULL".to_owned(),
        "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b'; CREATE DOMAIN d AS text CHECK (value <> '')".to_owned(),
        "DROP TYPE mood; DROP FUNCTION f(int); DROP TRIGGER g ON notes; DROP VIEW IF EXISTS v; DROP INDEX IF EXISTS i".to_owned(),
        "-- no-transaction\nDROP INDEX CONCURRENTLY i".to_owned(),
        "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON notes (tenant_id, body text_pattern_ops) INCLUDE (id) WHERE body <> ''".to_owned(),
        "CREATE VIEW v WITH (security_invoker = true) AS SELECT tenant_id FROM notes WITH LOCAL CHECK OPTION".to_owned(),
        "ALTER TABLE notes RENAME CONSTRAINT notes_pkey TO k".to_owned(),
    ] {
        finds(Postgres, &[NOTES, &sql], &[]);
    }
    for sql in [
        format!(
            "{start}, n INTEGER NOT NULL DEFAULT (unixepoch()), t TEXT DEFAULT CURRENT_TIMESTAMP, j TEXT CHECK (json_valid(j)),
             c TEXT COLLATE NOCASE, g TEXT GENERATED ALWAYS AS (c || 'x') VIRTUAL, b BLOB, r REAL, {tail}) STRICT, WITHOUT ROWID"
        ),
        format!("{start}, {tail}) WITHOUT ROWID, STRICT"),
        "CREATE TABLE x ([tenant_id] TEXT NOT NULL, `id` TEXT NOT NULL, PRIMARY KEY (tenant_id, id))".to_owned(),
        "CREATE INDEX IF NOT EXISTS i ON notes (tenant_id, body COLLATE NOCASE DESC) WHERE body IS NOT NULL".to_owned(),
        "ALTER TABLE notes ADD x TEXT; DROP TRIGGER IF EXISTS g; ANALYZE".to_owned(),
    ] {
        finds(Sqlite, &[NOTES, &sql], &[]);
    }
}

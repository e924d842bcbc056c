//! What a migration may not do.

use crate::migrate::Dialect::{Postgres, Sqlite};
use crate::migrate::tests::lint;
use crate::migrate::{Rule, Severity};

use super::{NOTES, finds, finds_on_both};

#[test]
fn functions_run_with_the_callers_rights_and_a_pinned_path() {
    let body = "AS $$ SELECT 1; $$";
    for (options, rules) in [
        ("LANGUAGE sql SET search_path FROM CURRENT", &[][..]),
        ("LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp", &[]),
        ("LANGUAGE sql SET search_path = ''", &[]),
        ("LANGUAGE sql", &[Rule::FunctionSearchPath]),
        ("LANGUAGE sql SET search_path = public", &[Rule::Qualified]),
        (
            "LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT",
            &[Rule::DefinerFunction],
        ),
        (
            "LANGUAGE plpython3u SET search_path FROM CURRENT",
            &[Rule::FunctionLanguage],
        ),
    ] {
        finds(
            Postgres,
            &[&format!("CREATE FUNCTION f() RETURNS int {options} {body}")],
            rules,
        );
    }
    finds(
        Postgres,
        &["ALTER FUNCTION f() SECURITY DEFINER"],
        &[Rule::DefinerFunction],
    );
    finds(Postgres, &["ALTER FUNCTION f() SET search_path FROM CURRENT"], &[]);
    finds(
        Postgres,
        &["ALTER FUNCTION f() RESET search_path"],
        &[Rule::FunctionSearchPath],
    );
    // What the parser cannot read is judged by its words.
    finds(
        Postgres,
        &["CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER WINDOW COST 3 FOO AS $$ SELECT 1 $$"],
        &[Rule::DefinerFunction, Rule::FunctionSearchPath, Rule::Unreadable],
    );
}

#[test]
fn what_is_mtps_own() {
    for sql in [
        "CREATE POLICY p ON notes USING (true)",
        "DROP POLICY p ON notes",
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE notes OWNER TO someone",
        "ALTER SEQUENCE s OWNER TO someone",
        "GRANT SELECT ON notes TO PUBLIC",
        "REVOKE ALL ON notes FROM someone",
        "CREATE ROLE someone",
        "CREATE USER someone",
        "ALTER ROLE someone BYPASSRLS",
        "DROP ROLE someone",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
        "REASSIGN OWNED BY a TO b",
    ] {
        finds(Postgres, &[NOTES, sql], &[Rule::Wall]);
    }
}

#[test]
fn what_changes_the_session_or_leaves_the_schema() {
    for (dialect, sql, rule) in [
        (Postgres, "SET search_path = a", Rule::Session),
        (Postgres, "SET LOCAL row_security = off", Rule::Session),
        (Postgres, "SET ROLE someone", Rule::Session),
        (Postgres, "RESET ALL", Rule::Session),
        (Postgres, "DISCARD ALL", Rule::Session),
        (Postgres, "VACUUM notes", Rule::Session),
        (Postgres, "BEGIN", Rule::Transaction),
        (Postgres, "COMMIT", Rule::Transaction),
        (Postgres, "ROLLBACK", Rule::Transaction),
        (Postgres, "SAVEPOINT a", Rule::Transaction),
        (Postgres, "CREATE SCHEMA a", Rule::Elsewhere),
        (Postgres, "DROP SCHEMA a CASCADE", Rule::Elsewhere),
        (Postgres, "CREATE DATABASE a", Rule::Elsewhere),
        (Postgres, "CREATE PUBLICATION p FOR ALL TABLES", Rule::Elsewhere),
        (Postgres, "CREATE EXTENSION pg_trgm", Rule::Extension),
        (
            Postgres,
            "CREATE RULE r AS ON INSERT TO notes DO INSTEAD NOTHING",
            Rule::RewriteRule,
        ),
        (Postgres, "CREATE FOREIGN TABLE f (a int) SERVER s", Rule::ForeignTable),
        (Postgres, "DO $$ BEGIN PERFORM 1; END $$", Rule::Unreadable),
        (Postgres, "CALL p()", Rule::Statement),
        (Postgres, "COPY notes FROM '/etc/passwd'", Rule::Statement),
        (Sqlite, "PRAGMA foreign_keys = off", Rule::Session),
        (Sqlite, "ATTACH DATABASE 'x.db' AS x", Rule::Elsewhere),
        (Sqlite, "DETACH DATABASE x", Rule::Elsewhere),
        (Sqlite, "VACUUM", Rule::Session),
        (
            Sqlite,
            "CREATE VIRTUAL TABLE f USING fts5(tenant_id, body)",
            Rule::ForeignTable,
        ),
        (
            Sqlite,
            "CREATE VIRTUAL TABLE f USING fts5(tenant_id UNINDEXED, body, tokenize = 'porter')",
            Rule::ForeignTable,
        ),
    ] {
        finds(dialect, &[NOTES, sql], &[rule]);
        let error = lint(dialect, &[NOTES, sql])
            .findings
            .iter()
            .all(|found| found.severity == Severity::Error);
        assert!(error, "{sql}");
    }
    finds(Sqlite, &[NOTES, "PRAGMA defer_foreign_keys = on"], &[]);
}

#[test]
fn what_cannot_be_read_is_named() {
    finds_on_both(
        &["CREATE TABLE t (tenant_id TEXT NOT NULL, @ nonsense)"],
        &[Rule::UnreadableTable],
    );
    finds(
        Postgres,
        &[NOTES, "ALTER TABLE notes CLUSTER ON i"],
        &[Rule::UnreadableTable],
    );
    finds(
        Postgres,
        &[NOTES, "CREATE UNIQUE INDEX i ON notes (tenant_id) FOO BAR"],
        &[Rule::UnreadableTable],
    );
    finds(
        Postgres,
        &[NOTES, "CREATE STATISTICS s ON tenant_id, body FROM notes"],
        &[Rule::Unreadable],
    );
    finds_on_both(&["FROBNICATE"], &[Rule::Unreadable]);
    assert_eq!(lint(Postgres, &["FROBNICATE"]).errors().count(), 1);
}

#[test]
fn what_is_read_in_part_only_is_judged_by_its_words() {
    for (sql, rule) in [
        (
            "ALTER TABLE notes ALTER COLUMN body SET STATISTICS 100",
            Rule::Unreadable,
        ),
        (
            "ALTER TABLE notes ALTER COLUMN body SET STORAGE external, DROP CONSTRAINT notes_pkey",
            Rule::UnreadableTable,
        ),
        ("ALTER TABLE notes SET SCHEMA other", Rule::Elsewhere),
        ("ALTER TYPE mood SET SCHEMA other", Rule::Elsewhere),
        ("ALTER TABLE notes INHERIT x", Rule::UnreadableTable),
        ("ALTER VIEW v SET (security_invoker = false)", Rule::UnreadableTable),
        ("DROP OWNED BY x", Rule::Wall),
        ("DROP INDEX CONCURRENTLY i", Rule::NoTransaction),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path FROM CURRENT BEGIN ATOMIC SELECT 1; END",
            Rule::Unreadable,
        ),
        (
            "CREATE RECURSIVE VIEW v (tenant_id) AS SELECT tenant_id FROM notes",
            Rule::UnreadableTable,
        ),
    ] {
        finds(Postgres, &[NOTES, sql], &[rule]);
    }
    let nulls = "CREATE TABLE x (tenant_id TEXT NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, id) REFERENCES notes ON DELETE SET NULL (id, tenant_id))";
    finds(Postgres, &[NOTES, nulls], &[Rule::ForeignKey]);
}

//! Tables, views, and their names.

use crate::migrate::Dialect::{Postgres, Sqlite};
use crate::migrate::tests::{lint, set};
use crate::migrate::{LintOptions, Rule};

use super::{NOTES, finds, finds_on_both, with};

#[test]
fn views() {
    let invoker = "WITH (security_invoker = true)";
    for (sql, rules) in [
        (
            format!("CREATE VIEW v {invoker} AS SELECT tenant_id, body FROM notes"),
            &[][..],
        ),
        (format!("CREATE VIEW v {invoker} AS SELECT * FROM notes"), &[]),
        (format!("CREATE VIEW v {invoker} AS SELECT n.* FROM notes n"), &[]),
        (
            format!("CREATE VIEW v (tenant_id, many) {invoker} AS SELECT tenant_id, count(*) FROM notes GROUP BY 1"),
            &[],
        ),
        (
            "CREATE VIEW v WITH (security_invoker) AS SELECT tenant_id FROM notes".into(),
            &[Rule::UnreadableTable],
        ),
        (
            "CREATE VIEW v WITH (security_invoker = on) AS SELECT tenant_id FROM notes".into(),
            &[],
        ),
        (
            "CREATE VIEW v AS SELECT tenant_id FROM notes".into(),
            &[Rule::ViewInvoker],
        ),
        (
            "CREATE VIEW v WITH (security_invoker = false) AS SELECT tenant_id FROM notes".into(),
            &[Rule::ViewInvoker],
        ),
        (
            "CREATE VIEW v WITH (security_barrier = true) AS SELECT tenant_id FROM notes".into(),
            &[Rule::ViewInvoker],
        ),
        (
            format!("CREATE VIEW v {invoker} AS SELECT body FROM notes"),
            &[Rule::ViewTenantId],
        ),
        (
            format!("CREATE VIEW v {invoker} AS SELECT tenant_id, count(*) FROM notes GROUP BY 1"),
            &[Rule::UnreadableTable],
        ),
        (
            "CREATE MATERIALIZED VIEW v AS SELECT tenant_id FROM notes".into(),
            &[Rule::MaterializedView],
        ),
        (
            format!("CREATE VIEW v {invoker} AS SELECT tenant_id, set_config('a', 'b', true) AS s FROM notes"),
            &[Rule::Session],
        ),
    ] {
        finds(Postgres, &[NOTES, &sql], rules);
    }
    finds(
        Sqlite,
        &[NOTES, "CREATE VIEW v AS SELECT tenant_id, body FROM notes"],
        &[],
    );
    finds(
        Sqlite,
        &[NOTES, "CREATE VIEW v AS SELECT body FROM notes"],
        &[Rule::ViewTenantId],
    );
    let join = "CREATE VIEW v AS SELECT a.tenant_id, b.body FROM notes a JOIN notes b ON a.id = b.id";
    finds(Sqlite, &[NOTES, join], &[Rule::ViewJoin]);
    let alone = LintOptions::new(Sqlite).shared(false);
    assert!(set(&[NOTES, join]).lint(&alone).unwrap().findings.is_empty());
    // The last definition is the one that counts.
    finds(
        Postgres,
        &[
            NOTES,
            "CREATE VIEW v AS SELECT tenant_id FROM notes",
            "CREATE OR REPLACE VIEW v WITH (security_invoker = true) AS SELECT tenant_id FROM notes",
        ],
        &[],
    );
}

#[test]
fn names_are_plain_unqualified_and_free() {
    let table = |name: &str| format!("CREATE TABLE {name} (tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id))");
    finds_on_both(&[&table("app.t")], &[Rule::Qualified]);
    finds(Sqlite, &[&table("main.t")], &[Rule::Qualified]);
    for sql in [
        "CREATE INDEX i ON app.notes (tenant_id)",
        "ALTER TABLE app.notes ADD COLUMN x TEXT",
        "DROP INDEX app.i",
    ] {
        finds_on_both(&[&format!("{NOTES}{sql}")], &[Rule::Qualified]);
    }
    finds_on_both(
        &[NOTES, "INSERT INTO app.notes (tenant_id, id) VALUES ('a', 'b')"],
        &[Rule::Qualified, Rule::Rows],
    );
    finds_on_both(
        &[&format!(
            "{NOTES}{}",
            with("n TEXT, FOREIGN KEY (tenant_id, n) REFERENCES app.notes (tenant_id, id)")
        )],
        &[Rule::Qualified],
    );
    finds(Postgres, &["CREATE TYPE app.mood AS ENUM ('a')"], &[Rule::Qualified]);
    finds(Postgres, &["CREATE TYPE mood AS ENUM ('a')"], &[]);
    for name in [
        "mtp_notes",
        "\"only\"",
        "dual",
        "excluded",
        "pg_notes",
        "sqlite_notes",
        "_sqlx_migrations",
    ] {
        finds_on_both(&[&table(name)], &[Rule::ReservedName]);
    }
    for name in ["\"Notes and more\"", "\"a-b\"", &"x".repeat(64)] {
        finds_on_both(&[&table(name)], &[Rule::NameForm]);
    }
    finds(Postgres, &[&table("\"Notes\"")], &[Rule::NameForm]);
    finds_on_both(&[&table("Notes")], &[]);
    finds_on_both(
        &[NOTES, "ALTER TABLE notes RENAME TO mtp_notes"],
        &[Rule::ReservedName, Rule::Contract],
    );
    let library = LintOptions::new(Postgres).library();
    assert!(set(&[&table("mtp_notes")]).lint(&library).unwrap().findings.is_empty());
}

#[test]
fn columns_have_names_that_a_statement_can_use() {
    for (column, rules) in [
        ("mtp_x", &[Rule::ReservedName][..]),
        ("rowid", &[Rule::ReservedName]),
        ("\"XMIN\"", &[Rule::ReservedName]),
        ("\"a.b c\"", &[]),
        ("\"a'b\"", &[Rule::NameForm]),
        (&"x".repeat(63), &[]),
        (&"x".repeat(64), &[Rule::NameForm]),
    ] {
        finds_on_both(&[&with(&format!("{column} TEXT"))], rules);
        finds_on_both(&[NOTES, &format!("ALTER TABLE notes ADD COLUMN {column} TEXT")], rules);
    }
    let library = LintOptions::new(Postgres).library();
    assert!(set(&[&with("mtp_x TEXT")]).lint(&library).unwrap().is_clean());
}

#[test]
fn tables_of_their_own_kind() {
    finds(
        Postgres,
        &[NOTES, "CREATE TABLE t AS SELECT * FROM notes"],
        &[Rule::TenantId, Rule::PrimaryKey, Rule::TableAs],
    );
    finds(Postgres, &[NOTES, "SELECT * INTO t FROM notes"], &[Rule::TableAs]);
    let temp = "CREATE TEMP TABLE t (tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id))";
    finds_on_both(&[temp], &[Rule::Temporary]);
    finds(
        Postgres,
        &["CREATE UNLOGGED TABLE t (tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id))"],
        &[],
    );
    finds(
        Postgres,
        &["CREATE TABLE t (tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id)) PARTITION BY LIST (tenant_id)"],
        &[Rule::Inheritance],
    );
    finds(
        Postgres,
        &[
            NOTES,
            "CREATE TABLE t (tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id)) INHERITS (notes)",
        ],
        &[Rule::Inheritance],
    );
    for sql in [
        "CREATE TABLE t PARTITION OF notes FOR VALUES IN ('a')",
        "CREATE TABLE t (LIKE notes INCLUDING ALL)",
    ] {
        let report = lint(Postgres, &[NOTES, sql]);
        assert!(
            report
                .errors()
                .any(|found| matches!(found.rule, Rule::Inheritance | Rule::UnreadableTable)),
            "{sql} {report:#?}"
        );
    }
}

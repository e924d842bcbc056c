//! `tenant_id` and the keys.

use crate::migrate::Dialect::{Postgres, Sqlite};
use crate::migrate::Rule;
use crate::migrate::tests::{BOTH, lint};

use super::{NOTES, finds, finds_on_both, with};

#[test]
fn a_good_table_passes() {
    finds_on_both(&[NOTES], &[]);
    finds_on_both(&[], &[]);
    finds_on_both(&["-- nothing but a comment\n;;"], &[]);
}

#[test]
fn tenant_id_is_there_and_is_not_null_text() {
    for (columns, fine) in [
        ("tenant_id TEXT NOT NULL", true),
        ("tenant_id VARCHAR(63) NOT NULL", true),
        ("\"tenant_id\" VARCHAR NOT NULL", true),
        ("TENANT_ID text NOT NULL", true),
        ("tenant_id TEXT", false),
        ("tenant_id BIGINT NOT NULL", false),
        ("tenant_id UUID NOT NULL", false),
        ("tenant_id CHAR(63) NOT NULL", false),
        ("tenant TEXT NOT NULL", false),
        ("tenant_id TEXT COLLATE \"C\" NOT NULL", true),
        // By these `a-b` may be `ab`.
        ("tenant_id TEXT COLLATE shifted NOT NULL", false),
        ("tenant_id TEXT COLLATE NOCASE NOT NULL", false),
    ] {
        for dialect in BOTH {
            let report = lint(dialect, &[&format!("CREATE TABLE t ({columns}, id TEXT NOT NULL);")]);
            let found = report.findings.iter().any(|found| found.rule == Rule::TenantId);
            assert_eq!(found, !fine, "{dialect:?} {columns}");
        }
    }
    finds(
        Postgres,
        &["CREATE TABLE t (tenant_id VARCHAR(62) PRIMARY KEY)"],
        &[Rule::TenantId],
    );
    // SQLite takes NULL in a primary key, but not WITHOUT ROWID and not STRICT.
    finds(Postgres, &["CREATE TABLE t (tenant_id TEXT PRIMARY KEY)"], &[]);
    finds(
        Sqlite,
        &["CREATE TABLE t (tenant_id TEXT PRIMARY KEY)"],
        &[Rule::TenantId],
    );
    finds(
        Sqlite,
        &["CREATE TABLE t (tenant_id TEXT PRIMARY KEY) WITHOUT ROWID"],
        &[],
    );
    finds(Sqlite, &["CREATE TABLE t (tenant_id TEXT PRIMARY KEY) STRICT"], &[]);
    // Quoted in capitals it is another column on PostgreSQL, the same one on SQLite.
    let shouted = "CREATE TABLE t (\"TENANT_ID\" TEXT NOT NULL, PRIMARY KEY (\"TENANT_ID\"))";
    finds(Sqlite, &[shouted], &[]);
    finds(Postgres, &[shouted], &[Rule::TenantId, Rule::KeyPrefix]);
    finds(
        Postgres,
        &["CREATE TABLE t (id TEXT, tenant_id TEXT NOT NULL GENERATED ALWAYS AS (id) STORED, PRIMARY KEY (tenant_id))"],
        &[Rule::TenantId],
    );
}

#[test]
fn keys_begin_with_tenant_id() {
    for bad in [
        "CREATE TABLE t (tenant_id TEXT NOT NULL, id TEXT PRIMARY KEY)".to_owned(),
        "CREATE TABLE t (tenant_id TEXT NOT NULL, id TEXT, PRIMARY KEY (id, tenant_id))".to_owned(),
        "CREATE TABLE t (tenant_id TEXT NOT NULL, id TEXT, CONSTRAINT k PRIMARY KEY (id))".to_owned(),
        with("email TEXT UNIQUE"),
        with("email TEXT, UNIQUE (email)"),
        with("email TEXT, CONSTRAINT u UNIQUE (email, tenant_id)"),
    ] {
        finds_on_both(&[&bad], &[Rule::KeyPrefix]);
    }
    finds_on_both(&[&with("email TEXT, UNIQUE (tenant_id, email)")], &[]);
    for (index, fine) in [
        ("CREATE UNIQUE INDEX i ON notes (body)", false),
        ("CREATE UNIQUE INDEX i ON notes (body, tenant_id)", false),
        ("CREATE UNIQUE INDEX i ON notes (lower(body), tenant_id)", false),
        ("CREATE UNIQUE INDEX i ON notes (lower(tenant_id), body)", false),
        ("CREATE UNIQUE INDEX i ON notes (tenant_id, lower(body))", true),
        (
            "CREATE UNIQUE INDEX i ON notes (tenant_id DESC, body) WHERE body IS NOT NULL",
            true,
        ),
    ] {
        finds_on_both(
            &[&format!("{NOTES}{index}")],
            if fine { &[] } else { &[Rule::KeyPrefix] },
        );
    }
    finds(
        Postgres,
        &[&with("r TEXT, EXCLUDE USING gist (r WITH &&)")],
        &[Rule::KeyPrefix],
    );
    finds(
        Postgres,
        &[&with("r TEXT, EXCLUDE USING gist (r WITH &&, tenant_id WITH =)")],
        &[],
    );
    finds_on_both(&["CREATE TABLE t (tenant_id TEXT NOT NULL)"], &[Rule::PrimaryKey]);
}

#[test]
fn foreign_keys_begin_with_tenant_id_on_both_sides() {
    for (key, rules) in [
        (
            "n TEXT, FOREIGN KEY (tenant_id, n) REFERENCES notes (tenant_id, id)",
            &[][..],
        ),
        (
            "n TEXT, FOREIGN KEY (tenant_id, n) REFERENCES notes ON DELETE CASCADE",
            &[],
        ),
        (
            "n TEXT, FOREIGN KEY (tenant_id, n) REFERENCES notes (id, tenant_id)",
            &[Rule::ForeignKey],
        ),
        (
            "n TEXT, FOREIGN KEY (n, tenant_id) REFERENCES notes (tenant_id, id)",
            &[Rule::ForeignKey],
        ),
        ("n TEXT REFERENCES notes (id)", &[Rule::ForeignKey]),
        (
            "n TEXT, FOREIGN KEY (tenant_id, n) REFERENCES notes ON DELETE SET NULL",
            &[Rule::ForeignKey],
        ),
        (
            "n TEXT, FOREIGN KEY (tenant_id, n) REFERENCES elsewhere (tenant_id, id)",
            &[Rule::UnknownTable],
        ),
    ] {
        finds_on_both(&[&format!("{NOTES}{}", with(key))], rules);
    }
}

#[test]
fn nothing_counts_up() {
    for counter in [
        "n SERIAL",
        "n BIGSERIAL",
        "n SMALLSERIAL",
        "n INT GENERATED ALWAYS AS IDENTITY",
        "n BIGINT GENERATED BY DEFAULT AS IDENTITY",
        "n BIGINT DEFAULT nextval('s')",
    ] {
        finds(Postgres, &[&with(counter)], &[Rule::Sequence]);
    }
    finds(Postgres, &["CREATE SEQUENCE s"], &[Rule::Sequence]);
    finds(Postgres, &["CREATE SEQUENCE s; DROP SEQUENCE s"], &[]);
    finds(
        Postgres,
        &[
            &with("n INT"),
            "ALTER TABLE t ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY",
        ],
        &[Rule::Sequence],
    );
    finds(
        Postgres,
        &[&with("n INT"), "ALTER TABLE t ALTER COLUMN n SET DEFAULT nextval('s')"],
        &[Rule::Sequence],
    );
    finds(Postgres, &[&with("n INT GENERATED ALWAYS AS (1 + 1) STORED")], &[]);
    finds(
        Sqlite,
        &["CREATE TABLE t (tenant_id TEXT NOT NULL, id INTEGER PRIMARY KEY AUTOINCREMENT)"],
        &[Rule::KeyPrefix, Rule::Sequence],
    );
}

//! Tables folded over the whole set.

use super::super::{Dialect, LintOptions, MigrationError, Rule, TableShape};
use super::{BOTH, ids, lint, set};
use Dialect::{Postgres, Sqlite};

fn shape(dialect: Dialect, files: &[&str]) -> Vec<TableShape> {
    set(files).shape(&LintOptions::new(dialect)).unwrap()
}

fn names(table: &TableShape) -> Vec<&str> {
    table.column_names().collect()
}

const NOTES: &str =
    "CREATE TABLE Notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, PRIMARY KEY (tenant_id, id));";

#[test]
fn columns_are_added_renamed_and_dropped() {
    for dialect in BOTH {
        let tables = shape(
            dialect,
            &[
                NOTES,
                "ALTER TABLE notes ADD COLUMN tag VARCHAR(20)",
                "ALTER TABLE notes RENAME COLUMN body TO text",
                "ALTER TABLE notes DROP COLUMN tag; ALTER TABLE notes ADD COLUMN size BIGINT NOT NULL DEFAULT 0",
            ],
        );
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].name, "notes");
        assert_eq!(names(&tables[0]), ["tenant_id", "id", "text", "size"]);
        let size = tables[0].column("size").unwrap();
        assert_eq!((size.type_text.as_str(), size.nullable), ("BIGINT", false));
        assert!(tables[0].column("text").unwrap().nullable);
        assert_eq!(tables[0].primary_key.as_ref().unwrap().columns, ["tenant_id", "id"]);
    }
}

#[test]
fn tables_are_dropped_and_renamed_with_what_points_at_them() {
    let tags = "CREATE TABLE tags (tenant_id TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (tenant_id, note),
        FOREIGN KEY (tenant_id, note) REFERENCES notes (tenant_id, id));";
    for dialect in BOTH {
        let tables = shape(
            dialect,
            &[
                NOTES,
                tags,
                "ALTER TABLE notes RENAME TO memos",
                "ALTER TABLE memos RENAME COLUMN id TO memo",
            ],
        );
        let all: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(all, ["memos", "tags"]);
        let key = &tables[1].foreign_keys[0];
        assert_eq!(
            (key.references.as_str(), key.referenced_columns.as_slice()),
            ("memos", &["tenant_id".to_owned(), "memo".to_owned()][..])
        );
        let left = shape(dialect, &[NOTES, tags, "DROP TABLE tags"]);
        assert_eq!(left.len(), 1);
    }
}

/// SQLite cannot alter a key, so its own manual makes the table anew (`lang_altertable.html`).
#[test]
fn a_table_made_anew_is_the_table() {
    let tables = shape(
        Sqlite,
        &[NOTES, "CREATE TABLE notes_new (tenant_id TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (tenant_id, key)) WITHOUT ROWID;
            INSERT INTO notes_new SELECT tenant_id, id FROM notes;
            DROP TABLE notes;
            ALTER TABLE notes_new RENAME TO notes;"],
    );
    assert_eq!(tables.len(), 1);
    assert_eq!(
        (tables[0].name.as_str(), names(&tables[0])),
        ("notes", vec!["tenant_id", "key"])
    );
}

/// A key is judged as the set leaves it, not as a file on the way had it.
#[test]
fn a_later_file_mends_a_key() {
    let bad = "CREATE TABLE t (tenant_id TEXT, id TEXT PRIMARY KEY, mail TEXT UNIQUE, n SERIAL)";
    assert_eq!(ids(&lint(Postgres, &[bad])), ["tenant-id", "key-prefix", "sequence"]);
    for mend in [
        "ALTER TABLE t DROP CONSTRAINT t_pkey, DROP CONSTRAINT t_mail_key, ADD PRIMARY KEY (tenant_id, id), DROP COLUMN n;",
        "ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (tenant_id, id); ALTER TABLE t DROP COLUMN n, DROP COLUMN mail;",
        "DROP TABLE t",
    ] {
        assert!(
            lint(Postgres, &[bad, mend]).is_clean(),
            "{mend} {:#?}",
            lint(Postgres, &[bad, mend]).findings
        );
    }
    let worse = lint(
        Postgres,
        &[NOTES, "ALTER TABLE notes ALTER COLUMN tenant_id TYPE BIGINT USING 1"],
    );
    assert!(worse.errors().any(|found| found.rule == Rule::TenantId));
    let index = "CREATE UNIQUE INDEX i ON notes (body);";
    assert_eq!(ids(&lint(Sqlite, &[&format!("{NOTES}{index}")])), ["key-prefix"]);
    assert!(lint(Sqlite, &[&format!("{NOTES}{index}DROP INDEX i")]).is_clean());
    // A key that takes an index over.
    let taken = "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY i ON notes (tenant_id, body)";
    let tables = shape(
        Postgres,
        &[NOTES, taken, "ALTER TABLE notes ADD CONSTRAINT u UNIQUE USING INDEX i"],
    );
    assert_eq!(
        tables[0]
            .uniques
            .iter()
            .map(|key| key.name.as_deref())
            .collect::<Vec<_>>(),
        [Some("u")]
    );
}

#[test]
fn views_are_relations_too() {
    let tables = shape(
        Postgres,
        &[
            NOTES,
            "CREATE VIEW v WITH (security_invoker = true) AS SELECT n.*, 1 AS one FROM notes n",
        ],
    );
    assert!(tables[1].is_view);
    assert_eq!(names(&tables[1]), ["tenant_id", "id", "body", "one"]);
    assert_eq!(
        shape(
            Postgres,
            &[
                NOTES,
                "CREATE VIEW v WITH (security_invoker = true) AS SELECT * FROM notes",
                "DROP VIEW v"
            ]
        )
        .len(),
        1
    );
}

#[test]
fn created_twice() {
    for dialect in BOTH {
        assert_eq!(ids(&lint(dialect, &[NOTES, NOTES])), ["exists-already"]);
        let again = "CREATE TABLE IF NOT EXISTS notes (tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id))";
        assert_eq!(names(&shape(dialect, &[NOTES, again])[0]), ["tenant_id", "id", "body"]);
        assert_eq!(
            ids(&lint(dialect, &[NOTES, "ALTER TABLE notes ADD COLUMN body TEXT"])),
            ["exists-already"]
        );
        assert_eq!(
            ids(&lint(dialect, &["ALTER TABLE nothing ADD COLUMN body TEXT"])),
            ["unknown-table"]
        );
    }
}

#[test]
fn a_set_that_does_not_pass_has_no_shape() {
    let error = set(&["CREATE TABLE t (id TEXT)"])
        .shape(&LintOptions::new(Postgres))
        .unwrap_err();
    assert!(matches!(error, MigrationError::Lint { .. }));
    assert!(
        error
            .to_string()
            .contains("0001_t.sql:1:1: error[tenant-id]: t has no column tenant_id"),
        "{error}"
    );
}

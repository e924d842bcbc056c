//! What the lint reads on the MySQL wire.

use crate::migrate::Dialect::MySql;
use crate::migrate::tests::{ids, lint, set};
use crate::migrate::{LintOptions, Rule, TableShape};

use super::finds;

const NOTES: &str = "CREATE TABLE IF NOT EXISTS notes (
    tenant_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id CHAR(36) NOT NULL,
    title VARCHAR(190) NOT NULL DEFAULT 'a\\'b; c',
    body TEXT NOT NULL DEFAULT (''),
    doc JSON NOT NULL DEFAULT ('{}'),
    pinned BOOLEAN NOT NULL DEFAULT FALSE,
    kind ENUM('a', 'b') NULL COMMENT 'of what kind',
    written DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    amount DECIMAL(10, 2) UNSIGNED,
    PRIMARY KEY (tenant_id, id),
    UNIQUE KEY titles (tenant_id, title),
    UNIQUE (tenant_id, written),
    KEY pinned (tenant_id, pinned)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin COMMENT = 'notes';";

fn notes(files: &[&str]) -> TableShape {
    let shapes = set(files).shape(&LintOptions::new(MySql)).unwrap();
    shapes.into_iter().find(|table| table.name == "notes").unwrap()
}

#[test]
fn a_good_table_passes() {
    finds(MySql, &[NOTES], &[]);
    finds(
        MySql,
        &[
            NOTES,
            "ALTER TABLE notes ADD COLUMN IF NOT EXISTS place VARCHAR(20) NOT NULL DEFAULT '' AFTER id;
             ALTER TABLE `notes` MODIFY title VARCHAR(200) NOT NULL, ALGORITHM = INPLACE, LOCK = NONE;
             CREATE INDEX IF NOT EXISTS notes_body ON notes (tenant_id, body(20));
             ALTER TABLE notes ADD UNIQUE KEY places (tenant_id, place), ADD CONSTRAINT c CHECK (place <> 'x');
             ALTER TABLE notes ADD KEY IF NOT EXISTS places_again (tenant_id, place);
             ALTER TABLE notes DROP KEY IF EXISTS places;
             DROP INDEX notes_body ON notes;",
        ],
        &[],
    );
    finds(
        MySql,
        &[
            NOTES,
            "CREATE TABLE lines (tenant_id VARCHAR(63) NOT NULL, id BIGINT NOT NULL, note CHAR(36) NOT NULL,
             PRIMARY KEY (tenant_id, id),
             CONSTRAINT of_note FOREIGN KEY (tenant_id, note) REFERENCES notes (tenant_id, id) ON DELETE CASCADE)",
            "ALTER TABLE lines DROP FOREIGN KEY of_note",
            "CREATE OR REPLACE VIEW pinned AS SELECT tenant_id, id FROM notes WHERE pinned WITH CASCADED CHECK OPTION",
        ],
        &[],
    );
}

#[test]
fn keys_begin_with_tenant_id() {
    let with = |rest: &str| {
        format!(
            "CREATE TABLE t (tenant_id VARCHAR(63) NOT NULL, id BIGINT NOT NULL, n INT, PRIMARY KEY (tenant_id, id), {rest})"
        )
    };
    for (rest, rule) in [
        ("UNIQUE KEY x (id)", Rule::KeyPrefix),
        ("UNIQUE (n)", Rule::KeyPrefix),
        ("m INT UNIQUE", Rule::KeyPrefix),
        ("KEY x (n)", Rule::IndexPrefix),
        ("INDEX (n, tenant_id)", Rule::IndexPrefix),
        ("FOREIGN KEY (n) REFERENCES t (id)", Rule::ForeignKey),
        (
            "FOREIGN KEY (tenant_id, n) REFERENCES t (tenant_id, id) ON DELETE SET NULL",
            Rule::ForeignKey,
        ),
        ("m BIGINT AUTO_INCREMENT", Rule::Sequence),
        ("m SERIAL", Rule::Sequence),
    ] {
        let report = lint(MySql, &[&with(rest)]);
        assert!(ids(&report).contains(&rule.id()), "{rest}: {:#?}", report.findings);
    }
    for (column, fine) in [
        ("VARCHAR(63) NOT NULL", true),
        ("varchar(64) character set ascii collate ascii_bin not null", true),
        ("VARCHAR(62) NOT NULL", false),
        ("TEXT NOT NULL", false),
        ("CHAR(63) NOT NULL", false),
        ("BIGINT NOT NULL", false),
    ] {
        let table = format!("CREATE TABLE t (tenant_id {column}, id INT, PRIMARY KEY (tenant_id, id))");
        let found = lint(MySql, &[&table]).findings;
        assert_eq!(
            found.iter().all(|f| f.rule != Rule::TenantId),
            fine,
            "{column}: {found:#?}"
        );
    }
}

#[test]
fn keys_are_followed_as_the_server_names_them() {
    let names =
        |table: &TableShape| -> Vec<String> { table.uniques.iter().filter_map(|key| key.name.clone()).collect() };
    assert_eq!(names(&notes(&[NOTES])), ["titles", "tenant_id"]);
    assert_eq!(names(&notes(&[NOTES, "DROP INDEX tenant_id ON notes"])), ["titles"]);
    assert_eq!(
        names(&notes(&[NOTES, "ALTER TABLE notes DROP KEY titles"])),
        ["tenant_id"]
    );
    // A column that goes leaves its keys standing, shorter.
    let shorter = notes(&[NOTES, "ALTER TABLE notes DROP COLUMN title"]);
    assert_eq!(shorter.uniques[0].columns, ["tenant_id"]);
    let renamed = notes(&[NOTES, "ALTER TABLE notes CHANGE title name VARCHAR(20) NULL"]);
    assert_eq!(renamed.uniques[0].columns, ["tenant_id", "name"]);
    assert!(renamed.column("name").unwrap().nullable && renamed.column("title").is_none());
    // Another table's index of the same name stays.
    let other = "CREATE TABLE other (tenant_id VARCHAR(63) NOT NULL, id INT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE KEY titles (id))";
    finds(MySql, &[NOTES, other, "DROP INDEX titles ON notes"], &[Rule::KeyPrefix]);
    finds(MySql, &[NOTES, other, "DROP INDEX titles ON other"], &[]);
    finds(
        MySql,
        &[NOTES, "ALTER TABLE notes DROP PRIMARY KEY, ADD PRIMARY KEY (id)"],
        &[Rule::KeyPrefix],
    );
    finds(
        MySql,
        &[NOTES, "ALTER TABLE notes MODIFY tenant_id VARCHAR(20) NOT NULL"],
        &[Rule::TenantId],
    );
    finds(
        MySql,
        &[NOTES, "ALTER TABLE notes CHANGE tenant_id tenant VARCHAR(63) NOT NULL"],
        &[Rule::TenantId, Rule::KeyPrefix, Rule::Contract],
    );
}

#[test]
fn what_runs_with_its_makers_rights_is_refused() {
    for sql in [
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "CREATE OR REPLACE FUNCTION f() RETURNS INT DETERMINISTIC RETURN (SELECT 1)",
        "CREATE DEFINER = root@localhost FUNCTION f() RETURNS INT RETURN 1",
        "CREATE AGGREGATE FUNCTION f RETURNS INT SONAME 'x.so'",
        "CREATE PROCEDURE p() SELECT 1",
        "ALTER PROCEDURE p SQL SECURITY INVOKER",
        "CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW SET NEW.body = ''",
        "CREATE DEFINER=`root`@`%` TRIGGER t BEFORE INSERT ON notes FOR EACH ROW SET NEW.body = ''",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM notes",
    ] {
        let report = lint(MySql, &[NOTES, sql]);
        assert!(
            ids(&report).contains(&Rule::Routine.id()),
            "{sql}: {:#?}",
            report.findings
        );
        assert!(!report.is_clean(), "{sql}");
    }
}

#[test]
fn what_is_refused_besides() {
    for (sql, rule) in [
        (
            "CREATE TABLE other.t (tenant_id VARCHAR(63) NOT NULL PRIMARY KEY)",
            Rule::Qualified,
        ),
        ("ALTER TABLE other.notes ADD x INT", Rule::Qualified),
        (
            "CREATE TABLE t (tenant_id VARCHAR(63) NOT NULL PRIMARY KEY) ENGINE = MyISAM",
            Rule::ForeignTable,
        ),
        (
            "CREATE TABLE t (tenant_id VARCHAR(63) NOT NULL PRIMARY KEY) ENGINE = FEDERATED CONNECTION = 'mysql://x'",
            Rule::ForeignTable,
        ),
        (
            "CREATE TABLE t (tenant_id VARCHAR(63) NOT NULL PRIMARY KEY) DATA DIRECTORY = '/tmp'",
            Rule::ForeignTable,
        ),
        (
            "CREATE TEMPORARY TABLE t (tenant_id VARCHAR(63) NOT NULL PRIMARY KEY)",
            Rule::Temporary,
        ),
        ("CREATE TABLE t AS SELECT * FROM notes", Rule::TableAs),
        ("CREATE TABLE t LIKE notes", Rule::Inheritance),
        ("CREATE SEQUENCE s", Rule::Sequence),
        (
            "CREATE DEFINER = root@localhost SQL SECURITY DEFINER VIEW v AS SELECT tenant_id FROM notes",
            Rule::Wall,
        ),
        ("CREATE VIEW v AS SELECT id FROM notes", Rule::ViewTenantId),
        (
            "CREATE VIEW v AS SELECT n.tenant_id FROM notes n JOIN notes m ON m.id = n.id",
            Rule::ViewJoin,
        ),
        ("GRANT SELECT ON notes TO x", Rule::Wall),
        ("CREATE USER x IDENTIFIED BY 'y'", Rule::Wall),
        ("SET SESSION sql_mode = 'ANSI_QUOTES'", Rule::Session),
        ("USE other", Rule::Session),
        ("START TRANSACTION", Rule::Transaction),
        ("COMMIT", Rule::Transaction),
        ("CREATE DATABASE other", Rule::Elsewhere),
        ("RENAME TABLE notes TO other.notes", Rule::Statement),
        ("DELETE FROM notes", Rule::Rows),
        ("ALTER TABLE notes DISCARD TABLESPACE", Rule::UnreadableTable),
        (
            "ALTER DEFINER = root@localhost VIEW v AS SELECT 1",
            Rule::UnreadableTable,
        ),
        ("LOAD DATA INFILE 'x' INTO TABLE notes", Rule::Session),
        ("DROP TABLE notes", Rule::Contract),
    ] {
        let report = lint(MySql, &[NOTES, sql]);
        assert!(ids(&report).contains(&rule.id()), "{sql}: {:#?}", report.findings);
    }
}

/// What such a comment does depends on the server's version, so the lint cannot have read it.
#[test]
fn comments_that_are_run_are_refused_with_their_place() {
    for sql in [
        "SELECT 1;\n /*!50000 SELECT */ 1",
        "SELECT 1;\n /*M! DROP TABLE notes */",
    ] {
        let refused = set(&[sql]).lint(&LintOptions::new(MySql)).unwrap_err().to_string();
        assert!(refused.contains("0001_t.sql:2:2"), "{refused}");
    }
}

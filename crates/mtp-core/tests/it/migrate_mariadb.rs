//! A service's migrations on MariaDB, where a change of a table cannot be undone: a file of which a part is done is
//! named with what to do, and goes on where it stopped; views follow the tables; and rows in a circle go too.

use mtp_core::{Error, Finding, Isolation, Severity, TenantConfig, TenantManager, TenantState};

use crate::place::{Place, bodies, note};

const NOTES: &str = include_str!("notes/0001_notes.sql");
/// Two tables whose rows refer to each other in a circle.
const CIRCLE: &str = "
CREATE TABLE heads (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, tail VARCHAR(64), PRIMARY KEY (tenant_id, id));
CREATE TABLE tails (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, head VARCHAR(64), PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, head) REFERENCES heads (tenant_id, id));
ALTER TABLE heads ADD CONSTRAINT heads_tail FOREIGN KEY (tenant_id, tail) REFERENCES tails (tenant_id, id);
";
/// Changes the rows of every tenant, and the keys that a view names.
const UPPER: &str = "
ALTER TABLE notes ADD COLUMN loud VARCHAR(200);
CREATE INDEX notes_by_loud ON notes (tenant_id, loud);
UPDATE notes SET loud = upper(body);
";
const NO_INDEX: &str = "DROP INDEX notes_by_loud ON notes;";
const BROKEN: &str = "
CREATE TABLE half (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, n INT, PRIMARY KEY (tenant_id, id));
INSERT INTO half (tenant_id, id, n) SELECT tenant_id, id, CAST(body AS INTEGER) FROM notes;
ALTER TABLE half ADD COLUMN done INT;
";
/// The same with another beginning.
const OTHER: &str = "
CREATE TABLE half (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, n BIGINT, PRIMARY KEY (tenant_id, id));
INSERT INTO half (tenant_id, id, n) SELECT tenant_id, id, CAST(body AS INTEGER) FROM notes;
ALTER TABLE half ADD COLUMN done INT;
";
const MENDED: &str = "
CREATE TABLE half (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, n INT, PRIMARY KEY (tenant_id, id));
INSERT INTO half (tenant_id, id, n) SELECT tenant_id, id, char_length(body) FROM notes;
ALTER TABLE half ADD COLUMN done INT;
";

type Files<'f> = &'f [(i64, &'static str, &'static str)];

async fn with(place: &Place, files: Files<'_>) -> TenantManager {
    // Without background work: an older process would finish the newer one's tenant, with the files that it knows.
    let builder = place.builder().background(false).migrations(files);
    builder.start().await.unwrap()
}

async fn errors(manager: &TenantManager) -> Vec<Finding> {
    let mut findings = manager.examine().await.unwrap();
    findings.retain(|f| f.severity == Severity::Error);
    findings
}

#[tokio::test]
async fn later_files_change_every_tenants_rows_and_leave_the_wall_up() {
    let place = Place::mariadb(Isolation::Shared).await;
    let files = [
        (1, "notes", NOTES),
        (2, "circle", CIRCLE),
        (3, "upper", UPPER),
        (4, "no_index", NO_INDEX),
    ];
    let old = with(&place, &files[..2]).await;
    let ant = old.create(TenantConfig::new("ant")).await.unwrap();
    let handle = old.handle(&ant.id).await.unwrap();
    note(&handle, "1", "hello").await;
    let mut tx = handle.db().begin().await.unwrap();
    for sql in [
        "INSERT INTO heads (id) VALUES ('h')",
        "INSERT INTO tails (id, head) VALUES ('t', 'h')",
        "UPDATE heads SET tail = 't'",
    ] {
        tx.query(sql).execute().await.unwrap();
    }
    tx.commit().await.unwrap();

    let new = with(&place, &files).await;
    let bee = new.create(TenantConfig::new("bee")).await.unwrap();
    let handle = new.handle(&ant.id).await.unwrap();
    let loud: Vec<(Option<String>,)> = handle.db().query("SELECT loud FROM notes").fetch_all().await.unwrap();
    assert_eq!(loud, [(Some("HELLO".to_owned()),)]);
    assert!(bodies(&new.handle(&bee.id).await.unwrap()).await.is_empty());
    assert_eq!(errors(&new).await, []);

    // Rows in a circle go too.
    new.delete(&ant.id).await.unwrap();
    assert_eq!(new.purge(&ant.id).await.unwrap().state, TenantState::Purged);
    let left =
        "SELECT tenant_id FROM heads UNION ALL SELECT tenant_id FROM tails UNION ALL SELECT tenant_id FROM notes";
    let tables = format!("mtp_{}_data", place.service());
    let left = place.mariadb_login().server().texts(&tables, left).await;
    assert!(left.is_empty(), "{left:?}");
}

async fn half_a_file_is_named_and_goes_on(isolation: Isolation) {
    let place = Place::mariadb(isolation).await;
    let old = with(&place, &[(1, "notes", NOTES)]).await;
    let ant = old.create(TenantConfig::new("ant")).await.unwrap();
    note(&old.handle(&ant.id).await.unwrap(), "1", "hello").await;
    let options = mtp_core::FleetOptions::default();

    let broken = with(&place, &[(1, "notes", NOTES), (2, "half", BROKEN)]).await;
    for _ in 0..2 {
        let report = broken.fleet().run(&options).await.unwrap();
        let failed = report.failed().next().unwrap();
        let said = failed.error.as_deref().unwrap();
        assert!(said.contains("0002_half.sql") && said.contains("1 of 3"), "{said}");
    }
    assert_eq!(
        bodies(&broken.handle(&ant.id).await.unwrap()).await,
        ["hello"],
        "it is served as before"
    );
    assert_eq!(
        errors(&broken)
            .await
            .iter()
            .filter(|f| f.rule != "migrations-failed")
            .count(),
        0
    );

    // The part that was done may not be another's now.
    let changed = with(&place, &[(1, "notes", NOTES), (2, "half", OTHER)]).await;
    let report = changed.fleet().run(&options).await.unwrap();
    let said = report.failed().next().unwrap().error.clone().unwrap();
    assert!(said.contains("changed in the file since"), "{said}");

    // What was not done may be mended, and goes on there.
    let mended = with(&place, &[(1, "notes", NOTES), (2, "half", MENDED)]).await;
    let report = mended.fleet().run(&options).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    let handle = mended.handle(&ant.id).await.unwrap();
    let half: Vec<(i32, Option<i32>)> = handle.db().query("SELECT n, done FROM half").fetch_all().await.unwrap();
    assert_eq!(half, [(5, None)]);
    assert_eq!(errors(&mended).await, []);
}

#[tokio::test]
async fn half_a_file_is_named_and_goes_on_in_a_database() {
    half_a_file_is_named_and_goes_on(Isolation::Database).await;
}

#[tokio::test]
async fn half_a_file_is_named_and_goes_on_in_shared_tables() {
    half_a_file_is_named_and_goes_on(Isolation::Shared).await;
}

#[tokio::test]
async fn schemas_are_refused() {
    let place = Place::mariadb(Isolation::Schema).await;
    let manager = place.builder().start().await.unwrap();
    let refused = manager.create(TenantConfig::new("ant")).await.unwrap_err();
    // Known where the tenant is placed, as on every database; and then nothing is tried a second time.
    assert!(
        matches!(&refused, Error::StepFailed { step, cause, .. } if step == "place" && cause.contains("no schemas")),
        "{refused:?}"
    );
}

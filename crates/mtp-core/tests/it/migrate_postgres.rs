//! A service's migrations on PostgreSQL: walls in the same transaction, rows changed behind them, and their end.

use mtp_core::{Error, Isolation, TenantConfig, TenantState};

use crate::place::{Place, note};

const NOTES: &str = include_str!("notes/0001_notes.sql");
/// Two tables whose rows refer to each other in a circle.
const CIRCLE: &str = "
CREATE TABLE heads (tenant_id TEXT NOT NULL, id TEXT NOT NULL, tail TEXT, PRIMARY KEY (tenant_id, id));
CREATE TABLE tails (tenant_id TEXT NOT NULL, id TEXT NOT NULL, head TEXT, PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, head) REFERENCES heads (tenant_id, id));
ALTER TABLE heads ADD CONSTRAINT heads_tail FOREIGN KEY (tenant_id, tail) REFERENCES tails (tenant_id, id);
";
const INDEX: &str = "-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_by_body ON notes (tenant_id, body);
";
/// Changes the rows of every tenant.
const UPPER: &str = "
ALTER TABLE notes ADD COLUMN loud TEXT;
UPDATE notes SET loud = upper(body);
";
const BROKEN: &str = "
CREATE TABLE half (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
INSERT INTO half (tenant_id, id) SELECT tenant_id, body::int::text FROM notes;
";

#[tokio::test]
async fn later_files_change_every_tenants_rows_and_leave_the_wall_up() {
    let place = Place::postgres(Isolation::Shared).await;
    let files = [
        (1, "notes", NOTES),
        (2, "circle", CIRCLE),
        (3, "index", INDEX),
        (4, "upper", UPPER),
        (5, "broken", BROKEN),
    ];
    // Without background work: an older process would finish the newer one's tenant, with the files that it knows.
    let old = place
        .builder()
        .background(false)
        .migrations(&files[..2])
        .start()
        .await
        .unwrap();
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

    let new = place
        .builder()
        .background(false)
        .migrations(&files[..4])
        .start()
        .await
        .unwrap();
    new.create(TenantConfig::new("bee")).await.unwrap();
    let handle = new.handle(&ant.id).await.unwrap();
    let loud: Vec<(Option<String>,)> = handle.db().query("SELECT loud FROM notes").fetch_all().await.unwrap();
    assert_eq!(loud, [(Some("HELLO".to_owned()),)]);
    let errors = |findings: Vec<mtp_core::Finding>| -> Vec<_> {
        findings
            .into_iter()
            .filter(|f| f.severity == mtp_core::Severity::Error)
            .collect()
    };
    assert_eq!(errors(new.examine().await.unwrap()), []);
    assert_eq!(errors(new.examine_tenant(&ant.id).await.unwrap()), []);

    // A file that fails leaves nothing of itself, and no wall lifted.
    let broken = place.builder().migrations(&files).start().await.unwrap();
    let failed = broken.create(TenantConfig::new("cat")).await.unwrap_err();
    assert!(matches!(failed, Error::StepFailed { .. }), "{failed:?}");
    let server = place.login().server();
    let half = "SELECT relname::text FROM pg_class WHERE relname = 'half'";
    assert!(server.texts(&format!("mtp_{}", place.service()), half).await.is_empty());
    assert_eq!(errors(new.examine().await.unwrap()), []);

    // Rows in a circle go too.
    new.delete(&ant.id).await.unwrap();
    assert_eq!(new.purge(&ant.id).await.unwrap().state, TenantState::Purged);
    let left = "SELECT tenant_id FROM app.heads UNION ALL SELECT tenant_id FROM app.tails UNION ALL SELECT tenant_id FROM app.notes";
    let left = server.texts(&format!("mtp_{}", place.service()), left).await;
    assert!(left.is_empty(), "{left:?}");
}

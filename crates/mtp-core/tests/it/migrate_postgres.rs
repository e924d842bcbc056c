//! A service's migrations on PostgreSQL: walls in the same transaction, rows changed behind them, and their end.

use mtp_core::{Error, Finding, FleetOptions, Isolation, Severity, Tenant, TenantConfig, TenantState};

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

fn errors(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|f| f.severity == Severity::Error);
    findings
}

/// Neither makes anything that could be read or granted on: such files go in one message each.
const PLAIN: [(i64, &str, &str); 2] = [
    (2, "loud", "ALTER TABLE notes ADD COLUMN loud TEXT;"),
    (3, "by loud", "CREATE INDEX notes_by_loud ON notes (tenant_id, loud);"),
];

/// What two tenants' ledgers say, and how many of their tables have the new column.
async fn migrated(place: &Place, tenants: &[Tenant]) -> (Vec<String>, usize) {
    let server = place.login().server();
    let (mut ledgers, mut columns) = (Vec::new(), 0);
    for tenant in tenants {
        let placement = tenant.placement.as_ref().unwrap();
        let (database, schema) = (&placement.database, placement.schema.as_deref().unwrap());
        let sql = format!("SELECT version::text FROM {schema}.mtp_ledger ORDER BY version");
        ledgers.push(server.texts(database, &sql).await.concat());
        let sql = format!(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = '{schema}.notes'::regclass AND attname = 'loud'"
        );
        columns += server.texts(database, &sql).await.len();
    }
    (ledgers, columns)
}

async fn plain_files_go_at_once(place: Place) {
    let files = [(1, "notes", NOTES), PLAIN[0], PLAIN[1]];
    let old = place.builder().background(false).start().await.unwrap();
    let mut tenants = Vec::new();
    for name in ["ant", "bee"] {
        tenants.push(old.create(TenantConfig::new(name)).await.unwrap());
    }
    let new = place
        .builder()
        .background(false)
        .migrations(&files)
        .start()
        .await
        .unwrap();
    let run = async || new.fleet().run(&FleetOptions::default().canary(0.0)).await.unwrap();
    let central = async |sql: String| place.login().server().execute(place.login().name(), &sql).await;

    // The catalogue is behind a ledger, as a runner leaves it that is killed before it has written down what it did.
    let catalogued = "UPDATE mtp_central.tenants SET schema_version";
    let ant = tenants[0].uid;
    assert_eq!(run().await.migrated, 2);
    assert_eq!(migrated(&place, &tenants).await, (vec!["123".into(), "123".into()], 2));
    // The lock and the file came in one message.
    let log = place.login().server().log();
    for tenant in &tenants {
        let placement = tenant.placement.as_ref().unwrap();
        let (database, schema) = (&placement.database, placement.schema.as_deref().unwrap());
        let at_once = log.lines().filter(|line| {
            line.contains(&format!("@{database} "))
                && line.contains(&format!("mtp-migrate:{schema}'"))
                && line.contains(PLAIN[0].2)
        });
        assert_eq!(at_once.count(), 1, "{}", tenant.id);
    }
    central(format!("{catalogued} = 1 WHERE uid = '{ant}'")).await;
    let report = run().await;
    assert!(report.is_complete() && report.migrated == 1, "{report:?}");
    assert_eq!(migrated(&place, &tenants).await, (vec!["123".into(), "123".into()], 2));
    assert_eq!(new.get(&tenants[0].id).await.unwrap().schema_version, 3);

    // A ledger that says something else is named, and nothing is done to its tables.
    let placement = tenants[0].placement.clone().unwrap();
    let (database, schema) = (&placement.database, placement.schema.as_deref().unwrap());
    let spoil = format!(
        "DELETE FROM {schema}.mtp_ledger WHERE version > 1; DROP INDEX {schema}.notes_by_loud; \
         ALTER TABLE {schema}.notes DROP COLUMN loud; UPDATE {schema}.mtp_ledger SET checksum = '\\x00'"
    );
    place.login().server().execute(database, &spoil).await;
    central(format!("{catalogued} = 1")).await;
    let report = run().await;
    assert_eq!((report.failures, report.migrated), (1, 1), "{report:?}");
    assert_eq!(migrated(&place, &tenants).await, (vec!["1".into(), "123".into()], 1));
    let failed = report.places.iter().find(|p| p.error.is_some()).unwrap();
    assert!(failed.error.as_ref().unwrap().contains("0001"), "{failed:?}");
    assert_eq!(errors(new.examine().await.unwrap()), []);
}

#[tokio::test]
async fn plain_files_go_at_once_in_databases() {
    plain_files_go_at_once(Place::postgres(Isolation::Database).await).await;
}

#[tokio::test]
async fn plain_files_go_at_once_in_schemas() {
    plain_files_go_at_once(Place::postgres(Isolation::Schema).await).await;
}

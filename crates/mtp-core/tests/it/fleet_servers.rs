//! The fleet runner on database servers: every isolation, its own ledger each, and the catalogue told.

use mtp_core::{FleetOptions, Isolation, TenantConfig, TenantId};

use crate::place::Place;

const NOTES: &str = include_str!("notes/0001_notes.sql");
const TAGS: &str =
    "CREATE TABLE tags (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, PRIMARY KEY (tenant_id, id));";
/// No number can be made of it, for whoever has a row.
const BROKEN: &str = "ALTER TABLE notes ADD COLUMN n INT; UPDATE notes SET n = CAST(body AS INTEGER);";

async fn migrates(place: Place) {
    let isolation = place.isolation;
    let old = place
        .builder()
        .migrations(&[(1, "notes", NOTES)])
        .start()
        .await
        .unwrap();
    let ids: Vec<TenantId> = ["ant", "bee", "cat", "dog"].map(|id| id.parse().unwrap()).into();
    for id in &ids {
        old.create(TenantConfig::new("T").id(id.clone())).await.unwrap();
    }
    let places = if isolation == Isolation::Shared { 1 } else { 4 };
    let files = [(1, "notes", NOTES), (2, "tags", TAGS), (3, "broken", BROKEN)];
    let (one, two) = (
        place.builder().migrations(&files[..2]).start().await.unwrap(),
        place.builder().migrations(&files[..2]).start().await.unwrap(),
    );
    let (fleet, beside, options) = (one.fleet(), two.fleet(), FleetOptions::default().recheck(false));
    let (a, b) = tokio::join!(fleet.run(&options), beside.run(&options));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(a.is_complete() && b.is_complete(), "{a:?}\n{b:?}");
    assert!(a.places.len().max(b.places.len()) == places, "{a:?}\n{b:?}");
    for id in &ids {
        assert_eq!(one.get(id).await.unwrap().schema_version, 2, "{id}");
    }
    let verdict = fleet.verify(&options).await.unwrap();
    assert_eq!(
        (verdict.checked, verdict.findings.len()),
        (places as u64, 0),
        "{verdict:?}"
    );
    assert!(fleet.run(&options).await.unwrap().places.is_empty());

    let handle = one.handle(&ids[2]).await.unwrap();
    crate::place::note(&handle, "1", "no number").await;
    let new = place.builder().migrations(&files).start().await.unwrap();
    let report = new.fleet().run(&FleetOptions::default().canary(0.0)).await.unwrap();
    assert_eq!((report.failures, report.migrated), (1, places as u64 - 1), "{report:?}");
    let failed = report.failed().next().unwrap();
    assert_eq!(failed.failed_version, Some(3), "{failed:?}");
    assert!(
        failed.error.as_deref().unwrap().contains("0003_broken.sql"),
        "{failed:?}"
    );
    let status = new.fleet().status(&FleetOptions::default()).await.unwrap();
    let expected = if isolation == Isolation::Shared { 4 } else { 1 };
    assert_eq!(
        (status.failed.len(), status.behind),
        (expected, expected as u64),
        "{status:?}"
    );
    assert!(new.diagnose().await.iter().any(|f| f.rule == "migrations-failed"));
}

macro_rules! on_servers {
    ($($feature:literal $name:ident $place:expr;)*) => {$(
        #[cfg(feature = $feature)]
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            migrates($place.await).await;
        }
    )*};
}
on_servers! {
    "postgres" postgres_databases Place::postgres(Isolation::Database);
    "postgres" postgres_schemas Place::postgres(Isolation::Schema);
    "postgres" postgres_shared_tables Place::postgres(Isolation::Shared);
    "mysql" mariadb_databases Place::mariadb(Isolation::Database);
    "mysql" mariadb_shared_tables Place::mariadb(Isolation::Shared);
}

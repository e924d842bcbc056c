//! The fleet runner on PostgreSQL: every isolation, its own ledger each, and the catalogue told.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use mtp_core::{FleetOptions, Isolation, TenantConfig, TenantId, TenantManager};

use crate::{
    place::Place,
    world::{Spec, World},
};

const NOTES: &str = include_str!("notes/0001_notes.sql");
const TAGS: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";
/// No number can be made of it, for whoever has a row.
const BROKEN: &str = "ALTER TABLE notes ADD COLUMN n INT; UPDATE notes SET n = body::int;";

async fn migrates(isolation: Isolation) {
    let place = Place::postgres(isolation).await;
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
    let plan = new.fleet().plan(&FleetOptions::default()).await.unwrap();
    assert!(
        plan.advice.iter().all(|a| &*a.at.file == "0003_broken.sql"),
        "{:?}",
        plan.advice
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn databases() {
    migrates(Isolation::Database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas() {
    migrates(Isolation::Schema).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_tables() {
    migrates(Isolation::Shared).await;
}

const CHILD: &str = "MTP_FLEET_POSTGRES_CHILD";
/// Applied twice it fails.
const COUNTED: &str = "CREATE TABLE counted (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id)); \
                       ALTER TABLE notes ADD COLUMN counted TEXT; CREATE INDEX notes_counted ON notes (tenant_id, counted);";

async fn newer(spec: &Spec) -> TenantManager {
    let files = [(1, "notes", NOTES), (2, "tags", TAGS), (3, "counted", COUNTED)];
    spec.builder()
        .migrations(&files)
        .background(false)
        .start()
        .await
        .unwrap()
}

/// Not a test of its own: what the next one runs in another process, and kills.
#[tokio::test(flavor = "multi_thread")]
async fn child_migrates() {
    let Ok(spec) = std::env::var(CHILD) else { return };
    let manager = newer(&serde_json::from_str(&spec).unwrap()).await;
    let options = FleetOptions::default().canary(0.0).jobs(4);
    manager.fleet().run(&options).await.unwrap();
}

/// The runner is killed at random points, run again each time: nothing twice, nothing left.
#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_it_goes_on() {
    const TENANTS: usize = 60;
    let world = World::postgres(Isolation::Schema).await;
    let old = world.idle().await;
    for n in 0..TENANTS {
        let id: TenantId = format!("t{n}").parse().unwrap();
        old.create(TenantConfig::new("T").id(id)).await.unwrap();
    }
    let current = "SELECT uid FROM {tenants} WHERE schema_version = 3";
    let (mut halfway, mut seen, mut delay) = (0, 0, 40);
    for _ in 0..200 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fleet_postgres::child_migrates", "--nocapture"])
            .env(CHILD, serde_json::to_string(&world.spec).unwrap())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let done = world.central(current).await.len();
        assert!(done >= seen, "nothing is taken back");
        if done == TENANTS {
            break;
        }
        if done > seen {
            halfway += 1;
        } else {
            // It did not get to work: as long as this machine needs for that, and no longer.
            delay += 20;
        }
        seen = done;
    }
    assert!(
        halfway >= 2,
        "only {halfway} kills fell between the first and the last tenant"
    );
    let manager = newer(&world.spec).await;
    let report = manager.fleet().run(&FleetOptions::default()).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(world.central(current).await.len(), TENANTS);
    let verdict = manager.fleet().verify(&FleetOptions::default()).await.unwrap();
    assert!(verdict.is_sound() && verdict.checked == TENANTS as u64, "{verdict:?}");
    assert_eq!(world.central("SELECT unit FROM {fleet_leases}").await, [""; 0]);
}

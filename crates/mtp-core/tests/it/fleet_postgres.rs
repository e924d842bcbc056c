//! A runner of a fleet on PostgreSQL that is killed.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use mtp_core::{FleetOptions, Isolation, TenantConfig, TenantId, TenantManager};

use crate::world::{Spec, World};

const NOTES: &str = include_str!("notes/0001_notes.sql");
const TAGS: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";

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
    killed_anywhere(60, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_killed_at_twenty_points() {
    killed_anywhere(200, 20).await;
}

/// With so many tenants, at least so many kills between the first and the last of them.
async fn killed_anywhere(tenants: usize, kills: usize) {
    let world = World::postgres(Isolation::Schema).await;
    let old = world.idle().await;
    for n in 0..tenants {
        let id: TenantId = format!("t{n}").parse().unwrap();
        old.create(TenantConfig::new("T").id(id)).await.unwrap();
    }
    let current = "SELECT uid FROM {tenants} WHERE schema_version = 3";
    let (mut halfway, mut seen, mut delay) = (0, 0, 200);
    for _ in 0..400 {
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
        if done == tenants {
            break;
        }
        if done > seen {
            halfway += 1;
        } else {
            // It did not get to work: as long as this machine needs for that, and no longer.
            delay += 30;
        }
        seen = done;
    }
    assert!(
        halfway >= kills,
        "only {halfway} kills fell between the first and the last tenant"
    );
    let manager = newer(&world.spec).await;
    let report = manager.fleet().run(&FleetOptions::default()).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(world.central(current).await.len(), tenants);
    let verdict = manager.fleet().verify(&FleetOptions::default()).await.unwrap();
    assert!(verdict.is_sound() && verdict.checked == tenants as u64, "{verdict:?}");
    assert_eq!(world.central("SELECT unit FROM {fleet_leases}").await, [""; 0]);
}

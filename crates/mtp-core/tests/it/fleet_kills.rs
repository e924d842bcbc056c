//! A runner of a fleet that is killed at random points and run again each time: nothing twice, nothing left.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use futures::{StreamExt, stream};
use mtp_core::{FleetOptions, HashParams, Isolation, TenantConfig, TenantManager};

use crate::world::{Spec, World, id, read, write};

/// The environment name of a child's ground.
const CHILD: &str = "MTP_FLEET_KILLS_CHILD";
const NOTES: &str = include_str!("notes/0001_notes.sql");
/// None of these can be done twice, and the note counts those that change rows.
const TWO: &str = "
CREATE TABLE tags (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, PRIMARY KEY (tenant_id, id));
UPDATE notes SET body = body || '+';
";
const THREE: &str = "
ALTER TABLE tags ADD COLUMN label VARCHAR(20);
UPDATE notes SET body = body || '+';
CREATE INDEX tags_by_label ON tags (tenant_id, label);
ALTER TABLE notes ADD COLUMN extra INT;
UPDATE notes SET body = body || '+';
";
const FILES: [(i64, &str, &str); 3] = [(1, "notes", NOTES), (2, "tags", TWO), (3, "counted", THREE)];
/// Most children that a test starts.
const CHILDREN: usize = 600;

async fn newer(spec: &Spec) -> TenantManager {
    let builder = spec.builder().background(false).migrations(&FILES);
    builder.start().await.unwrap()
}

/// Not a test of its own: what the others run in another process, and kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_migrates() {
    let Ok(spec) = std::env::var(CHILD) else { return };
    let fleet = newer(&serde_json::from_str(&spec).unwrap()).await.fleet();
    fleet.run(&FleetOptions::default().canary(0.0).jobs(4)).await.unwrap();
}

/// With so many tenants, at least so many kills between the first and the last of them.
async fn killed_anywhere(world: World, tenants: usize, kills: usize) {
    let old = world.builder().background(false);
    let old = old.hash_params(HashParams::new(7168, 5, 1).unwrap());
    let old = old.start().await.unwrap();
    stream::iter(0..tenants)
        .for_each_concurrent(4, |n| {
            let old = &old;
            async move {
                let id = id(format!("t{n}"));
                old.create(TenantConfig::new("T").id(id.clone())).await.unwrap();
                write(old, &id, "n").await;
            }
        })
        .await;
    drop(old);
    let (began, mut children) = (Instant::now(), 0);
    let (mut halfway, mut seen) = (0, 0);
    let current = "SELECT uid FROM {tenants} WHERE schema_version = 3";
    while halfway < kills && seen < tenants && children < CHILDREN {
        children += 1;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fleet_kills::child_migrates", "--nocapture"])
            .env(CHILD, serde_json::to_string(&world.spec).unwrap())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Once it is seen at work, and then anywhere.
        while world.central(current).await.len() == seen && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        tokio::time::sleep(Duration::from_millis(jitter())).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let now = world.central(current).await.len();
        assert!(now >= seen, "nothing is taken back");
        halfway += usize::from((seen + 1..tenants).contains(&now));
        seen = now;
    }
    println!(
        "{children} runners killed, {halfway} of them between the first and the last tenant, {seen} of {tenants} done, {:.0} s",
        began.elapsed().as_secs_f64()
    );
    assert!(
        halfway >= kills,
        "only {halfway} kills fell between the first and the last tenant"
    );
    let new = newer(&world.spec).await;
    let report = new.fleet().run(&FleetOptions::default()).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    for n in 0..tenants {
        let id = id(format!("t{n}"));
        assert_eq!(new.get(&id).await.unwrap().schema_version, 3, "{id}");
        assert_eq!(read(&new, &id).await, ["n+++"], "{id}");
    }
    let verdict = new.fleet().verify(&FleetOptions::default()).await.unwrap();
    assert!(verdict.is_sound() && verdict.checked == tenants as u64, "{verdict:?}");
    assert_eq!(world.central("SELECT unit FROM {fleet_leases}").await, [""; 0]);
}

/// 0 to 15 ms from the clock: enough to fall elsewhere each time.
fn jitter() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::from(now.subsec_micros() % 16)
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_killed_anywhere_it_goes_on() {
    killed_anywhere(World::sqlite(Isolation::Database), 150, 3).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_killed_anywhere_it_goes_on() {
    killed_anywhere(World::postgres(Isolation::Schema).await, 60, 2).await;
}

macro_rules! at_twenty_points {
    ($($feature:literal $name:ident $world:expr, $tenants:literal;)*) => {$(
        #[cfg(feature = $feature)]
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            killed_anywhere($world, $tenants, 20).await;
        }
    )*};
}
at_twenty_points! {
    "sqlite" long_sqlite_files_killed_at_twenty_points World::sqlite(Isolation::Database), 1000;
    "postgres" long_postgres_schemas_killed_at_twenty_points World::postgres(Isolation::Schema).await, 400;
    "postgres" long_postgres_databases_killed_at_twenty_points World::postgres(Isolation::Database).await, 300;
    "mysql" long_mariadb_databases_killed_at_twenty_points World::mariadb(Isolation::Database).await, 200;
}

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

/// A runner that is killed, where each statement commits by itself.
#[cfg(feature = "mysql")]
mod killed {
    use std::{
        process::{Command, Stdio},
        time::Duration,
    };

    use futures::{StreamExt, stream};
    use mtp_core::{FleetOptions, HashParams, Isolation, TenantConfig};

    use super::NOTES;
    use crate::world::{Spec, World, id, read, write};

    /// The environment name of a child's ground.
    const CHILD: &str = "MTP_FLEET_SERVERS_CHILD";
    /// None of these can be done twice, and each commits by itself; the notes count those that change rows.
    const COUNTED: &str = "
CREATE TABLE tags (tenant_id VARCHAR(63) NOT NULL, id VARCHAR(64) NOT NULL, PRIMARY KEY (tenant_id, id));
UPDATE notes SET body = CONCAT(body, '+');
ALTER TABLE tags ADD COLUMN label VARCHAR(20);
UPDATE notes SET body = CONCAT(body, '+');
CREATE INDEX tags_by_label ON tags (tenant_id, label);
ALTER TABLE notes ADD COLUMN extra INT;
UPDATE notes SET body = CONCAT(body, '+');
";
    const FILES: [(i64, &str, &str); 2] = [(1, "notes", NOTES), (2, "counted", COUNTED)];

    /// Not a test of its own: what the next one runs in another process, and kills.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn child_migrates() {
        let Ok(spec) = std::env::var(CHILD) else { return };
        let spec: Spec = serde_json::from_str(&spec).unwrap();
        let builder = spec.builder().background(false).migrations(&FILES);
        let fleet = builder.start().await.unwrap().fleet();
        fleet.run(&FleetOptions::default().canary(0.0).jobs(4)).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn long_anywhere_on_mariadb_it_goes_on_with_no_statement_twice_and_none_left() {
        killed_anywhere(30, 3).await;
    }

    /// With so many tenants, at least so many kills between the first and the last of them.
    async fn killed_anywhere(tenants: usize, kills: usize) {
        let world = World::mariadb(Isolation::Database).await;
        let quick = HashParams::new(7168, 5, 1).unwrap();
        let old = world
            .builder()
            .background(false)
            .hash_params(quick)
            .start()
            .await
            .unwrap();
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
        let done = async || {
            let sql = "SELECT id FROM {tenants} WHERE schema_version = 2";
            world.central(sql).await.len()
        };
        let (mut halfway, mut seen, mut delay) = (0, 0, 200);
        for _ in 0..400 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "fleet_servers::killed::child_migrates", "--nocapture"])
                .env(CHILD, serde_json::to_string(&world.spec).unwrap())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            tokio::time::sleep(Duration::from_millis(delay)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            let now = done().await;
            assert!(now >= seen, "nothing is taken back");
            if now == tenants {
                break;
            }
            // As long as this machine needs to get to work, and hardly longer: elsewhere each time.
            if now > seen {
                halfway += 1;
                delay = delay.saturating_sub(7);
            } else {
                delay += 31;
            }
            seen = now;
        }
        assert!(
            halfway >= kills,
            "only {halfway} kills fell between the first and the last tenant"
        );
        let new = world
            .builder()
            .background(false)
            .migrations(&FILES)
            .start()
            .await
            .unwrap();
        let report = new.fleet().run(&FleetOptions::default()).await.unwrap();
        assert!(report.is_complete(), "{report:?}");
        for n in 0..tenants {
            assert_eq!(read(&new, &id(format!("t{n}"))).await, ["n+++"], "t{n}");
        }
        let verdict = new.fleet().verify(&FleetOptions::default()).await.unwrap();
        assert!(verdict.is_sound(), "{verdict:?}");
    }
}

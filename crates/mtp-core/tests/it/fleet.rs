//! The fleet runner: nothing twice, nothing left, nobody's failure anybody else's.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use mtp_core::{
    Dsn, FleetEvent, FleetOptions, HashParams, Isolation, LedgerProblem, MasterKey, Outcome, StopReason, TenantConfig,
    TenantFilter, TenantId, TenantManager,
};
use sqlx::{Connection, SqliteConnection};

const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
const ONE: &str = "CREATE TABLE counters (tenant_id TEXT NOT NULL, id TEXT NOT NULL, n BIGINT NOT NULL, \
                   PRIMARY KEY (tenant_id, id));";
/// Applied twice it fails, and if it did not, the number would tell.
const TWO: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id)); \
                   UPDATE counters SET n = n + 1;";
const THREE: &str = "ALTER TABLE tags ADD COLUMN label TEXT; UPDATE counters SET n = n + 10;";
type Files = &'static [(i64, &'static str, &'static str)];
const OLD: Files = &[(1, "counters", ONE)];
const NEW: Files = &[(1, "counters", ONE), (2, "tags", TWO), (3, "labels", THREE)];

async fn manager(folder: &Path, files: Files) -> TenantManager {
    manager_with_lease(folder, files, Duration::from_millis(600)).await
}

async fn manager_with_lease(folder: &Path, files: Files, lease: Duration) -> TenantManager {
    let url = format!("sqlite://{}/central.sqlite", folder.display());
    TenantManager::builder("fleet", Dsn::parse(url).unwrap())
        .master_key(MasterKey::parse(MASTER).unwrap())
        .migrations(files)
        .allow_single_wall(true)
        .lease(lease)
        .background(false)
        .hash_params(HashParams::new(7168, 5, 1).unwrap())
        .start()
        .await
        .unwrap()
}

fn id(n: usize) -> TenantId {
    format!("t{n:03}").parse().unwrap()
}

/// A fleet of `n` tenants on the old version, each with a row to count in.
async fn fleet(folder: &Path, n: usize) {
    let manager = manager(folder, OLD).await;
    stream::iter(0..n)
        .for_each_concurrent(8, |n| {
            let manager = manager.clone();
            async move {
                manager.create(TenantConfig::new("T").id(id(n))).await.unwrap();
                let handle = manager.handle(&id(n)).await.unwrap();
                let insert = handle.db().query("INSERT INTO counters (id, n) VALUES ('a', 0)");
                insert.execute().await.unwrap();
            }
        })
        .await;
}

async fn central(folder: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}/central.sqlite", folder.display()))
        .await
        .unwrap()
}

async fn file_of(manager: &TenantManager, folder: &Path, id: &TenantId) -> SqliteConnection {
    let database = manager.get(id).await.unwrap().placement.unwrap().database;
    let url = format!("sqlite://{}/fleet-tenants/{database}.sqlite", folder.display());
    SqliteConnection::connect(&url).await.unwrap()
}

/// Every tenant has every migration, once, by its own tables and by the catalogue.
async fn all_is_new(manager: &TenantManager, folder: &Path, n: usize) {
    let mut central = central(folder).await;
    for n in 0..n {
        let tenant = manager.get(&id(n)).await.unwrap();
        assert_eq!(tenant.schema_version, 3, "{}", tenant.id);
        let mut file = file_of(manager, folder, &tenant.id).await;
        let count: i64 = sqlx::query_scalar("SELECT n FROM counters")
            .fetch_one(&mut file)
            .await
            .unwrap();
        assert_eq!(count, 11, "{}", tenant.id);
        let ledger: Vec<i64> = sqlx::query_scalar("SELECT version FROM mtp_ledger ORDER BY version")
            .fetch_all(&mut file)
            .await
            .unwrap();
        assert_eq!(ledger, [1, 2, 3], "{}", tenant.id);
        file.close().await.unwrap();
        let told: Vec<(i64, String)> =
            sqlx::query_as("SELECT version, state FROM mtp_central_tenant_migrations WHERE uid = $1 ORDER BY version")
                .bind(tenant.uid.to_string())
                .fetch_all(&mut central)
                .await
                .unwrap();
        assert_eq!(
            told,
            [(2, "applied".to_owned()), (3, "applied".to_owned())],
            "{}",
            tenant.id
        );
    }
    let leases: i64 = sqlx::query_scalar("SELECT count(*) FROM mtp_central_fleet_leases")
        .fetch_one(&mut central)
        .await
        .unwrap();
    assert_eq!(leases, 0);
}

/// How long a runner waits for the other one's first share.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two runners at once, whatever the machine is busy with: neither goes on past its first 40 places before the other
/// has its first 40. (More than that are free then, so the other always can.)
#[derive(Default)]
struct Turns {
    settled: [AtomicU64; 2],
    migrated: [AtomicU64; 2],
}

impl Turns {
    const SHARE: u64 = 40;

    fn heard(&self, me: usize, event: &FleetEvent<'_>) {
        let FleetEvent::Settled(place) = event else { return };
        self.settled[me].fetch_add(1, Ordering::Relaxed);
        if place.outcome != Outcome::Migrated || self.migrated[me].fetch_add(1, Ordering::Relaxed) < Self::SHARE {
            return;
        }
        let began = Instant::now();
        tokio::task::block_in_place(|| {
            while self.migrated[1 - me].load(Ordering::Relaxed) < Self::SHARE && began.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tenants_by_two_runners_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), 200).await;
    // Longer than a runner may wait for the other below: nobody takes over what the other holds.
    let lease = 2 * PATIENCE;
    let one = manager_with_lease(folder.path(), NEW, lease).await;
    let two = manager_with_lease(folder.path(), NEW, lease).await;
    let plan = one.fleet().plan(&FleetOptions::default()).await.unwrap();
    assert_eq!((plan.places.len(), plan.tenants), (200, 200));
    assert_eq!(plan.places.iter().filter(|p| p.canary).count(), 10);
    assert!(plan.places.iter().take(10).all(|p| p.canary), "canaries first");
    let files: Vec<_> = plan.files.iter().map(|f| (f.version, f.places)).collect();
    assert_eq!(files, [(2, 200), (3, 200)]);
    let status = one.fleet().status(&FleetOptions::default()).await.unwrap();
    assert_eq!((status.current, status.behind, status.ahead), (0, 200, 0));

    let turns = Arc::new(Turns::default());
    let run = |manager: &TenantManager, me: usize| {
        let (fleet, turns) = (manager.fleet(), turns.clone());
        let options = FleetOptions::default().on_event(Arc::new(move |event| turns.heard(me, event)));
        tokio::spawn(async move { fleet.run(&options).await })
    };
    let (a, b) = tokio::join!(run(&one, 0), run(&two, 1));
    let (a, b) = (a.unwrap().unwrap(), b.unwrap().unwrap());
    assert!(a.is_complete() && b.is_complete(), "{a:?}\n{b:?}");
    for me in [0, 1] {
        assert_eq!(turns.settled[me].load(Ordering::Relaxed), 200, "each hears of all");
    }
    let did = |report: &mtp_core::FleetReport, outcome| report.places.iter().filter(|p| p.outcome == outcome).count();
    let (mine, theirs) = (did(&a, Outcome::Migrated), did(&b, Outcome::Migrated));
    assert_eq!(mine + theirs, 200, "each once");
    assert!(mine > 20 && theirs > 20, "the work is shared: {mine} and {theirs}");
    assert_eq!(did(&a, Outcome::Elsewhere), theirs);
    all_is_new(&one, folder.path(), 200).await;

    let verdict = one.fleet().verify(&FleetOptions::default()).await.unwrap();
    assert_eq!(verdict.checked, 200);
    assert!(verdict.findings.is_empty(), "{:?}", verdict.findings);
    let again = one.fleet().run(&FleetOptions::default()).await.unwrap();
    assert!(again.places.is_empty() && again.is_complete());
    // A release that is older than the tenants says so, and touches nothing.
    let older = manager(folder.path(), OLD).await;
    let status = older.fleet().status(&FleetOptions::default()).await.unwrap();
    assert_eq!((status.current, status.behind, status.ahead), (0, 0, 200));
    assert!(
        !older
            .fleet()
            .verify(&FleetOptions::default().tenant(id(3)))
            .await
            .unwrap()
            .is_sound()
    );
}

/// Makes the second migration fail for a tenant: its table is there already.
async fn spoil(manager: &TenantManager, folder: &Path, n: usize) {
    let mut file = file_of(manager, folder, &id(n)).await;
    sqlx::raw_sql("CREATE TABLE tags (x TEXT)")
        .execute(&mut file)
        .await
        .unwrap();
    file.close().await.unwrap();
}

async fn mend(manager: &TenantManager, folder: &Path, n: usize) {
    let mut file = file_of(manager, folder, &id(n)).await;
    sqlx::raw_sql("DROP TABLE tags").execute(&mut file).await.unwrap();
    file.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_tenant_is_named_and_ends_nothing_but_as_configured() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), 30).await;
    let manager = manager(folder.path(), NEW).await;
    let fleet = manager.fleet();
    let plan = fleet.plan(&FleetOptions::default()).await.unwrap();
    let canary = plan.places.first().unwrap().name[1..].parse().unwrap();

    // A canary fails: the rest is not begun.
    spoil(&manager, folder.path(), canary).await;
    let report = fleet.run(&FleetOptions::default()).await.unwrap();
    assert_eq!(report.stopped, Some(StopReason::Canary { failures: 1 }));
    assert_eq!((report.failures, report.skipped, report.places.len()), (1, 28, 30));
    let failed = report.failed().next().unwrap();
    assert_eq!(
        (failed.name.clone(), failed.failed_version),
        (id(canary).to_string(), Some(2))
    );
    let error = failed.error.as_deref().unwrap();
    assert!(
        error.contains("0002_tags.sql") && error.contains("already exists"),
        "{error}"
    );
    let status = fleet.status(&FleetOptions::default()).await.unwrap();
    assert_eq!((status.current, status.behind, status.failed.len()), (1, 29, 1));
    assert_eq!(
        (status.failed[0].tenant.clone(), status.failed[0].version),
        (id(canary), Some(2))
    );

    // What failed before is no canary again, and goes last.
    let plan = fleet.plan(&FleetOptions::default()).await.unwrap();
    assert_eq!(plan.places.last().unwrap().name, id(canary).to_string());

    // Too many fail: what runs is finished, no other begins.
    for n in 0..30 {
        if n != canary && manager.get(&id(n)).await.unwrap().schema_version == 1 {
            spoil(&manager, folder.path(), n).await;
        }
    }
    let strict = FleetOptions::default().canary(0.0).jobs(1).max_failures(4);
    let report = fleet.run(&strict).await.unwrap();
    assert_eq!(report.stopped, Some(StopReason::Failures { allowed: 4 }));
    assert_eq!((report.failures, report.migrated, report.skipped), (5, 0, 24));

    // Resumed, no canary goes first once more: the one that is current went well.
    let resumed = fleet.plan(&FleetOptions::default().resume(true)).await.unwrap();
    assert_eq!(resumed.places.iter().filter(|p| p.canary).count(), 0);
    assert_eq!(resumed.places.len(), 29);

    // Nothing stops it: all the sound ones are done.
    for n in (0..30).filter(|n| *n != canary && n % 2 == 0) {
        if manager.get(&id(n)).await.unwrap().schema_version == 1 {
            mend(&manager, folder.path(), n).await;
        }
    }
    let report = fleet
        .run(&FleetOptions::default().canary(0.0).keep_going())
        .await
        .unwrap();
    assert_eq!(report.stopped, None);
    assert!(
        report.failures >= 14 && report.migrated >= 14 && report.skipped == 0,
        "{report:?}"
    );

    // Mended, the rest follows, and no failure stands any more.
    for n in 0..30 {
        if manager.get(&id(n)).await.unwrap().schema_version == 1 {
            mend(&manager, folder.path(), n).await;
        }
    }
    assert!(fleet.run(&FleetOptions::default()).await.unwrap().is_complete());
    assert!(fleet.status(&FleetOptions::default()).await.unwrap().failed.is_empty());
    all_is_new(&manager, folder.path(), 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_after_it_was_applied_is_named() {
    const CHANGED: Files = &[
        (
            1,
            "counters",
            "CREATE TABLE counters (tenant_id TEXT NOT NULL, id TEXT NOT NULL, n BIGINT, PRIMARY KEY (tenant_id, id));",
        ),
        (2, "tags", TWO),
    ];
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), 2).await;
    let manager = manager(folder.path(), CHANGED).await;
    let verdict = manager.fleet().verify(&FleetOptions::default()).await.unwrap();
    assert!(!verdict.is_sound());
    let problem = &verdict.findings[0].problem;
    assert!(
        matches!(problem, LedgerProblem::Disagrees { what, .. } if what.contains("0001_counters.sql")),
        "{problem:?}"
    );
    let report = manager.fleet().run(&FleetOptions::default().canary(0.0)).await.unwrap();
    assert_eq!(report.failures, 2);
    assert!(
        report
            .failed()
            .all(|p| p.error.as_deref().unwrap().contains("0001_counters.sql"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_some_or_all_and_shared_tables_once() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), 3).await;
    let old = manager(folder.path(), OLD).await;
    for name in ["s1", "s2"] {
        let config = TenantConfig::new("S")
            .id(name.parse().unwrap())
            .isolation(Isolation::Shared);
        old.create(config).await.unwrap();
    }
    old.delete(&id(2)).await.unwrap();
    let manager = manager(folder.path(), NEW).await;
    let fleet = manager.fleet();
    let options = FleetOptions::default;
    let unknown = fleet
        .run(&options().tenant("nobody".parse().unwrap()))
        .await
        .unwrap_err();
    assert!(unknown.to_string().contains("nobody"), "{unknown}");
    let unknown = fleet.run(&options().server("mars")).await.unwrap_err();
    assert!(unknown.to_string().contains("server"), "{unknown}");

    let one = fleet.run(&options().tenant(id(1))).await.unwrap();
    assert_eq!(one.migrated, 1);
    assert_eq!(manager.get(&id(0)).await.unwrap().schema_version, 1);
    // A deleted tenant keeps up: a restore brings it back to the code of that day.
    let some = fleet.run(&options().prefix("t")).await.unwrap();
    let mut names: Vec<_> = some.places.iter().map(|p| p.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["t000", "t002"]);
    let shared = fleet.run(&options().tenant("s1".parse().unwrap())).await.unwrap();
    assert_eq!(
        (shared.places.len(), shared.places[0].name.as_str()),
        (1, "shared:default")
    );
    assert_eq!(
        manager.get(&"s2".parse().unwrap()).await.unwrap().schema_version,
        3,
        "those who share its tables have it too"
    );
    assert!(fleet.verify(&options()).await.unwrap().findings.is_empty());

    // Restored from a backup, behind the catalogue's back.
    let mut file = file_of(&manager, folder.path(), &id(0)).await;
    sqlx::raw_sql("DELETE FROM mtp_ledger WHERE version = 3; ALTER TABLE tags DROP COLUMN label")
        .execute(&mut file)
        .await
        .unwrap();
    file.close().await.unwrap();
    assert!(!fleet.verify(&options()).await.unwrap().is_sound());
    assert!(fleet.run(&options()).await.unwrap().places.is_empty());
    assert!(fleet.run(&options().recheck(true)).await.unwrap().is_complete());
    assert!(fleet.verify(&options()).await.unwrap().is_sound());
}

#[tokio::test]
async fn ten_thousand_tenants_with_nothing_to_do_cost_one_query() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), 1).await;
    let mut central = central(folder.path()).await;
    sqlx::raw_sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
         INSERT INTO mtp_central_tenants (service, uid, id, id_slot, name, state, features, metadata, isolation, server, \
           placement, url, admin_username, request, schema_version, generation, created_at, updated_at) \
         SELECT service, printf('01900000-0000-7000-8000-%012d', i), 'x' || i, 'x' || i, name, state, features, metadata, \
           isolation, server, placement, url, admin_username, request, 1, 1, created_at, updated_at \
         FROM mtp_central_tenants, n WHERE id = 't000'",
    )
    .execute(&mut central)
    .await
    .unwrap();
    let manager = manager(folder.path(), OLD).await;
    let began = Instant::now();
    let report = manager.fleet().run(&FleetOptions::default()).await.unwrap();
    let took = began.elapsed();
    assert!(report.places.is_empty() && report.is_complete());
    assert!(took < Duration::from_secs(1), "{took:?}");
    let page = manager.list(&TenantFilter::default().limit(1000)).await.unwrap();
    assert_eq!(page.items.len(), 1000);
}

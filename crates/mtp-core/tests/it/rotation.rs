//! The secret of seals is rotated while tenants are served: no statement fails, and old seals are refused afterwards.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use mtp_core::{Error, Isolation, Severity, TenantHandle, TenantManager};

use crate::world::{Spec, World, config, id, until, write};

/// The environment name of a child's task.
const TASK: &str = "MTP_ROTATION_TASK";
/// How long old seals are believed here; instances hear of a rotation within a second.
const RETIRE: Duration = Duration::from_secs(2);
/// The same where it is looked, meanwhile, at what both secrets do: longer than that takes on a busy machine.
const BOTH_GOOD: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn shared_under_load() {
    under_load(World::postgres(Isolation::Shared).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schema_under_load() {
    under_load(World::postgres(Isolation::Schema).await).await;
}

/// Tenants at work through two instances, until it is looked how they fared.
struct Load {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<Result<(), Error>>>,
}

impl Load {
    async fn new(instances: &[&TenantManager], tenants: &[&str]) -> Self {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut tasks = Vec::new();
        for manager in instances {
            for tenant in tenants {
                let handle = manager.handle(&id(tenant)).await.unwrap();
                let (stop, done) = (stop.clone(), done.clone());
                tasks.push(tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        work(&handle).await?;
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                }));
            }
        }
        Self { stop, done, tasks }
    }

    fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap().unwrap();
        }
        self.done.load(Ordering::Relaxed)
    }
}

/// A statement alone, and a transaction of two.
async fn work(handle: &TenantHandle) -> Result<(), Error> {
    let own = handle.id().as_str();
    let rows: Vec<(String,)> = handle.db().query("SELECT body FROM notes").fetch_all().await?;
    assert_eq!(rows, [(own.to_owned(),)], "own rows, and they are seen");
    let mut tx = handle.db().begin().await?;
    let changed = tx.query("UPDATE notes SET body = body").execute().await?;
    assert_eq!(changed, 1);
    tokio::time::sleep(Duration::from_millis(3)).await;
    let row: (i64,) = tx.query("SELECT count(*) FROM notes").fetch_one().await?;
    assert_eq!(row.0, 1);
    tx.commit().await
}

/// The seal that a tenant's connection carries just now.
async fn seal(handle: &TenantHandle) -> String {
    let mut raw = handle.db().begin_raw().await.unwrap();
    let conn = raw.connection().unwrap();
    sqlx::query_scalar("SELECT current_setting('mtp.seal')")
        .fetch_one(conn)
        .await
        .unwrap()
}

/// Whether the server believes a seal.
async fn is_believed(handle: &TenantHandle, seal: &str) -> bool {
    let mut raw = handle.db().begin_raw().await.unwrap();
    let conn = raw.connection().unwrap();
    sqlx::query("SELECT set_config('mtp.seal', $1, true)")
        .bind(seal)
        .execute(&mut *conn)
        .await
        .unwrap();
    match sqlx::query_scalar::<_, i64>("SELECT count(*) FROM notes")
        .fetch_one(conn)
        .await
    {
        Ok(rows) => rows == 1,
        Err(e) => {
            assert_eq!(e.as_database_error().unwrap().code().as_deref(), Some("MTP01"), "{e}");
            false
        }
    }
}

async fn secrets(world: &World, wanted: &str) -> Vec<String> {
    let common = format!("mtp_{}", world.login().service());
    let sql = format!("SELECT id::text FROM mtp.seal_secret WHERE {wanted} ORDER BY id");
    world.login().server().texts(&common, &sql).await
}

async fn under_load(world: World) {
    let (one, two) = (
        world.builder().start().await.unwrap(),
        world.builder().start().await.unwrap(),
    );
    for name in ["ant", "bee"] {
        one.create(config(&id(name))).await.unwrap();
        write(&one, &id(name), name).await;
    }
    let load = Load::new(&[&one, &two], &["ant", "bee"]).await;
    let ant = one.handle(&id("ant")).await.unwrap();
    let old = seal(&ant).await;
    assert!(old.starts_with("1:1:1:1:3:ant:"), "by the first secret");
    let before = load.done();

    let rotated = one.rotate_seals("default", Some(BOTH_GOOD)).await.unwrap();
    assert_eq!((rotated.secret, rotated.retires_after), (2, BOTH_GOOD));
    assert!(is_believed(&ant, &old).await, "two are good at once");
    let new = seal(&ant).await;
    assert!(new.starts_with("1:1:1:2:3:ant:"), "by the second secret");
    let bee = two.handle(&id("bee")).await.unwrap();
    until("the other instance has heard", async || {
        seal(&bee).await.starts_with("1:1:1:2:3:bee:")
    })
    .await;
    let early = one.rotate_seals("default", Some(BOTH_GOOD)).await;
    assert!(
        matches!(early, Err(Error::Invalid { field: "server", .. })),
        "{early:?}"
    );
    assert!(is_well(&one).await, "nothing is amiss meanwhile");
    until("the old secret is retired", async || !is_believed(&ant, &old).await).await;
    assert!(is_believed(&ant, &new).await);
    let left = world
        .central("SELECT name FROM {secrets} WHERE name = 'server/default/1'")
        .await;
    assert!(left.is_empty(), "the old secret is forgotten");

    // Once more, and a process that starts now begins with what is in use.
    let again = two.rotate_seals("default", Some(BOTH_GOOD)).await.unwrap();
    assert_eq!(again.secret, 3);
    let third = world.builder().start().await.unwrap();
    assert!(
        seal(&third.handle(&id("ant")).await.unwrap())
            .await
            .starts_with("1:1:1:3:3:ant:")
    );
    assert_eq!(secrets(&world, "true").await, ["2", "3"], "the first is gone");
    until("the second is retired", async || !is_believed(&ant, &new).await).await;
    let done = load.end().await;
    assert!(done > before + 50, "{before} and {done} rounds");
    println!("{done} rounds over two rotations, no error");

    // A secret that has become known is given up at once.
    let known = seal(&ant).await;
    assert_eq!(
        one.rotate_seals("default", Some(Duration::ZERO)).await.unwrap().secret,
        4
    );
    assert!(!is_believed(&ant, &known).await);
    assert_eq!(
        one.rotate_seals("default", Some(Duration::ZERO)).await.unwrap().secret,
        5
    );
    work(&ant).await.unwrap();

    let nowhere = one.rotate_seals("mars", None).await;
    assert!(matches!(nowhere, Err(Error::Invalid { .. })), "{nowhere:?}");
}

#[tokio::test]
async fn a_catalogue_that_is_older_than_a_rotation_is_told_what_to_do() {
    let world = World::postgres(Isolation::Shared).await;
    let manager = world.idle().await;
    manager.create(config(&id("ant"))).await.unwrap();
    write(&manager, &id("ant"), "ant").await;
    let (central, server) = (world.login().name(), world.login().server());
    let backup = "CREATE TABLE public.backup AS SELECT * FROM mtp_central.secrets WHERE purpose = 'seal-secret'";
    server.execute(central, backup).await;
    for _ in 0..2 {
        manager.rotate_seals("default", Some(Duration::ZERO)).await.unwrap();
    }
    drop(manager);
    let restored = "DELETE FROM mtp_central.secrets WHERE purpose = 'seal-secret'; \
                    INSERT INTO mtp_central.secrets SELECT * FROM public.backup";
    server.execute(central, restored).await;
    let refused = world.builder().start().await.unwrap_err().to_string();
    let (_, mend) = refused.split_once("run there: ").unwrap_or_else(|| panic!("{refused}"));
    server.execute(&format!("mtp_{}", world.login().service()), mend).await;
    let manager = world.idle().await;
    assert_eq!(crate::world::read(&manager, &id("ant")).await, ["ant"]);
    assert!(
        seal(&manager.handle(&id("ant")).await.unwrap())
            .await
            .starts_with("1:1:1:1:3:ant:")
    );
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn where_there_are_no_seals_there_is_nothing_to_rotate() {
    let manager = World::sqlite(Isolation::Database).idle().await;
    let none = manager.rotate_seals("default", None).await;
    assert!(matches!(none, Err(Error::Invalid { field: "server", .. })), "{none:?}");
}

/// Starts this very program again, to rotate once it is told to.
fn child(spec: &Spec) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["rotation::a_rotation_that_nobody_kills_ends", "--exact", "--nocapture"])
        .env(TASK, serde_json::to_string(spec).unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// Rotates; a child as soon as its input ends.
async fn rotate(spec: &Spec, child: bool) {
    let manager = spec.builder().background(false).start().await.unwrap();
    println!("ready");
    if child {
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()))
            .await
            .unwrap()
            .unwrap();
    }
    manager.rotate_seals("default", Some(RETIRE)).await.unwrap();
    println!("rotated");
}

/// What the children run; without a task it is a test of its own.
#[tokio::test]
async fn a_rotation_that_nobody_kills_ends() {
    if let Ok(spec) = std::env::var(TASK) {
        return rotate(&serde_json::from_str(&spec).unwrap(), true).await;
    }
    let world = World::postgres(Isolation::Shared).await;
    rotate(&world.spec, false).await;
    assert_eq!(secrets(&world, "retired_at IS NULL").await, ["2"]);
}

/// Where a rotation is held until it is killed.
#[derive(Debug, Clone, Copy)]
enum Held {
    /// The server believes the new secret, and nobody uses it.
    BeforeUse,
    /// It is used, and the old one has no end.
    BeforeEnd,
    /// Wherever it is after so many milliseconds.
    Anywhere(u64),
}

/// Waits until somebody waits for a lock in a database.
async fn until_blocked(world: &World, database: &str) {
    let sql =
        format!("SELECT pid::text FROM pg_stat_activity WHERE datname = '{database}' AND wait_event_type = 'Lock'");
    until("the rotation is held up", async || {
        !world.login().server().texts("postgres", &sql).await.is_empty()
    })
    .await;
}

/// Lets a child rotate, and kills it where it is held.
async fn kill(world: &World, held: Held) {
    use sqlx::{Connection, Executor};
    let server = world.login().server();
    let (central, common) = (
        world.login().name().to_owned(),
        format!("mtp_{}", world.login().service()),
    );
    let (mut child, out) = tokio::task::block_in_place(|| {
        let (child, mut out) = child(&world.spec);
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "the child never got ready");
        }
        (child, out)
    });
    if let Held::Anywhere(after) = held {
        go(&mut child);
        tokio::time::sleep(Duration::from_millis(after)).await;
    } else {
        let mut row = sqlx::PgConnection::connect(&server.url_for(&central)).await.unwrap();
        let lock = "BEGIN; SELECT 1 FROM mtp_central.services FOR UPDATE";
        row.execute(sqlx::raw_sql(lock)).await.unwrap();
        go(&mut child);
        until_blocked(world, &central).await;
        if matches!(held, Held::BeforeEnd) {
            let mut turn = sqlx::PgConnection::connect(&server.url_for(&common)).await.unwrap();
            let lock = "SELECT pg_advisory_lock(hashtextextended('mtp-rotate', 0))";
            turn.execute(sqlx::raw_sql(lock)).await.unwrap();
            row.execute(sqlx::raw_sql("ROLLBACK")).await.unwrap();
            until_blocked(world, &common).await;
            child.kill().unwrap();
            turn.close().await.unwrap();
        }
        child.kill().unwrap();
        row.close().await.unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(out);
}

/// Lets a child begin.
fn go(child: &mut Child) {
    drop(child.stdin.take());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_that_is_killed_anywhere_goes_on() {
    let world = World::postgres(Isolation::Shared).await;
    let manager = world.builder().start().await.unwrap();
    manager.create(config(&id("ant"))).await.unwrap();
    write(&manager, &id("ant"), "ant").await;
    let load = Load::new(&[&manager], &["ant"]).await;
    for held in [
        Held::BeforeUse,
        Held::BeforeEnd,
        Held::Anywhere(10),
        Held::Anywhere(40),
        Held::Anywhere(80),
    ] {
        until("the secret before has had its time", async || {
            secrets(&world, "retired_at > clock_timestamp()").await.is_empty()
        })
        .await;
        let newest = secrets(&world, "true").await.pop().unwrap();
        kill(&world, held).await;
        let good = secrets(&world, "retired_at IS NULL").await;
        if !matches!(held, Held::Anywhere(_)) {
            assert_eq!(good.len(), 2, "{held:?}: it was broken off between");
            let found = manager.examine().await.unwrap();
            assert!(found.iter().any(|f| f.rule == "seal-rotation"), "{held:?}: {found:?}");
        }
        // Another goes on, as soon as the secret before has had its time.
        until("it is rotated", async || {
            manager.rotate_seals("default", Some(RETIRE)).await.is_ok()
        })
        .await;
        let good = secrets(&world, "retired_at IS NULL").await;
        assert!(good.len() == 1 && good[0] > newest, "{held:?}: {good:?} after {newest}");
    }
    println!("{} rounds while rotations were killed, no error", load.end().await);
    assert!(is_well(&manager).await);
}

async fn is_well(manager: &TenantManager) -> bool {
    let found = manager.examine().await.unwrap();
    found
        .iter()
        .all(|f| f.severity == Severity::Warning && f.rule != "seal-rotation")
}

//! A tenant's statement that takes too long, or waits too long for a lock, is ended; nobody else hears of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::StreamExt;
use mtp_core::{
    Error, ErrorKind, FaultKind, Isolation, TenantConfig, TenantHandle, TenantId, TenantUpdate, TimeLimits,
};

use crate::{
    place::{Place, bodies, note, on_every_place},
    world::until,
};

/// Far more than a small statement needs on a busy machine.
const STATEMENT: Duration = Duration::from_secs(4);
const LOCK: Duration = Duration::from_secs(1);
/// How long anything may take that ends by itself.
const PATIENCE: Duration = Duration::from_secs(90);
/// Over so many rows it would take years.
const SLOW: &str = "SELECT count(*) FROM notes a CROSS JOIN notes b CROSS JOIN notes c CROSS JOIN notes d CROSS JOIN notes e \
                    CROSS JOIN notes f WHERE a.body < b.body AND c.body < d.body AND e.body < f.body";
const ROWS: i64 = 400;

fn kind(error: &Error) -> Option<FaultKind> {
    match error {
        Error::Database(fault) => Some(fault.kind()),
        _ => None,
    }
}

/// Waits for what must end.
async fn ended<T: std::fmt::Debug>(what: &str, run: impl Future<Output = Result<T, Error>>) -> Error {
    let done = tokio::time::timeout(PATIENCE, run).await;
    done.unwrap_or_else(|_| panic!("{what} did not end")).expect_err(what)
}

/// A tenant that works all the time.
struct Calm {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Calm {
    fn start(handle: TenantHandle) -> Self {
        let (stop, done) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let (stopped, counted) = (stop.clone(), done.clone());
        let task = tokio::spawn(async move {
            while !stopped.load(Ordering::Relaxed) {
                assert_eq!(bodies(&handle).await, ["calm"]);
                let mut tx = handle.db().begin().await.unwrap();
                tx.query("UPDATE notes SET body = body").execute().await.unwrap();
                tx.commit().await.unwrap();
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Self { stop, done, task }
    }

    async fn end(self) {
        let before = self.done.load(Ordering::Relaxed);
        until("the calm one is served", async || {
            self.task.is_finished() || self.done.load(Ordering::Relaxed) > before + 3
        })
        .await;
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
    }
}

async fn slow_statements_are_ended(place: Place) {
    let short = TimeLimits::new(STATEMENT, LOCK).unwrap();
    let manager = place.builder().plan_time_limits("small", short).start().await.unwrap();
    let (calm, slow): (TenantId, TenantId) = ("calm".parse().unwrap(), "slow".parse().unwrap());
    for id in [&calm, &slow] {
        manager.create(TenantConfig::new("T").id(id.clone())).await.unwrap();
    }
    let calm = manager.handle(&calm).await.unwrap();
    note(&calm, "1", "calm").await;
    let rows = (0..ROWS).map(|n| vec![format!("{n}").into(), format!("{:04}", n * 7919 % ROWS).into()]);
    let filled = manager.handle(&slow).await.unwrap();
    filled.db().insert_many("notes", &["id", "body"], rows).await.unwrap();
    // The tenant's plan says how long; a change of it is heard.
    manager
        .update(&slow, TenantUpdate::default().plan("small"))
        .await
        .unwrap();
    let slow = manager.handle(&slow).await.unwrap();
    let calm = Calm::start(calm);
    let count = || async {
        slow.db()
            .query("SELECT count(*) FROM notes")
            .fetch_one::<(i64,)>()
            .await
    };

    let error = ended("a slow read", slow.db().query(SLOW).fetch_one::<(i64,)>()).await;
    assert_eq!(kind(&error), Some(FaultKind::Timeout), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("longer than it may"), "{error}");
    assert_eq!(count().await.unwrap().0, ROWS, "it is served");

    let mut rows = slow.db().query(SLOW).stream::<(i64,)>();
    let error = ended("a slow stream", async { rows.next().await.unwrap() }).await;
    assert_eq!(kind(&error), Some(FaultKind::Timeout), "{error:?}");
    drop(rows);

    let mut tx = slow.db().begin().await.unwrap();
    tx.query("UPDATE notes SET body = 'z' WHERE id = '1'")
        .execute()
        .await
        .unwrap();
    let error = ended("a slow read in a transaction", tx.query(SLOW).fetch_one::<(i64,)>()).await;
    assert_eq!(kind(&error), Some(FaultKind::Timeout), "{error:?}");
    drop(tx);
    let read = slow.db().query("SELECT body FROM notes WHERE id = '1'");
    assert_ne!(read.fetch_one::<(String,)>().await.unwrap().0, "z", "it was undone");

    waits_for_locks_end(&slow).await;
    assert_eq!(count().await.unwrap().0, ROWS, "it is served");
    calm.end().await;
    ended_at_the_server(&place).await;
}

async fn waits_for_locks_end(slow: &TenantHandle) {
    let update = "UPDATE notes SET body = 'w' WHERE id = '2'";
    let mut first = slow.db().begin().await.unwrap();
    first.query(update).execute().await.unwrap();
    let second = async {
        // SQLite waits at the beginning already.
        let mut second = slow.db().begin().await?;
        second.query(update).execute().await
    };
    let error = ended("a wait for a lock", second).await;
    assert_eq!(kind(&error), Some(FaultKind::Locked), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(
        error.retry_after().is_some() && error.to_string().contains("lock"),
        "{error}"
    );
    first.rollback().await.unwrap();
}

/// Nothing of it goes on where it ran.
async fn ended_at_the_server(place: &Place) {
    let _ = place;
    #[cfg(feature = "postgres")]
    if place.is_postgres() {
        let server = place.login().server();
        let running = format!(
            "SELECT pid::text FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%e.body < f.body%' \
             AND pid <> pg_backend_pid() AND (datname = 'mtp_{0}' OR datname LIKE '{0}\\_%')",
            place.service()
        );
        until("the server has ended it", async || {
            server.texts("postgres", &running).await.is_empty()
        })
        .await;
    }
    #[cfg(feature = "mysql")]
    if place.is_mariadb() {
        let server = place.mariadb_login().server();
        let running = format!(
            "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE info LIKE '%body < %' \
             AND id <> connection_id() AND (db = 'mtp_{0}' OR db LIKE '{0}\\_%')",
            place.service()
        );
        until("the server has ended it", async || {
            server.texts("information_schema", &running).await.is_empty()
        })
        .await;
    }
}

on_every_place!(slow_statements_are_ended);

/// A write that is given up on SQLite holds nobody up any longer.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_slow_write_on_sqlite_is_broken_off() {
    let place = Place::sqlite(Isolation::Shared);
    let short = TimeLimits::new(STATEMENT, LOCK).unwrap();
    let manager = place.builder().plan_time_limits("small", short).start().await.unwrap();
    let mut handles = Vec::new();
    for name in ["slow", "calm"] {
        let config = TenantConfig::new("T").id(name.parse().unwrap()).plan("small");
        let tenant = manager.create(config).await.unwrap();
        handles.push(manager.handle(&tenant.id).await.unwrap());
    }
    let rows = (0..ROWS).map(|n| vec![format!("{n}").into(), format!("{:04}", n * 7919 % ROWS).into()]);
    handles[0]
        .db()
        .insert_many("notes", &["id", "body"], rows)
        .await
        .unwrap();
    let write = format!("UPDATE notes SET body = 'z' WHERE ({SLOW}) > 0");
    let error = ended("a slow write", handles[0].db().query(write.as_str()).execute()).await;
    assert_eq!(kind(&error), Some(FaultKind::Timeout), "{error:?}");
    // Its lock is gone with it, so the one who shares the file need not wait for it.
    note(&handles[1], "1", "calm").await;
    // So it is where the caller gives up.
    let given_up = tokio::time::timeout(
        Duration::from_millis(300),
        handles[0].db().query(write.as_str()).execute(),
    )
    .await;
    assert!(given_up.is_err(), "{given_up:?}");
    note(&handles[1], "2", "calm").await;
}

/// The times of the manager's own, without any plan.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn times_are_the_managers_where_a_plan_says_nothing() {
    let place = Place::sqlite(Isolation::Database);
    let short = TimeLimits::new(Duration::from_secs(2), LOCK).unwrap();
    let longer = TimeLimits::default();
    let manager = place
        .builder()
        .time_limits(short)
        .plan_time_limits("large", longer)
        .start()
        .await
        .unwrap();
    let tenant = manager.create(TenantConfig::new("T").plan("unknown")).await.unwrap();
    let handle = manager.handle(&tenant.id).await.unwrap();
    let rows = (0..ROWS).map(|n| vec![format!("{n}").into(), format!("{:04}", n * 7919 % ROWS).into()]);
    handle.db().insert_many("notes", &["id", "body"], rows).await.unwrap();
    let error = ended("a slow read", handle.db().query(SLOW).fetch_one::<(i64,)>()).await;
    assert_eq!(kind(&error), Some(FaultKind::Timeout), "{error:?}");
}

//! A process that wakes late finds its sessions dead and its new ones refused.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use mtp_core::{Error, Isolation, StepPhase, TenantConfig, TenantState, TenantUid};
use sqlx::{Connection, Executor};

use crate::{
    place::{Place, bodies, note},
    world::until,
};

/// Told when the session is at work.
type Told = std::sync::mpsc::Sender<()>;

/// What a session of an earlier turn ended with.
async fn ended_by_the_next_turn<W, F>(place: Place, work: W) -> sqlx::Error
where
    W: Fn(String, TenantUid, Told) -> F + Send + Sync + 'static,
    F: Future<Output = sqlx::Result<()>> + Send + 'static,
{
    let late = Arc::new(std::sync::Mutex::new(None));
    let (observed, url) = (late.clone(), place.url());
    // The first turn ends just before the place is made, with a session of its own still at work.
    let observer: mtp_core::StepObserver = Arc::new(move |event| {
        let mut late = observed.lock().unwrap();
        if event.step == "storage" && event.phase == StepPhase::Begin && late.is_none() {
            let (told, ready) = std::sync::mpsc::channel();
            let task = tokio::spawn(work(url.clone(), event.uid, told));
            tokio::task::block_in_place(|| ready.recv()).unwrap();
            *late = Some(task);
            return Err(Error::Internal("the first turn ends here"));
        }
        Ok(())
    });
    let manager = place.builder().on_step(observer).start().await.unwrap();
    manager.create(TenantConfig::new("ant")).await.unwrap();
    let task = late.lock().unwrap().take().unwrap();
    task.await.unwrap().unwrap_err()
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_of_an_earlier_turn_are_ended() {
    use sqlx::{ConnectOptions, postgres::PgConnectOptions};
    let place = Place::postgres(Isolation::Database).await;
    let ended = ended_by_the_next_turn(place, |url, uid, told| async move {
        let options: PgConnectOptions = url.parse().unwrap();
        let mut conn = options
            .application_name(&format!("mtp-op:{uid}:1"))
            .connect()
            .await
            .unwrap();
        told.send(()).unwrap();
        conn.execute("SELECT pg_sleep(60)").await.map(drop)
    });
    let ended = ended.await;
    let code = ended
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .map(std::borrow::Cow::into_owned);
    assert_eq!(code.as_deref(), Some("57P01"), "{ended}");
}

#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_of_an_earlier_turn_are_ended_on_mariadb() {
    for isolation in [Isolation::Database, Isolation::Shared] {
        let place = Place::mariadb(isolation).await;
        let begun = std::time::Instant::now();
        let ended = ended_by_the_next_turn(place, |url, uid, told| async move {
            let mut conn = sqlx::MySqlConnection::connect(&url).await.unwrap();
            let lock = format!("SELECT GET_LOCK('mtp-op:{uid}:1', 0)");
            conn.execute(sqlx::AssertSqlSafe(lock)).await.unwrap();
            told.send(()).unwrap();
            conn.execute("SELECT SLEEP(60)").await.map(drop)
        });
        // The connection is cut, or the server says why first.
        let ended = ended.await;
        assert!(begun.elapsed() < Duration::from_secs(50), "{isolation}: {ended}");
    }
}

/// A process is stopped in the middle of a step for longer than its lease; another finishes the tenant; the first
/// one goes on where it was.
async fn wakes_late(place: Place, step: &'static str) {
    let lease = Duration::from_millis(400);
    let slept = Arc::new(AtomicBool::new(false));
    let once = slept.clone();
    let observer: mtp_core::StepObserver = Arc::new(move |event| {
        if event.step == step && event.phase == StepPhase::Begin && !once.swap(true, Ordering::SeqCst) {
            // It blocks the task, and with it the renewal of the lease, as a stopped process would.
            tokio::task::block_in_place(|| std::thread::sleep(Duration::from_secs(6)));
        }
        Ok(())
    });
    let first = place
        .builder()
        .lease(lease)
        .on_step(observer)
        .background(false)
        .start()
        .await
        .unwrap();
    let id: mtp_core::TenantId = "ant".parse().unwrap();
    let creating = tokio::spawn({
        let (first, id) = (first.clone(), id.clone());
        async move { first.create(TenantConfig::new("ant").id(id)).await }
    });
    until("the first sleeps", async || slept.load(Ordering::SeqCst)).await;
    let second = place
        .builder()
        .lease(lease)
        .reconcile_interval(Duration::from_millis(100))
        .start()
        .await
        .unwrap();
    // The second finishes while the first sleeps.
    let mut active = false;
    for _ in 0..45 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        active = second.get(&id).await.is_ok_and(|t| t.state == TenantState::Active);
        if active {
            break;
        }
    }
    assert!(active, "{step}");
    // Its own change reaches the second process too, and ends the handles that it gave out before.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let handle = second.handle(&id).await.unwrap();
    note(&handle, "1", "written while the first slept").await;
    let created = creating.await.unwrap();
    assert_eq!(created.unwrap().state, TenantState::Active);
    assert_eq!(bodies(&handle).await, ["written while the first slept"]);
}

macro_rules! wakes_late_on {
    ($($feature:literal $name:ident $place:expr, $step:literal;)*) => {$(
        #[cfg(feature = $feature)]
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $name() {
            wakes_late($place.await, $step).await;
        }
    )*};
}
wakes_late_on! {
    "postgres" a_process_that_wakes_late_in_making_a_database_harms_nothing Place::postgres(Isolation::Database), "storage";
    "postgres" a_process_that_wakes_late_in_migrating_harms_nothing Place::postgres(Isolation::Schema), "migrate";
    "mysql" a_process_that_wakes_late_in_making_a_database_harms_nothing_on_mariadb Place::mariadb(Isolation::Database), "storage";
    "mysql" a_process_that_wakes_late_in_migrating_harms_nothing_on_mariadb Place::mariadb(Isolation::Shared), "migrate";
}

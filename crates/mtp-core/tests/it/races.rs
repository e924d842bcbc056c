//! Several at once on one tenant: a delete beats a late finish, one of many makers wins, nobody needs to stay.

use std::{
    collections::HashSet,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use futures::future::join_all;
use mtp_core::{Error, StepEvent, StepObserver, StepPhase, TenantFilter, TenantManager, TenantState};

use crate::world::{PROVISION, World, config, end, id, is_refused, on_every_ground, until, until_state, write};

on_every_ground!(
    a_delete_beats_a_late_finish,
    a_purge_beats_a_late_finish,
    two_processes_share_an_operation_without_harm,
    of_many_makers_of_one_name_one_wins,
    a_maker_who_goes_away_has_still_made,
    a_tenant_whose_time_is_over_is_purged_by_itself,
);

/// Holds an operation at one place until it is let go.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<Held>, Condvar)>);

#[derive(Default)]
struct Held {
    at: Option<(&'static str, StepPhase)>,
    arrived: bool,
}

impl Gate {
    fn observer(&self) -> StepObserver {
        let gate = self.clone();
        Arc::new(move |event: &StepEvent| {
            let (held, let_go) = &*gate.0;
            let mut held = held.lock().unwrap();
            if event.flow == "provision" && held.at == Some((event.step, event.phase)) {
                held.arrived = true;
                let patience = Duration::from_secs(30);
                // The thread's other tasks go on elsewhere meanwhile.
                tokio::task::block_in_place(|| {
                    let _ = let_go
                        .wait_timeout_while(held, patience, |held| held.at.is_some())
                        .unwrap();
                });
            }
            Ok(())
        })
    }

    fn shut(&self, step: &'static str, phase: StepPhase) {
        let mut held = self.0.0.lock().unwrap();
        held.at = Some((step, phase));
        held.arrived = false;
    }

    fn has_arrived(&self) -> bool {
        self.0.0.lock().unwrap().arrived
    }

    fn open(&self) {
        self.0.0.lock().unwrap().at = None;
        self.0.1.notify_all();
    }
}

fn places() -> impl Iterator<Item = (&'static str, StepPhase)> {
    let both = |step| [(step, StepPhase::Begin), (step, StepPhase::Done)];
    PROVISION.into_iter().flat_map(both)
}

/// Starts to make a tenant and holds it at a place.
async fn half_made(
    gate: &Gate,
    manager: &TenantManager,
    id: &mtp_core::TenantId,
    place: (&'static str, StepPhase),
) -> tokio::task::JoinHandle<Result<mtp_core::Tenant, Error>> {
    gate.shut(place.0, place.1);
    let (manager, config) = (manager.clone(), config(id));
    let making = tokio::spawn(async move { manager.create(config).await });
    until("the operation is at its place", async || {
        making.is_finished() || gate.has_arrived()
    })
    .await;
    assert!(gate.has_arrived(), "it ended before {place:?}");
    making
}

async fn a_delete_beats_a_late_finish(world: World) {
    let gate = Gate::default();
    let late = world
        .builder()
        // Nobody takes the operation over while it is held.
        .lease(Duration::from_secs(30))
        .background(false)
        .on_step(gate.observer())
        .start()
        .await
        .unwrap();
    let manager = world.idle().await;
    for (n, place) in world.sample(places().collect()).into_iter().enumerate() {
        let id = id(format!("acme-{n}"));
        let making = half_made(&gate, &late, &id, place).await;
        let deleted = manager.delete(&id).await.unwrap();
        assert_eq!(deleted.state, TenantState::Deleting, "{place:?}");
        gate.open();
        let refused = making.await.unwrap().unwrap_err();
        assert!(matches!(refused, Error::NotServed { .. }), "{place:?}: {refused:?}");
        assert_eq!(
            manager.get(&id).await.unwrap().state,
            TenantState::Deleting,
            "{place:?}"
        );
        assert!(is_refused(&manager, &id).await, "{place:?}");
        // Nothing was ever served, so there is nothing to come back to but another attempt.
        let restored = manager.restore(&id).await.unwrap();
        let expected = if restored.schema_version > 0 {
            TenantState::Active
        } else {
            TenantState::Failed
        };
        assert_eq!(restored.state, expected, "{place:?}");
        if restored.state == TenantState::Failed {
            assert!(is_refused(&manager, &id).await, "{place:?}");
            manager.retry(&id).await.unwrap();
        }
        write(&manager, &id, "hello").await;
        end(&world, &manager, &id, deleted.uid).await;
    }
}

async fn a_purge_beats_a_late_finish(world: World) {
    let gate = Gate::default();
    let late = world
        .builder()
        // Nobody takes the operation over while it is held.
        .lease(Duration::from_secs(30))
        .background(false)
        .on_step(gate.observer())
        .start()
        .await
        .unwrap();
    let manager = world.idle().await;
    for (n, place) in world.sample(places().collect()).into_iter().enumerate() {
        let id = id(format!("acme-{n}"));
        let making = half_made(&gate, &late, &id, place).await;
        let uid = manager.get(&id).await.unwrap().uid;
        end(&world, &manager, &id, uid).await;
        let second = manager.create(config(&id)).await.unwrap();
        write(&manager, &id, "of the second").await;
        gate.open();
        assert!(making.await.unwrap().is_err(), "{place:?}");
        let mut left = world.leftovers(&id, uid).await;
        left.retain(|line| line != "of the second");
        assert_eq!(left, [""; 0], "{place:?}");
        assert_eq!(
            manager.get_by_uid(uid).await.unwrap().state,
            TenantState::Purged,
            "{place:?}"
        );
        assert_eq!(manager.get(&id).await.unwrap().uid, second.uid, "{place:?}");
        assert_eq!(crate::world::read(&manager, &id).await, ["of the second"], "{place:?}");
    }
}

async fn two_processes_share_an_operation_without_harm(world: World) {
    // Some steps take longer than the lease when they are first done, and their process gives no sign of life.
    let slept = Arc::new(Mutex::new(HashSet::new()));
    let sleepy: StepObserver = Arc::new(move |event| {
        let slow = event.uid.as_uuid().as_u128() % 2 == 0 && matches!(event.step, "storage" | "admin" | "erase");
        if slow
            && slept
                .lock()
                .unwrap()
                .insert((event.uid, event.step, event.phase == StepPhase::Done))
        {
            tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(600)));
        }
        Ok(())
    });
    let start = async || world.builder().on_step(sleepy.clone()).start().await.unwrap();
    let (one, two) = (start().await, start().await);
    let lives = (0..6).map(|n| {
        let (world, one, two) = (&world, &one, &two);
        async move {
            let id = id(format!("acme-{n}"));
            let tenant = one.create(config(&id)).await.unwrap();
            let accounts = format!("SELECT username FROM {{accounts}} WHERE uid = '{}'", tenant.uid);
            assert_eq!(world.central(&accounts).await, ["admin"]);
            let keys = format!("SELECT scope FROM {{data_keys}} WHERE scope LIKE '%{}%'", tenant.uid);
            assert_eq!(world.central(&keys).await.len(), 1);
            let password = tenant.admin_credentials.unwrap().password.unwrap();
            assert!(crate::world::signs_in(two, &id, &password).await);
            write(two, &id, "hello").await;
            two.delete(&id).await.unwrap();
            let (a, b) = futures::join!(one.purge(&id), two.purge(&id));
            assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
            assert_eq!(world.leftovers(&id, tenant.uid).await, [""; 0]);
        }
    });
    join_all(lives).await;
}

async fn of_many_makers_of_one_name_one_wins(world: World) {
    let (one, two) = (
        world.builder().start().await.unwrap(),
        world.builder().start().await.unwrap(),
    );
    let id = id("acme");
    let makers = (0..20).map(|n| if n % 2 == 0 { &one } else { &two }.create(config(&id)));
    let made = join_all(makers).await;
    assert_eq!(made.iter().filter(|m| m.is_ok()).count(), 1);
    for refused in made.iter().filter_map(|m| m.as_ref().err()) {
        assert!(matches!(refused, Error::TenantExists { .. }), "{refused:?}");
    }
    assert_eq!(one.list(&TenantFilter::default()).await.unwrap().items.len(), 1);
    assert_eq!(world.central("SELECT id FROM {operations}").await.len(), 1);
}

async fn a_maker_who_goes_away_has_still_made(world: World) {
    let manager = world.builder().start().await.unwrap();
    let names: Vec<_> = (0..20).map(|n| id(format!("acme-{n}"))).collect();
    for (n, id) in (0..).zip(&names) {
        let soon = Duration::from_millis(n * 2);
        let _ = tokio::time::timeout(soon, manager.create(config(id))).await;
    }
    let mut made = 0;
    for id in &names {
        // Who went before anything was written down has made nothing; who went later, all of it.
        if let Ok(tenant) = manager.get(id).await {
            until_state(&manager, tenant.uid, TenantState::Active).await;
            write(&manager, id, "hello").await;
            made += 1;
        }
    }
    assert!(made > 0);
}

async fn a_tenant_whose_time_is_over_is_purged_by_itself(world: World) {
    let manager = world.builder().retention(Duration::ZERO).start().await.unwrap();
    let id = id("acme");
    let tenant = manager.create(config(&id)).await.unwrap();
    write(&manager, &id, "hello").await;
    manager.delete(&id).await.unwrap();
    until_state(&manager, tenant.uid, TenantState::Purged).await;
    assert_eq!(world.leftovers(&id, tenant.uid).await, [""; 0]);
    assert!(matches!(manager.get(&id).await, Err(Error::TenantNotFound)));
}

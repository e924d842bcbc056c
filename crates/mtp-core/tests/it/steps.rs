//! Two promises about every flow: whatever step fails, nothing half is left; and a step done twice is as one done once.

use std::time::Duration;

use futures::{StreamExt, stream};
use mtp_core::{Error, StepPhase, Tenant, TenantId, TenantManager, TenantState};

use crate::{
    script::{Fault, Script},
    world::{PROVISION, PURGE, World, config, end, id, is_refused, on_every_ground, until_state, write},
};

/// Tenants that are made at once.
const AT_ONCE: usize = 7;

on_every_ground!(
    what_fails_for_good_at_any_step_is_undone_and_can_be_made_again,
    what_fails_while_it_is_undone_is_undone_in_the_end,
    a_step_done_twice_ends_as_one_done_once,
    a_change_that_is_broken_off_happens_whole_or_not_at_all,
);

fn fault(flow: &'static str, step: &'static str, phase: StepPhase, for_good: bool) -> Fault {
    Fault {
        flow,
        step,
        phase,
        times: 1,
        for_good,
    }
}

async fn what_fails_for_good_at_any_step_is_undone_and_can_be_made_again(world: World) {
    let parts: Vec<_> = PROVISION
        .iter()
        .flat_map(|step| [StepPhase::Begin, StepPhase::Done].map(|phase| vec![fault("provision", step, phase, true)]))
        .collect();
    let parts = world.sample(parts);
    let number = parts.len();
    let script = Script::new(parts);
    let manager = world.builder().on_step(script.observer()).start().await.unwrap();
    let lives = (0..number).map(|n| {
        let (world, manager, script) = (&world, &manager, &script);
        async move {
            let id = id(format!("acme-{n}"));
            let refused = manager.create(config(&id)).await.unwrap_err();
            let Error::StepFailed { step, .. } = &refused else {
                panic!("{refused:?}");
            };
            let failed = manager.get(&id).await.unwrap();
            let part = script.part(failed.uid);
            assert!(part.contains(&format!("{step:?}")), "{step} and not {part}");
            assert!(script.left(failed.uid).is_empty(), "{part} did not come about");
            assert_eq!(failed.state, TenantState::Failed, "{part}");
            assert!(failed.placement.is_none(), "{part}");
            assert!(is_refused(manager, &id).await, "{part}");
            assert_eq!(world.leftovers(&id, failed.uid).await, [""; 0], "{part}");
            let made = manager.retry(&id).await.unwrap();
            assert_eq!((made.state, made.uid), (TenantState::Active, failed.uid), "{part}");
            write(manager, &id, "hello").await;
            end(world, manager, &id, made.uid).await;
        }
    });
    stream::iter(lives).buffer_unordered(AT_ONCE).collect::<()>().await;
}

async fn what_fails_while_it_is_undone_is_undone_in_the_end(world: World) {
    let parts: Vec<_> = PROVISION
        .iter()
        .map(|step| {
            vec![
                fault("provision", "activate", StepPhase::Done, true),
                fault("provision", step, StepPhase::Undo, false),
            ]
        })
        .collect();
    let parts = world.sample(parts);
    let number = parts.len();
    let script = Script::new(parts);
    let manager = world.builder().on_step(script.observer()).start().await.unwrap();
    let lives = (0..number).map(|n| {
        let (world, manager, script) = (&world, &manager, &script);
        async move {
            let id = id(format!("acme-{n}"));
            assert!(manager.create(config(&id)).await.is_err());
            let failed = manager.get(&id).await.unwrap();
            let part = script.part(failed.uid);
            assert!(script.left(failed.uid).is_empty(), "{part} did not come about");
            assert_eq!(failed.state, TenantState::Failed, "{part}");
            assert_eq!(world.leftovers(&id, failed.uid).await, [""; 0], "{part}");
            // A failed tenant's name is free again by a delete and a purge, too.
            end(world, manager, &id, failed.uid).await;
        }
    });
    stream::iter(lives).buffer_unordered(AT_ONCE).collect::<()>().await;
}

async fn a_step_done_twice_ends_as_one_done_once(world: World) {
    let flows = PROVISION
        .map(|step| ("provision", step))
        .into_iter()
        .chain(PURGE.map(|step| ("purge", step)));
    let mut parts: Vec<_> = flows
        .flat_map(|(flow, step)| [StepPhase::Begin, StepPhase::Done].map(|phase| vec![fault(flow, step, phase, false)]))
        .collect();
    parts = world.sample(parts);
    // The first is made and ended without a fault: what the others are compared with.
    parts.insert(0, Vec::new());
    let number = parts.len();
    let script = Script::new(parts);
    let manager = world.builder().on_step(script.observer()).start().await.unwrap();
    let once = make(&manager, 0).await;
    let straight = world.inventory(&once).await;
    let lives = (1..number).map(|n| {
        let (world, manager, script, straight) = (&world, &manager, &script, &straight);
        async move {
            let tenant = make(manager, n).await;
            let part = script.part(tenant.uid);
            assert_eq!(world.inventory(&tenant).await, *straight, "{part}");
            write(manager, &tenant.id, "hello").await;
            end(world, manager, &tenant.id, tenant.uid).await;
            assert!(script.left(tenant.uid).is_empty(), "{part} did not come about");
        }
    });
    stream::iter(lives).buffer_unordered(AT_ONCE).collect::<()>().await;
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn what_never_ends_is_not_waited_for_without_end() {
    let world = World::sqlite(mtp_core::Isolation::Database);
    let never = |flow, step, phase, for_good| Fault {
        times: u32::MAX,
        ..fault(flow, step, phase, for_good)
    };
    let script = Script::new(vec![
        vec![
            never("provision", "activate", StepPhase::Done, true),
            never("provision", "storage", StepPhase::Undo, false),
        ],
        vec![never("purge", "erase", StepPhase::Begin, false)],
    ]);
    let wait = Duration::from_secs(3);
    let manager = world
        .builder()
        .wait_limit(wait)
        .on_step(script.observer())
        .start()
        .await
        .unwrap();
    let began = std::time::Instant::now();
    let left = manager.create(config(&id("half"))).await;
    assert!(matches!(left, Err(Error::Unavailable { .. })), "{left:?}");
    assert!(is_refused(&manager, &id("half")).await, "half a tenant is served");
    manager.create(config(&id("whole"))).await.unwrap();
    manager.delete(&id("whole")).await.unwrap();
    let left = manager.purge(&id("whole")).await;
    assert!(matches!(left, Err(Error::Unavailable { .. })), "{left:?}");
    assert!(began.elapsed() < 10 * wait, "{:?}", began.elapsed());
}

async fn make(manager: &TenantManager, n: usize) -> Tenant {
    let tenant = manager.create(config(&id(format!("acme-{n}")))).await.unwrap();
    assert_eq!(tenant.state, TenantState::Active);
    tenant
}

/// Suspend, resume, delete and restore are one transaction each: their fault is a caller who goes away anywhere in it.
async fn a_change_that_is_broken_off_happens_whole_or_not_at_all(world: World) {
    let manager = world.builder().start().await.unwrap();
    let id = id("acme");
    let uid = manager.create(config(&id)).await.unwrap().uid;
    write(&manager, &id, "hello").await;
    for n in 0..25 {
        let soon = Duration::from_micros(n * 150);
        let _ = tokio::time::timeout(soon, manager.suspend(&id)).await;
        settle(
            &manager,
            &id,
            manager.suspend(&id),
            [TenantState::Active, TenantState::Suspended],
        )
        .await;
        let _ = tokio::time::timeout(soon, manager.delete(&id)).await;
        settle(
            &manager,
            &id,
            manager.delete(&id),
            [TenantState::Suspended, TenantState::Deleting],
        )
        .await;
        let first = manager.get(&id).await.unwrap().purge_after;
        assert_eq!(
            manager.delete(&id).await.unwrap().purge_after,
            first,
            "a second delete changes nothing"
        );
        let _ = tokio::time::timeout(soon, manager.restore(&id)).await;
        settle(
            &manager,
            &id,
            manager.restore(&id),
            [TenantState::Deleting, TenantState::Suspended],
        )
        .await;
        let _ = tokio::time::timeout(soon, manager.resume(&id)).await;
        settle(
            &manager,
            &id,
            manager.resume(&id),
            [TenantState::Suspended, TenantState::Active],
        )
        .await;
    }
    assert_eq!(crate::world::read(&manager, &id).await, ["hello"]);
    manager.delete(&id).await.unwrap();
    let _ = tokio::time::timeout(Duration::from_millis(2), manager.purge(&id)).await;
    if manager.get(&id).await.is_ok_and(|t| t.state == TenantState::Deleting) {
        assert_eq!(manager.purge(&id).await.unwrap().state, TenantState::Purged);
    } else {
        until_state(&manager, uid, TenantState::Purged).await;
    }
    assert_eq!(world.leftovers(&id, uid).await, [""; 0]);
}

/// After a change was broken off: it is seen whole or not at all, and once more it is done, or was (its commit may have
/// been on its way).
async fn settle(
    manager: &TenantManager,
    id: &TenantId,
    again: impl Future<Output = Result<Tenant, Error>>,
    [before, after]: [TenantState; 2],
) {
    let tenant = manager.get(id).await.unwrap();
    assert!([before, after].contains(&tenant.state), "{}", tenant.state);
    assert_eq!(tenant.purge_after.is_some(), tenant.state == TenantState::Deleting);
    match again.await {
        Ok(tenant) => assert_eq!(tenant.state, after),
        Err(Error::WrongState { state, .. }) => assert_eq!(state, after),
        Err(e) => panic!("{e:?}"),
    }
}

//! Processes that are killed, or stopped past their lease, anywhere in an operation: another finishes or undoes it,
//! and one that wakes late does no harm.

pub(crate) mod child;

use std::time::Duration;

use futures::{StreamExt, stream};
use mtp_core::{Secret, Tenant, TenantId, TenantManager, TenantState, TenantUid};

use self::child::{Halted, Point, Task};
use crate::world::{
    PROVISION, PURGE, World, config, end, is_refused, on_every_ground, read, signs_in, until_state, write,
};

/// Children that run at once while none is stopped.
const AT_ONCE: usize = 4;

on_every_ground!(
    what_a_killed_process_left_is_finished_by_another,
    a_process_that_wakes_late_does_no_harm,
);

fn points(flow: &str, steps: &[&str]) -> Vec<Point> {
    let both = |step: &&str| ["begin", "done"].map(|phase| Point::new(flow, step, phase));
    steps.iter().flat_map(both).collect()
}

fn undoings() -> Vec<Point> {
    PROVISION.map(|step| Point::new("provision", step, "undo")).into()
}

/// A tenant whose operation is halted at a point.
struct Case {
    point: Point,
    id: TenantId,
}

impl Case {
    fn task(&self, world: &World, signal: &str) -> Task {
        Task {
            spec: world.spec.clone(),
            tenant: self.id.to_string(),
            point: self.point.clone(),
            signal: signal.into(),
        }
    }
}

fn cases(world: &World, kind: &str, points: Vec<Point>) -> Vec<Case> {
    world
        .sample(points)
        .into_iter()
        .map(|point| Case {
            id: point.tenant(kind),
            point,
        })
        .collect()
}

/// Tenants that are served for a while, and deleted.
async fn deleted(manager: &TenantManager, cases: &[Case]) -> Vec<TenantUid> {
    let made = cases.iter().map(async |case| {
        let tenant = manager.create(config(&case.id)).await.unwrap();
        write(manager, &case.id, "of the first").await;
        manager.delete(&case.id).await.unwrap();
        tenant.uid
    });
    stream::iter(made).buffered(AT_ONCE).collect().await
}

async fn what_a_killed_process_left_is_finished_by_another(world: World) {
    let made = cases(&world, "kill", points("provision", &PROVISION));
    let undone = cases(&world, "undo", undoings());
    let purged = cases(&world, "kill", points("purge", &PURGE));
    let idle = world.idle().await;
    let old = deleted(&idle, &purged).await;
    let children = made.iter().chain(&undone).chain(&purged).map(async |case| {
        Halted::start(&case.task(&world, "KILL")).killed(&case.point).await;
        assert!(
            is_refused(&idle, &case.id).await,
            "half a tenant is served: {:?}",
            case.point
        );
    });
    stream::iter(children).buffer_unordered(AT_ONCE).collect::<()>().await;

    // From here on nobody does anything but a process that is there.
    let other = world.builder().start().await.unwrap();
    for case in &made {
        let tenant = idle.get(&case.id).await.unwrap();
        until_state(&other, tenant.uid, TenantState::Active).await;
        write(&other, &case.id, "hello").await;
        end(&world, &other, &case.id, tenant.uid).await;
    }
    for case in &undone {
        let tenant = idle.get(&case.id).await.unwrap();
        until_state(&other, tenant.uid, TenantState::Failed).await;
        assert_eq!(world.leftovers(&case.id, tenant.uid).await, [""; 0], "{:?}", case.point);
    }
    for (case, uid) in purged.iter().zip(old) {
        until_state(&other, uid, TenantState::Purged).await;
        assert_eq!(world.leftovers(&case.id, uid).await, [""; 0], "{:?}", case.point);
        let reborn = other.create(config(&case.id)).await.unwrap();
        assert_ne!(reborn.uid, uid);
        write(&other, &case.id, "of the second").await;
    }
}

/// A tenant that stands while a process wakes that worked on it, or on one of its name.
struct Standing {
    id: TenantId,
    uid: TenantUid,
    body: &'static str,
    password: Option<Secret>,
}

impl Standing {
    async fn new(manager: &TenantManager, tenant: Tenant, body: &'static str) -> Self {
        write(manager, &tenant.id, body).await;
        Self {
            id: tenant.id,
            uid: tenant.uid,
            body,
            password: None,
        }
    }

    async fn still_stands(&self, manager: &TenantManager, what: &Point) {
        let tenant = manager.get(&self.id).await.unwrap();
        assert_eq!((tenant.uid, tenant.state), (self.uid, TenantState::Active), "{what:?}");
        assert!(tenant.placement.is_some(), "{what:?}");
        assert_eq!(read(manager, &self.id).await, [self.body], "{what:?}");
        if let Some(password) = &self.password {
            assert!(
                signs_in(manager, &self.id, password).await,
                "the password was changed back: {what:?}"
            );
        }
    }
}

async fn a_process_that_wakes_late_does_no_harm(world: World) {
    let idle = world.idle().await;
    let served = cases(&world, "stay", points("provision", &PROVISION));
    let ended = cases(&world, "gone", points("provision", &PROVISION));
    let undone = cases(&world, "undo", undoings());
    let purged = cases(&world, "stop", points("purge", &PURGE));
    let old = deleted(&idle, &purged).await;
    // Each kind by itself: as many as a database server takes connections from.
    for part in [&served, &ended, &undone, &purged] {
        wake_late(&world, &idle, part, &old, &purged).await;
    }
}

async fn wake_late(world: &World, idle: &TenantManager, part: &[Case], old: &[TenantUid], purged: &[Case]) {
    let stopping = part.iter().map(async |case| {
        let mut child = Halted::start(&case.task(world, "STOP"));
        child.stopped(&case.point).await;
        child
    });
    let children: Vec<_> = stream::iter(stopping).buffered(AT_ONCE).collect().await;
    // The lease passes, another process does the work, and life goes on.
    let other = world.builder().start().await.unwrap();
    let standing = part.iter().map(async |case| {
        let at = purged.iter().position(|c| c.id == case.id);
        let uid = match at {
            Some(at) => old[at],
            None => idle.get(&case.id).await.unwrap().uid,
        };
        (live_on(world, &other, case, uid).await, uid)
    });
    let standing: Vec<_> = stream::iter(standing).buffered(AT_ONCE).collect().await;
    children.iter().for_each(Halted::go_on);
    for (child, case) in children.into_iter().zip(part) {
        child.finished(&case.point).await;
    }
    for (case, (stands, first)) in part.iter().zip(&standing) {
        stands.still_stands(&other, &case.point).await;
        if *first != stands.uid {
            let mut left = world.leftovers(&case.id, *first).await;
            // Rows of shared tables are keyed by the name, which is the second's now.
            left.retain(|line| line != stands.body);
            assert_eq!(
                left, [""; 0],
                "something of a purged tenant came back: {:?}",
                case.point
            );
            assert_eq!(idle.get_by_uid(*first).await.unwrap().state, TenantState::Purged);
        }
    }
    drop(other);
    // Its background work ends with its next look.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// What becomes of a tenant while the process that worked on it is stopped.
async fn live_on(world: &World, other: &TenantManager, case: &Case, uid: TenantUid) -> Standing {
    match case.id.as_str().split('-').next() {
        Some("stay") => {
            until_state(other, uid, TenantState::Active).await;
            let mut stands = Standing::new(other, other.get(&case.id).await.unwrap(), "hello").await;
            stands.password = Some(change_password(other, &case.id).await);
            stands
        }
        Some("undo") => {
            until_state(other, uid, TenantState::Failed).await;
            let again = other.retry(&case.id).await.unwrap();
            Standing::new(other, again, "of the second attempt").await
        }
        kind => {
            if kind == Some("gone") {
                until_state(other, uid, TenantState::Active).await;
                end(world, other, &case.id, uid).await;
            }
            until_state(other, uid, TenantState::Purged).await;
            let second = other.create(config(&case.id)).await.unwrap();
            Standing::new(other, second, "of the second").await
        }
    }
}

/// Sets another password than the first.
async fn change_password(manager: &TenantManager, tenant: &TenantId) -> Secret {
    let link = manager.rotate_credentials(tenant).await.unwrap();
    let password = Secret::new("correct horse battery staple");
    assert!(manager.set_password(&link.token, &password).await.unwrap());
    assert!(signs_in(manager, tenant, &password).await);
    password
}

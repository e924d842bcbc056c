//! The warm pool: tenants made ahead are whole, are nobody's until they are given, and never get lost.

use std::time::Duration;

use mtp_core::{Isolation, ProvisionRequest, TenantConfig, TenantFilter, TenantManager, TenantState};

use crate::{
    kills::child::{Halted, Point, Task},
    place::{Place, on_every_place},
    world::{PREPARE, World, end, id, signs_in, until, write},
};

on_every_place!(a_tenant_made_ahead_is_given_away_whole);

async fn filled(manager: &TenantManager, n: usize) {
    until("the warm pool is full", async || {
        manager.warm_tenants().await.unwrap() == n
    })
    .await;
}

async fn a_tenant_made_ahead_is_given_away_whole(place: Place) {
    let manager = place
        .builder()
        .warm_tenants(2)
        .reconcile_interval(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    filled(&manager, 2).await;
    // It is nobody's: no list shows it, no name leads to it.
    assert!(manager.list(&TenantFilter::default()).await.unwrap().items.is_empty());
    assert!(manager.orphans().await.unwrap().is_empty());

    let config = || {
        let mut config = TenantConfig::new("Acme Inc.").id(id("acme")).plan("pro").market("shop");
        config.admin_email = Some("ann@acme.example".into());
        config.external_id = Some("7".into());
        config
    };
    let request = || ProvisionRequest::new("shop", Some("key-1".into()), b"body");
    let made = manager
        .provision(config(), request(), Duration::from_secs(20))
        .await
        .unwrap();
    let tenant = made.tenant;
    assert_eq!((tenant.state, tenant.schema_version), (TenantState::Active, 1));
    assert_eq!((tenant.id.as_str(), tenant.plan.as_deref()), ("acme", Some("pro")));
    let credentials = tenant.admin_credentials.clone().unwrap();
    assert_eq!(credentials.username, "ann@acme.example");
    let password = credentials.password.unwrap();
    let signed = manager
        .sign_in(&tenant.id, "ann@acme.example", &password)
        .await
        .unwrap();
    assert!(signed.is_some());
    assert!(
        !signs_in(&manager, &tenant.id, &password).await,
        "the name before is nobody's"
    );
    let physical = tenant.placement.as_ref().unwrap();
    if place.isolation != Isolation::Shared {
        let name = physical
            .schema
            .clone()
            .filter(|s| s != "app")
            .unwrap_or(physical.database.clone());
        assert!(name.ends_with(&tenant.uid.short()), "{name} comes from the uid");
    }
    write(&manager, &tenant.id, "hello").await;
    // The same call again finds it, and is shown the password no more, since it was used.
    let again = manager
        .provision(config(), request(), Duration::from_secs(20))
        .await
        .unwrap();
    assert_eq!(again.tenant.uid, tenant.uid);
    assert!(again.tenant.admin_credentials.unwrap().password.is_none());

    filled(&manager, 2).await;
    let second = manager
        .create(TenantConfig::new("Bee").id("bee".parse().unwrap()))
        .await
        .unwrap();
    assert!(
        signs_in(
            &manager,
            &second.id,
            &second.admin_credentials.unwrap().password.unwrap()
        )
        .await
    );
    write(&manager, &second.id, "of bee").await;
    manager.delete(&tenant.id).await.unwrap();
    assert_eq!(manager.purge(&tenant.id).await.unwrap().state, TenantState::Purged);
    let left = place.traces(&tenant.uid.to_string(), "acme").await;
    assert!(left.is_empty(), "{left:?}");
    // A name that is taken stays taken, and costs no tenant made ahead.
    filled(&manager, 2).await;
    manager
        .create(TenantConfig::new("Bee").id("bee".parse().unwrap()))
        .await
        .unwrap_err();
    assert_eq!(manager.warm_tenants().await.unwrap(), 2);
}

async fn killed_at_each_step(world: World) {
    let points: Vec<Point> = PREPARE
        .iter()
        .flat_map(|step| ["begin", "done"].map(|phase| Point::new("prepare", step, phase)))
        .collect();
    for (at, point) in world.sample(points).into_iter().enumerate() {
        let task = Task {
            spec: world.spec.clone(),
            tenant: (at + 1).to_string(),
            point: point.clone(),
            signal: "KILL".into(),
        };
        Halted::start(&task).killed(&point).await;
        let other = world.builder().warm_tenants(at + 1).start().await.unwrap();
        filled(&other, at + 1).await;
        let rows = world
            .central("SELECT id_slot FROM {tenants} WHERE state <> 'purged'")
            .await;
        assert_eq!(rows.len(), at + 1, "{point:?}: one was made twice, or left half-made");
    }
    let manager = world.builder().warm_tenants(1).start().await.unwrap();
    let tenant = manager.create(TenantConfig::new("Acme").id(id("acme"))).await.unwrap();
    write(&manager, &tenant.id, "hello").await;
    end(&world, &manager, &tenant.id, tenant.uid).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_one_is_made_another_process_finishes_it() {
    killed_at_each_step(World::sqlite(Isolation::Database)).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_one_is_made_on_postgres() {
    killed_at_each_step(World::postgres(Isolation::Database).await).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn one_made_for_an_older_release_is_brought_up_before_it_is_given() {
    const NOTES: &str = include_str!("notes/0001_notes.sql");
    const TAGS: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";
    let world = World::sqlite(Isolation::Database);
    let old = world.builder().warm_tenants(2).start().await.unwrap();
    filled(&old, 2).await;
    drop(old);
    let builder = || world.builder().migrations(&[(1, "notes", NOTES), (2, "tags", TAGS)]);
    // One that comes before they are brought up is made as ever.
    let idle = builder().warm_tenants(2).background(false).start().await.unwrap();
    let first = idle.create(TenantConfig::new("First").id(id("first"))).await.unwrap();
    assert_eq!(first.schema_version, 2);
    let slots = "SELECT id_slot FROM {tenants} WHERE id_slot LIKE '#%'";
    assert_eq!(world.central(slots).await.len(), 2);
    let new = builder().warm_tenants(2).start().await.unwrap();
    filled(&new, 2).await;
    let tenant = new.create(TenantConfig::new("Acme").id(id("acme"))).await.unwrap();
    assert_eq!(tenant.schema_version, 2);
    let handle = new.handle(&tenant.id).await.unwrap();
    handle
        .db()
        .query("INSERT INTO tags (id) VALUES ('x')")
        .execute()
        .await
        .unwrap();
    assert!(
        new.fleet()
            .verify(&mtp_core::FleetOptions::default())
            .await
            .unwrap()
            .is_sound()
    );
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_made_is_given_up_and_nothing_of_it_is_left() {
    let world = World::sqlite(Isolation::Database);
    let broken = std::sync::Arc::new(|event: &mtp_core::StepEvent| {
        if (event.flow, event.step) == ("prepare", "shelve") && event.phase == mtp_core::StepPhase::Done {
            return Err(mtp_core::Error::Config("a fault for good".into()));
        }
        Ok(())
    });
    let manager = world.builder().warm_tenants(1).on_step(broken).start().await.unwrap();
    until("it is purged", async || {
        let purged = "SELECT uid FROM {tenants} WHERE state = 'purged' AND id LIKE 'warm-%'";
        world.central(purged).await.len() == 1
    })
    .await;
    let uid = world.central("SELECT uid FROM {tenants}").await.remove(0);
    assert_eq!(world.leftovers(&id("warm-x"), uid.parse().unwrap()).await, [""; 0]);
    // The next attempt waits: a server that is down must not be asked every moment.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.central("SELECT uid FROM {tenants}").await.len(), 1);
    assert_eq!(manager.warm_tenants().await.unwrap(), 0);
}

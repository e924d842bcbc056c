//! A tenant's life, on every database and isolation.

use std::time::Duration;

use mtp_core::{Error, TenantConfig, TenantFilter, TenantId, TenantState};

use crate::place::{Place, bodies, note, on_every_place};

on_every_place!(
    a_tenant_lives_and_dies,
    a_second_process_sees_a_suspension_within_a_second
);

async fn a_tenant_lives_and_dies(place: Place) {
    let manager = place.builder().start().await.unwrap();
    let a = manager.create(TenantConfig::new("Acme Inc.")).await.unwrap();
    assert_eq!(a.id.as_str(), "acme-inc");
    assert_eq!(a.state, TenantState::Active);
    assert_eq!(a.url, "/t/acme-inc");
    let credentials = a.admin_credentials.clone().unwrap();
    let password = credentials.password.unwrap();

    let b = manager.create(TenantConfig::new("Acme Inc.")).await.unwrap();
    assert_ne!(a.id, b.id, "the same name makes another id");

    let (ha, hb) = (
        manager.handle(&a.id).await.unwrap(),
        manager.handle(&b.id).await.unwrap(),
    );
    note(&ha, "1", "of a").await;
    note(&hb, "1", "of b").await;
    assert_eq!(bodies(&ha).await, ["of a"]);
    assert_eq!(bodies(&hb).await, ["of b"]);

    let signed_in = manager.sign_in(&a.id, "admin", &password).await.unwrap().unwrap();
    assert_eq!(signed_in.uid, a.uid);
    assert!(
        manager.sign_in(&b.id, "admin", &password).await.unwrap().is_none(),
        "another tenant's password"
    );
    let again = manager.refresh(&a.id, &signed_in.refresh_token).await.unwrap().unwrap();
    assert!(
        manager
            .refresh(&a.id, &signed_in.refresh_token)
            .await
            .unwrap()
            .is_none(),
        "a used token"
    );
    assert!(
        manager.refresh(&a.id, &again.refresh_token).await.unwrap().is_none(),
        "its whole family went"
    );

    manager.suspend(&a.id).await.unwrap();
    let refused = ha
        .db()
        .query("SELECT body FROM notes")
        .fetch_all::<(String,)>()
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::NotServed { .. }), "{refused:?}");
    assert!(matches!(
        manager.handle(&a.id).await.unwrap_err(),
        Error::NotServed { .. }
    ));
    manager.resume(&a.id).await.unwrap();
    assert_eq!(bodies(&manager.handle(&a.id).await.unwrap()).await, ["of a"]);

    let deleted = manager.delete(&a.id).await.unwrap();
    assert_eq!(deleted.state, TenantState::Deleting);
    assert!(deleted.purge_after.is_some());
    let restored = manager.restore(&a.id).await.unwrap();
    assert_eq!(restored.state, TenantState::Active);
    assert_eq!(bodies(&manager.handle(&a.id).await.unwrap()).await, ["of a"]);

    manager.delete(&a.id).await.unwrap();
    let taken = manager
        .create(TenantConfig::new("Acme").id(a.id.clone()))
        .await
        .unwrap_err();
    assert!(matches!(taken, Error::TenantExists { .. }), "{taken:?}");
    assert_eq!(manager.purge(&a.id).await.unwrap().state, TenantState::Purged);
    assert!(matches!(manager.get(&a.id).await.unwrap_err(), Error::TenantNotFound));
    let traces = place.traces(&a.uid.to_string(), a.id.as_str()).await;
    assert!(traces.is_empty(), "{traces:?}");

    let reborn = manager
        .create(TenantConfig::new("Acme").id(a.id.clone()))
        .await
        .unwrap();
    assert_ne!(reborn.uid, a.uid);
    assert!(
        bodies(&manager.handle(&a.id).await.unwrap()).await.is_empty(),
        "a name used again inherits nothing"
    );
    assert_eq!(bodies(&hb).await, ["of b"]);
    let listed = manager.list(&TenantFilter::default()).await.unwrap();
    assert_eq!(listed.items.len(), 2);
    tokio::time::sleep(Duration::from_millis(10)).await;
}

async fn a_second_process_sees_a_suspension_within_a_second(place: Place) {
    let one = place.builder().start().await.unwrap();
    let two = place.builder().start().await.unwrap();
    let id: TenantId = "acme".parse().unwrap();
    one.create(TenantConfig::new("Acme").id(id.clone())).await.unwrap();
    let handle = two.handle(&id).await.unwrap();
    note(&handle, "1", "hello").await;
    // A change of what is known of it ends no handle.
    one.update(&id, mtp_core::TenantUpdate::default().name("Acme Ltd."))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    note(&handle, "2", "still here").await;
    one.suspend(&id).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(two.handle(&id).await.is_err());
    assert!(
        handle
            .db()
            .query("SELECT id FROM notes")
            .fetch_all::<(String,)>()
            .await
            .is_err(),
        "handles end too"
    );
}

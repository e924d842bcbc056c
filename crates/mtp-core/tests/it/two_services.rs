//! Two services on one central database, with a tenant of the same name each: nothing of one is the other's, whatever is
//! done to it.

use std::time::Duration;

use mtp_core::{Error, Finding, Severity, TenantConfig, TenantFilter, TenantId, TenantManager};

use crate::place::{Place, bodies, note, on_every_place};

on_every_place!(nothing_of_one_is_the_others);

async fn nothing_of_one_is_the_others(place: Place) {
    let other = format!("{}b", place.service());
    let one = place.builder().start().await.unwrap();
    let two = place.builder_of(&other).start().await.unwrap();
    let id: TenantId = "acme".parse().unwrap();
    let mut made = Vec::new();
    for (manager, body) in [(&one, "of one"), (&two, "of two")] {
        made.push(manager.create(TenantConfig::new("Acme").id(id.clone())).await.unwrap());
        note(&manager.handle(&id).await.unwrap(), "1", body).await;
    }
    assert_ne!(made[0].uid, made[1].uid);
    let of_two = two.handle(&id).await.unwrap();
    assert_eq!(bodies(&one.handle(&id).await.unwrap()).await, ["of one"]);
    assert_eq!(bodies(&of_two).await, ["of two"]);
    for manager in [&one, &two] {
        assert_eq!(manager.list(&TenantFilter::default()).await.unwrap().items.len(), 1);
        // The walls of each stand, and nothing of the other's is a finding.
        assert_eq!(errors(manager).await, []);
    }

    // The first credentials and sessions.
    let passwords: Vec<_> = made
        .iter()
        .map(|t| t.admin_credentials.clone().unwrap().password.unwrap())
        .collect();
    assert!(one.sign_in(&id, "admin", &passwords[1]).await.unwrap().is_none());
    let session = two.sign_in(&id, "admin", &passwords[1]).await.unwrap().unwrap();
    assert!(one.refresh(&id, &session.refresh_token).await.unwrap().is_none());

    // What is done to one.
    one.suspend(&id).await.unwrap();
    assert_eq!(bodies(&of_two).await, ["of two"]);
    one.resume(&id).await.unwrap();
    one.delete(&id).await.unwrap();
    one.purge(&id).await.unwrap();
    assert!(matches!(one.get(&id).await.unwrap_err(), Error::TenantNotFound));
    assert!(
        one.sweep_orphans(Duration::ZERO).await.unwrap().is_empty(),
        "another service's places are nobody's leftovers"
    );
    assert_eq!(bodies(&of_two).await, ["of two"]);
    assert_eq!(bodies(&two.handle(&id).await.unwrap()).await, ["of two"]);
    assert_eq!(errors(&two).await, []);
}

async fn errors(manager: &TenantManager) -> Vec<Finding> {
    let mut found = manager.examine().await.unwrap();
    found.retain(|f| f.severity == Severity::Error);
    found
}

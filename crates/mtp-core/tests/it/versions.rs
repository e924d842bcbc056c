//! A release serves the versions of a tenant's tables that it knows, and no others.

use std::time::Duration;

use mtp_core::{Error, FleetOptions, Isolation, TenantConfig, TenantId, TenantManager};

use crate::{
    place::{Place, note},
    world::until,
};

const NOTES: &str = include_str!("notes/0001_notes.sql");
const TAGS: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";

/// Refused with a time to come back, not as a tenant that is not there.
async fn comes_back(manager: &TenantManager, id: &TenantId) -> bool {
    match manager.handle(id).await {
        Err(error @ Error::Unavailable { .. }) => error.retry_after() > Some(Duration::from_secs(1)),
        _ => false,
    }
}

async fn outside_its_versions_a_release_says_come_back(place: Place) {
    let old = place.builder().start().await.unwrap();
    let id: TenantId = "acme".parse().unwrap();
    old.create(TenantConfig::new("Acme").id(id.clone())).await.unwrap();
    note(&old.handle(&id).await.unwrap(), "1", "hello").await;
    let files = [(1, "notes", NOTES), (2, "tags", TAGS)];
    // One release knows the old tables too, one does not.
    let both = place.builder().migrations(&files).start().await.unwrap();
    let strict = place
        .builder()
        .migrations(&files)
        .least_version(2)
        .start()
        .await
        .unwrap();
    note(&both.handle(&id).await.unwrap(), "2", "hello").await;
    assert!(comes_back(&strict, &id).await);
    let again = mtp_core::TenantDirectory::find(&strict, &id).await.unwrap().unwrap();
    assert!(again.state.is_served() && again.handle.is_none());

    let report = both.fleet().run(&FleetOptions::default()).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    until("the new release serves it", async || strict.handle(&id).await.is_ok()).await;
    until("the old release serves it no more", async || {
        comes_back(&old, &id).await
    })
    .await;
    let handle = strict.handle(&id).await.unwrap();
    handle
        .db()
        .query("INSERT INTO tags (id) VALUES ('x')")
        .execute()
        .await
        .unwrap();
    assert!(both.handle(&id).await.is_ok());
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    outside_its_versions_a_release_says_come_back(Place::sqlite(Isolation::Database)).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    outside_its_versions_a_release_says_come_back(Place::postgres(Isolation::Shared).await).await;
}

//! Tenants that take their time, fail, or end.

use std::{sync::atomic::Ordering, time::Duration};

use mtp_core::{TenantId, TenantState};
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn one_that_takes_its_time_is_an_operation() {
    let world = World::with(|api| api.deadline(Duration::ZERO)).await;
    let body = json!({"name": "Acme", "tenant_id": "acme"});
    let running = world.hook(&body).await;
    assert_eq!(running.status, 202, "{running:?}");
    let operation = running.json["operation"].as_str().unwrap().to_owned();
    let status_url = format!("https://notes.example/api/tenant/operations/{operation}");
    assert_eq!(
        running.json,
        json!({"success": true, "tenant_id": "acme", "operation": operation, "state": "running", "status_url": status_url})
    );
    assert_eq!(running.headers["retry-after"], "2");
    assert_eq!(running.headers["location"], status_url.as_str());
    let again = world.hook(&body).await;
    if again.status == 202 {
        assert_eq!(again.json, running.json);
    }
    let mut last = world.operation(&world.key, &operation).await;
    for _ in 0..200 {
        if last.json["state"] != "running" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        last = world.operation(&world.key, &operation).await;
    }
    assert_eq!(last.status, 200);
    assert_eq!(
        last.json,
        json!({"operation": operation, "state": "succeeded", "tenant_id": "acme"})
    );
    let done = world.hook(&body).await;
    assert_eq!(done.status, 200);
    assert!(done.password().is_some());

    let other = world.manager.create_market_key("other").await.unwrap().key;
    assert_eq!(world.operation(other.expose(), &operation).await.kind(), "not-found");
    assert_eq!(world.operation(&world.key, "nonsense").await.kind(), "not-found");
    assert_eq!(
        world
            .operation(&world.key, &uuid::Uuid::now_v7().to_string())
            .await
            .status,
        404
    );
    assert_eq!(world.operation("mtp_mk_no", &operation).await.status, 401);
}

#[tokio::test]
async fn one_that_failed_is_made_anew() {
    let world = World::new().await;
    let body = json!({"name": "Acme", "external_id": "o-1"});
    world.broken.store(true, Ordering::Relaxed);
    let failed = world.hook_with("k", &body).await;
    assert_eq!((failed.status, failed.kind()), (503, "provisioning-failed"));
    assert_eq!(failed.headers["retry-after"], "30");
    assert!(!failed.json.to_string().contains("db.internal"), "{}", failed.json);
    let id: TenantId = "acme".parse().unwrap();
    assert_eq!(world.manager.get(&id).await.unwrap().state, TenantState::Failed);
    assert_eq!(world.hook_with("k", &body).await.status, 503, "still broken");
    world.broken.store(false, Ordering::Relaxed);
    let made = world.hook_with("k", &body).await;
    assert_eq!(
        (made.status, made.json["tenant_id"].as_str()),
        (201, Some("acme")),
        "{made:?}"
    );
    let password = mtp_core::Secret::from(made.password().unwrap());
    assert!(world.manager.sign_in(&id, "admin", &password).await.unwrap().is_some());
    assert_eq!(world.hook_with("k", &body).await.status, 200);
}

#[tokio::test]
async fn a_deleted_name_is_free_when_it_is_purged() {
    let world = World::new().await;
    let body = json!({"name": "Acme", "tenant_id": "acme", "external_id": "o-1"});
    assert_eq!(world.hook_with("k", &body).await.status, 201);
    let id: TenantId = "acme".parse().unwrap();
    let first = world.manager.get(&id).await.unwrap().uid;
    world.manager.suspend(&id).await.unwrap();
    let suspended = world.hook_with("k", &body).await;
    assert_eq!((suspended.status, suspended.password()), (200, None));
    world.manager.delete(&id).await.unwrap();
    for key in ["k", "k9"] {
        let seen = world.hook_with(key, &body).await;
        assert_eq!((seen.status, seen.kind()), (409, "tenant-deleted"), "{seen:?}");
    }
    assert_eq!(
        world.hook(json!({"name": "Acme", "tenant_id": "acme"})).await.status,
        409
    );
    world.manager.purge(&id).await.unwrap();
    let reborn = world.hook_with("k", &body).await;
    assert_eq!(reborn.status, 201, "{reborn:?}");
    assert_ne!(world.manager.get(&id).await.unwrap().uid, first);
}

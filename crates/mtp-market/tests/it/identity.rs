//! The same call makes one tenant.

use futures::future::join_all;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_equal_calls_at_once_make_one_tenant() {
    let world = World::new().await;
    let bodies = [
        (Some("\"k1\""), json!({"name": "Keyed"})),
        (None, json!({"name": "Ordered", "external_id": "o-1"})),
        (None, json!({"name": "Named", "tenant_id": "named"})),
        (Some("k2"), json!({"name": "주식회사"})),
    ];
    for (count, (key, body)) in bodies.into_iter().enumerate() {
        let text = body.to_string();
        let seen = join_all((0..20).map(|_| world.call(&world.key, key, &text))).await;
        assert_eq!(seen.iter().filter(|s| s.status == 201).count(), 1, "{seen:?}");
        assert_eq!(seen.iter().filter(|s| s.status == 200).count(), 19, "{seen:?}");
        assert!(
            seen.iter().all(|s| s.json == seen[0].json && s.password().is_some()),
            "{seen:?}"
        );
        assert_eq!(
            world
                .manager
                .list(&mtp_core::TenantFilter::default())
                .await
                .unwrap()
                .items
                .len(),
            count + 1
        );
    }
}

#[tokio::test]
async fn a_key_stands_for_one_body() {
    let world = World::new().await;
    let made = world
        .hook_with("\"k\"", json!({"name": "Acme", "features": ["search", "voice"]}))
        .await;
    assert_eq!((made.status, made.json["tenant_id"].as_str()), (201, Some("acme")));
    // Other spaces, another order: the same body. The same key without quotes: the same key.
    let same = world
        .hook_with("k", r#"{ "features": ["voice","search"], "name":"Acme" }"#)
        .await;
    assert_eq!((same.status, &same.json), (200, &made.json));
    let other = world.hook_with("k", json!({"name": "Acme 2"})).await;
    assert_eq!((other.status, other.kind()), (422, "idempotency-key-reused"));
    // Another key is another call, so the same name makes another id.
    let second = world.hook_with("k2", json!({"name": "Acme"})).await;
    assert_eq!(second.status, 201);
    assert_ne!(second.json["tenant_id"], "acme");
    // A key that came with a tenant that was there stands for that call too.
    let found = json!({"name": "Named", "tenant_id": "named"});
    assert_eq!(world.hook(&found).await.status, 201);
    assert_eq!(world.hook_with("k3", &found).await.status, 200);
    assert_eq!(world.hook_with("k3", json!({"name": "Else"})).await.status, 422);
}

#[tokio::test]
async fn keys_and_tenants_of_two_markets_never_meet() {
    let world = World::new().await;
    let other = world.manager.create_market_key("other").await.unwrap().key;
    let body = json!({"name": "Acme", "external_id": "o-1"}).to_string();
    let first = world.call(&world.key, Some("k"), &body).await;
    let second = world.call(other.expose(), Some("k"), &body).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_ne!(first.json["tenant_id"], second.json["tenant_id"]);
    let named = json!({"name": "Acme", "tenant_id": first.json["tenant_id"]}).to_string();
    let taken = world.call(other.expose(), None, &named).await;
    assert_eq!((taken.status, taken.kind()), (409, "tenant-exists"));
    // Another key of the same market is the same market.
    let again = world.manager.create_market_key("bazaar").await.unwrap().key;
    assert_eq!(world.call(again.expose(), Some("k"), &body).await.json, first.json);
}

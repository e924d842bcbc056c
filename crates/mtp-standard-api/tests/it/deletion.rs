//! The end of a tenant, asked for by its market and by its admin.

use mtp_middleware::Grant;
use serde_json::json;

use crate::support::{World, id};

#[tokio::test]
async fn a_market_deletes_twice_and_then_it_is_gone() {
    let world = World::new().await;
    world.tenant("acme", "bazaar").await;
    world.tenant("theirs", "other").await;
    let key = [("x-api-key", world.key.as_str())];
    for name in ["theirs", "nobody", "No-Name"] {
        assert_eq!(world.delete(name, &key).await.kind(), "not-found", "{name}");
    }
    let first = world.delete("acme", &key).await;
    assert_eq!(first.status, 202, "{first:?}");
    let purge = first.json["purge_after"].as_str().unwrap();
    assert!(purge.parse::<chrono::DateTime<chrono::Utc>>().unwrap() > chrono::Utc::now());
    assert_eq!(
        first.json,
        json!({"tenant_id": "acme", "state": "deleting", "purge_after": purge})
    );
    let second = world.delete("acme", &key).await;
    assert_eq!((second.status, second.json), (202, first.json));
    world.manager.purge(&id("acme")).await.unwrap();
    let gone = world.delete("acme", &key).await;
    assert_eq!((gone.status, gone.kind()), (410, "gone"));
    assert_eq!(world.delete("acme", &key).await.status, 410);
    let other = world.manager.create_market_key("other").await.unwrap().key;
    assert_eq!(
        world.delete("acme", &[("x-api-key", other.expose())]).await.status,
        404,
        "not theirs to know"
    );
    // Somebody else has the name now; it is as gone for this market as before.
    world.tenant("acme", "other").await;
    assert_eq!(world.delete("acme", &key).await.status, 410);
    assert_eq!(world.delete("acme", &[("x-api-key", other.expose())]).await.status, 202);
}

#[tokio::test]
async fn an_admin_deletes_its_own_and_is_nobody_then() {
    let world = World::new().await;
    let password = world.tenant("acme", "bazaar").await;
    world.tenant("theirs", "bazaar").await;
    let bearer = world.bearer("acme", &password).await;
    let auth = [("authorization", bearer.as_str())];
    let foreign = world.delete("theirs", &auth).await;
    assert_eq!((foreign.status, foreign.kind()), (403, "foreign-tenant"));
    for name in ["nobody", "No-Name"] {
        assert_eq!(world.delete(name, &auth).await.whole(), foreign.whole(), "{name}");
    }
    let named = world.delete("acme", &[auth[0], ("x-tenant-id", "theirs")]).await;
    // Refused before the router, so without the length that only the router writes before hyper does.
    assert_eq!((named.status, named.body), (foreign.status, foreign.body));
    assert_eq!(world.delete("acme", &[]).await.kind(), "unauthorized");
    let both = world.delete("acme", &[auth[0], ("x-api-key", &world.key)]).await;
    assert_eq!(both.status, 400);

    // A caller who is no admin.
    let uid = world.manager.get(&id("acme")).await.unwrap().uid;
    let plain = world.tokens.issue(&Grant::new(id("acme"), uid, "ann")).unwrap();
    let plain = format!("Bearer {}", plain.token.expose());
    assert_eq!(
        world.delete("acme", &[("authorization", &plain)]).await.kind(),
        "missing-scope"
    );

    let deleted = world.delete("acme", &auth).await;
    assert_eq!(
        (deleted.status, deleted.json["state"].as_str()),
        (202, Some("deleting"))
    );
    assert_eq!(world.delete("acme", &auth).await.kind(), "unauthorized");
    assert_eq!(world.get("/api/tenant/info", &auth).await.kind(), "unauthorized");
    let sign_in = world
        .token("acme", json!({"username": "admin", "password": password}))
        .await;
    assert_eq!(sign_in.kind(), "unauthorized");
    assert_eq!(world.delete("acme", &[("x-api-key", &world.key)]).await.status, 202);
}

//! Changing and setting passwords.

use serde_json::json;

use crate::support::{World, id};

const NEW: &str = "a long new pass phrase";

#[tokio::test]
async fn who_must_change_the_password_may_do_only_that() {
    let world = World::with(true).await;
    let password = world.tenant("acme", "bazaar").await;
    let signed_in = world
        .token("acme", json!({"username": "admin", "password": password}))
        .await;
    assert_eq!(signed_in.json["must_change"], true);
    let bearer = format!("Bearer {}", signed_in.json["access_token"].as_str().unwrap());
    let auth = [("authorization", bearer.as_str())];
    assert_eq!(
        world.get("/api/tenant/info", &auth).await.kind(),
        "password-change-required"
    );
    assert_eq!(world.delete("acme", &auth).await.kind(), "password-change-required");
    let again = world
        .token("acme", json!({"refresh_token": signed_in.json["refresh_token"]}))
        .await;
    assert_eq!(again.json["must_change"], true, "a refresh does not get around it");

    let change = |current: &str, new: &str| json!({"current": current, "new": new});
    let wrong = world.post("/api/tenant/password", &auth, change("wrong", NEW)).await;
    assert_eq!((wrong.status, wrong.kind()), (403, "wrong-password"));
    for weak in ["short", "acme", "aaaaaaaaaaaaaaaa"] {
        let seen = world.post("/api/tenant/password", &auth, change(&password, weak)).await;
        assert_eq!((seen.status, seen.kind()), (400, "invalid"), "{weak}");
        assert!(!seen.body.contains(&password));
    }
    let unknown = world
        .post(
            "/api/tenant/password",
            &auth,
            json!({"current": "a", "new": "b", "old": 1}),
        )
        .await;
    assert_eq!(unknown.json["member"], "old");
    let done = world.post("/api/tenant/password", &auth, change(&password, NEW)).await;
    assert_eq!((done.status, done.body.as_str()), (204, ""));

    let old = world
        .token("acme", json!({"username": "admin", "password": password}))
        .await;
    assert_eq!(old.status, 401);
    let session = world
        .token("acme", json!({"refresh_token": again.json["refresh_token"]}))
        .await;
    assert_eq!(session.status, 401, "its sessions ended");
    let fresh = world.token("acme", json!({"username": "admin", "password": NEW})).await;
    assert_eq!((fresh.status, fresh.json.get("must_change")), (200, None));
    assert_eq!(
        world.post("/api/tenant/password", &[], change(NEW, NEW)).await.status,
        401
    );
}

#[tokio::test]
async fn a_market_gives_a_way_back_in_once() {
    let world = World::new().await;
    let password = world.tenant("acme", "bazaar").await;
    let key = [("x-api-key", world.key.as_str())];
    let link = world
        .post("/api/tenant/credentials/rotate", &key, json!({"tenant_id": "acme"}))
        .await;
    assert_eq!(
        (link.status, link.headers["cache-control"].to_str().unwrap()),
        (200, "no-store")
    );
    let expires = link.json["expires_at"].as_str().unwrap();
    assert!(expires.parse::<chrono::DateTime<chrono::Utc>>().unwrap() > chrono::Utc::now());
    let url = link.json["set_password_url"].as_str().unwrap();
    let token = url
        .strip_prefix("https://notes.example/api/tenant/set-password#token=")
        .unwrap();
    world.bearer("acme", &password).await;

    let set = "/api/tenant/set-password";
    let weak = world.post(set, &[], json!({"token": token, "new": "short"})).await;
    assert_eq!(weak.kind(), "invalid");
    assert_eq!(
        world.post(set, &[], json!({"token": token, "new": NEW})).await.status,
        204
    );
    world.bearer("acme", NEW).await;
    let used = world.post(set, &[], json!({"token": token, "new": NEW})).await;
    let wrong = world.post(set, &[], json!({"token": "mtp_ot_x", "new": NEW})).await;
    assert_eq!((used.status, used.whole()), (401, wrong.whole()));
    assert_eq!(
        world
            .token("acme", json!({"username": "admin", "password": password}))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn only_the_market_that_sold_it_and_only_while_it_lives() {
    let world = World::new().await;
    world.tenant("acme", "bazaar").await;
    world.tenant("theirs", "other").await;
    let key = [("x-api-key", world.key.as_str())];
    let rotate = "/api/tenant/credentials/rotate";
    for (body, status) in [
        (json!({"tenant_id": "theirs"}), 404),
        (json!({"tenant_id": "nobody"}), 404),
        (json!({"tenant_id": "No Name"}), 400),
        (json!({"tenant_id": "acme", "more": 1}), 400),
    ] {
        assert_eq!(world.post(rotate, &key, body.clone()).await.status, status, "{body}");
    }
    assert_eq!(world.post(rotate, &[], json!({"tenant_id": "acme"})).await.status, 401);
    world.manager.suspend(&id("acme")).await.unwrap();
    assert_eq!(
        world.post(rotate, &key, json!({"tenant_id": "acme"})).await.kind(),
        "tenant-suspended"
    );
    world.manager.delete(&id("acme")).await.unwrap();
    assert_eq!(
        world.post(rotate, &key, json!({"tenant_id": "acme"})).await.kind(),
        "wrong-state"
    );
}

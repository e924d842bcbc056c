//! Signing in, and staying signed in.

use axum::http::Request;
use serde_json::json;

use crate::support::{World, id};

#[tokio::test]
async fn a_tenant_signs_in_and_stays_signed_in() {
    let world = World::new().await;
    let password = world.tenant("acme", "bazaar").await;
    let first = world
        .token("acme", json!({"username": "admin", "password": password}))
        .await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.headers["cache-control"], "no-store");
    let members: Vec<_> = first.json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["access_token", "expires_in", "refresh_token", "token_type"]);
    assert_eq!(
        (&first.json["token_type"], &first.json["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );

    let again = world
        .token("acme", json!({"refresh_token": first.json["refresh_token"]}))
        .await;
    assert_eq!(again.status, 200, "{again:?}");
    let bearer = format!("Bearer {}", again.json["access_token"].as_str().unwrap());
    let info = world.get("/api/tenant/info", &[("authorization", &bearer)]).await;
    assert_eq!(info.status, 200);
    let created = info.json["created_at"].as_str().unwrap();
    assert!(created.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{created}");
    assert_eq!(
        info.json,
        json!({"tenant_id": "acme", "name": "acme", "url": "https://notes.example/t/acme", "state": "active",
            "plan": null, "features": [], "isolation": "database", "created_at": created})
    );
    assert_eq!(world.get("/api/tenant/info", &[]).await.kind(), "unauthorized");
    let market = world.get("/api/tenant/info", &[("x-api-key", &world.key)]).await;
    assert_eq!(market.kind(), "unauthorized", "a market is no caller");

    // By host and by path too.
    let body = json!({"username": "admin", "password": password}).to_string();
    for (path, host) in [
        ("/api/tenant/token", "acme.notes.example"),
        ("/t/acme/api/tenant/token", "notes.example"),
    ] {
        let request = Request::post(path)
            .header("host", host)
            .header("content-type", "application/json");
        assert_eq!(world.send(request, body.clone()).await.status, 200, "{path} {host}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let world = World::new().await;
    let password = world.tenant("acme", "bazaar").await;
    let other = world.tenant("other", "bazaar").await;
    world.tenant("gone", "bazaar").await;
    world.manager.delete(&id("gone")).await.unwrap();
    let kept = world.tenant("kept", "bazaar").await;
    world.manager.suspend(&id("kept")).await.unwrap();
    let refresh = world
        .token("acme", json!({"username": "admin", "password": password}))
        .await;
    let refresh = refresh.json["refresh_token"].clone();

    let first = world
        .token("acme", json!({"username": "admin", "password": "wrong"}))
        .await;
    assert_eq!((first.status, first.kind()), (401, "unauthorized"));
    let rows = [
        ("acme", json!({"username": "nobody", "password": password})),
        ("acme", json!({"username": "admin", "password": other})),
        ("acme", json!({"username": "admin", "password": ""})),
        ("acme", json!({"username": "admin", "password": "x".repeat(2000)})),
        ("nobody", json!({"username": "admin", "password": password})),
        ("gone", json!({"username": "admin", "password": password})),
        ("kept", json!({"username": "admin", "password": kept})),
        ("kept", json!({"username": "admin", "password": "wrong"})),
        ("acme", json!({"refresh_token": "mtp_rt_x"})),
        ("other", json!({"refresh_token": refresh})),
        ("nobody", json!({"refresh_token": refresh})),
        ("acme", json!({"refresh_token": world.key})),
    ];
    for (tenant, body) in rows {
        assert_eq!(
            world.token(tenant, body.clone()).await.whole(),
            first.whole(),
            "{tenant} {body}"
        );
    }
    // Shown to others, it is still good; used twice, all of its family goes.
    let good = world.token("acme", json!({"refresh_token": refresh})).await;
    assert_eq!(good.status, 200);
    assert_eq!(
        world.token("acme", json!({"refresh_token": refresh})).await.whole(),
        first.whole()
    );
    let family = world
        .token("acme", json!({"refresh_token": good.json["refresh_token"]}))
        .await;
    assert_eq!(family.whole(), first.whole());
}

#[tokio::test]
async fn a_body_that_cannot_be_meant_is_400() {
    let world = World::new().await;
    world.tenant("acme", "bazaar").await;
    let rows = [
        (json!({}), "bad-request"),
        (json!({"username": "admin"}), "bad-request"),
        (
            json!({"username": "admin", "password": "a", "refresh_token": "b"}),
            "bad-request",
        ),
        (json!({"username": "admin", "password": 7}), "invalid-body"),
        (json!({"username": "admin", "pass": "secret"}), "unknown-member"),
    ];
    for (body, kind) in rows {
        let seen = world.token("acme", body.clone()).await;
        assert_eq!((seen.status, seen.kind()), (400, kind), "{body}");
        assert!(!seen.body.contains("secret"), "{}", seen.body);
    }
    assert_eq!(world.token("acme", json!({"pass": 1})).await.json["member"], "pass");
    assert_eq!(
        world.post("/api/tenant/token", &[], json!({})).await.status,
        400,
        "no tenant is named"
    );
    let long = json!({"username": "x".repeat(20_000), "password": "a"});
    assert_eq!(world.token("acme", long).await.status, 413);
    let text = Request::post("/api/tenant/token").header("x-tenant-id", "acme");
    assert_eq!(world.send(text, "a=b").await.status, 415);
}

//! Every status of the webhook, and what it says.

use axum::http::Request;
use serde_json::json;

use crate::support::{HOOK, World};

#[tokio::test]
async fn a_tenant_is_made_and_found_again() {
    let world = World::new().await;
    let body = json!({"tenant_id": "acme", "name": "Acme Inc.", "plan": "pro", "features": ["voice", "search"],
        "admin_email": "ann@acme.example", "external_id": "order-1", "isolation": "database", "metadata": {"db_url": 1}});
    let made = world.hook(&body).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.headers["cache-control"], "no-store");
    let password = made.password().unwrap().to_owned();
    assert_eq!(
        made.json,
        json!({"success": true, "tenant_id": "acme", "tenant_url": "https://notes.example/t/acme",
            "admin_credentials": {"username": "ann@acme.example", "password": password}})
    );
    let again = world.hook(&body).await;
    assert_eq!((again.status, &again.json), (200, &made.json));
    assert_eq!(again.headers["cache-control"], "no-store");
    let audit = world.audit("tenant.provision", 2).await;
    let results: Vec<_> = audit
        .iter()
        .map(|row| (row.0.as_str(), row.1.as_str(), row.2.as_str()))
        .collect();
    assert_eq!(
        results,
        [
            ("market:bazaar", "made", "acme"),
            ("market:bazaar", "made before", "acme")
        ]
    );
}

#[tokio::test]
async fn each_refusal_has_its_status() {
    let world = World::new().await;
    let acme = json!({"tenant_id": "acme", "name": "Acme", "plan": "free"});
    assert_eq!(world.hook(&acme).await.status, 201);
    let long = "x".repeat(70_000);
    let rows = [
        (json!({"name": "Acme"}), 400, "no-identity"),
        (json!({"tenant_id": "b"}), 400, "invalid-body"),
        (json!([]), 400, "invalid-body"),
        (json!({"tenant_id": "b", "name": 7}), 400, "invalid-body"),
        (
            json!({"tenant_id": "b", "name": "B", "colour": 1}),
            400,
            "unknown-member",
        ),
        (json!({"tenant_id": "Not An Id", "name": "B"}), 400, "invalid"),
        (json!({"tenant_id": "admin", "name": "B"}), 400, "invalid"),
        (json!({"tenant_id": "b", "name": " "}), 400, "invalid"),
        (json!({"tenant_id": "b", "name": "B", "plan": "gold"}), 400, "invalid"),
        (
            json!({"tenant_id": "b", "name": "B", "features": ["fly"]}),
            400,
            "invalid",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "isolation": "shared"}),
            400,
            "invalid",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "isolation": "own"}),
            400,
            "invalid",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "admin_email": "nobody"}),
            400,
            "invalid",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "external_id": ""}),
            400,
            "invalid",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "metadata": {"a": "m".repeat(20_000)}}),
            400,
            "invalid",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "db_url": "postgres://x"}),
            403,
            "forbidden-member",
        ),
        (
            json!({"tenant_id": "b", "name": "B", "a": {"b": [{"schema": 1}]}}),
            403,
            "forbidden-member",
        ),
        (json!({"storage_path": null}), 403, "forbidden-member"),
        (
            json!({"tenant_id": "acme", "name": "Other", "plan": "free"}),
            409,
            "tenant-differs",
        ),
        (
            json!({"tenant_id": "acme", "name": "Acme", "plan": "pro"}),
            409,
            "tenant-differs",
        ),
        (
            json!({"tenant_id": "acme", "name": "Acme", "plan": "free", "external_id": "9"}),
            409,
            "tenant-exists",
        ),
        (json!({"tenant_id": "b", "name": long}), 413, "payload-too-large"),
    ];
    for (body, status, kind) in rows {
        let seen = world.hook(&body).await;
        assert_eq!((seen.status, seen.kind()), (status, kind), "{body} {seen:?}");
    }
    let unknown = world.hook(json!({"tenant_id": "b", "name": "B", "colour": 1})).await;
    assert_eq!(unknown.json["member"], "colour");
    let plan = world.hook(json!({"tenant_id": "b", "name": "B", "plan": "gold"})).await;
    assert_eq!(
        (&plan.json["field"], &plan.json["allowed"]),
        (&json!("plan"), &json!(["free", "pro"]))
    );
    let deep = world.hook(json!({"x": {"metadata": {"dsn": 1}}})).await;
    assert_eq!(deep.json["member"], "dsn");
    assert_eq!(
        world
            .manager
            .list(&mtp_core::TenantFilter::default())
            .await
            .unwrap()
            .items
            .len(),
        1
    );
}

#[tokio::test]
async fn each_refusal_before_the_body_has_its_status() {
    let world = World::new().await;
    let body = json!({"tenant_id": "acme", "name": "Acme"}).to_string();
    let other = world.manager.create_market_key("other").await.unwrap();
    world.manager.revoke_market_key(other.info.key_id).await.unwrap();
    for key in ["", "mtp_mk_wrong", other.key.expose()] {
        let seen = world.call(key, None, &body).await;
        assert_eq!((seen.status, seen.kind()), (401, "unauthorized"), "{key}");
    }
    // Revoked, and not well-formed; the empty one never came to the keys.
    let refused = world.audit("market_key.use", 2).await;
    assert_eq!(refused.len(), 2, "{refused:?}");
    let prefix = &other.info.prefix;
    assert!(
        refused.iter().any(|row| row.2 == format!("begins with {prefix}")),
        "{refused:?}"
    );
    assert!(refused.iter().all(|row| !row.2.contains(other.key.expose())));

    let text = Request::post(HOOK)
        .header("x-api-key", &world.key)
        .header("content-type", "text/plain");
    assert_eq!(world.send(text, body.clone()).await.status, 415);
    assert_eq!(world.call(&world.key, None, "{").await.kind(), "invalid-body");
    assert_eq!(
        world
            .call(&world.key, None, r#"{"tenant_id":"a","tenant_id":"b","name":"B"}"#)
            .await
            .status,
        400
    );
    for key in ["\"open", "a b", &"k".repeat(300)] {
        assert_eq!(world.call(&world.key, Some(key), &body).await.status, 400, "{key}");
    }
    let twice = Request::post(HOOK)
        .header("x-api-key", &world.key)
        .header("content-type", "application/json")
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    assert_eq!(world.send(twice, body).await.status, 400);
    let get = Request::get(HOOK).header("x-api-key", &world.key);
    // A market's key opens the declared method only.
    assert_eq!(world.send(get, "").await.status, 401);
    assert!(
        world
            .manager
            .list(&mtp_core::TenantFilter::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

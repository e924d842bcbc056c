//! Health.

use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn ready_and_alive() {
    let world = World::new().await;
    let ready = world.get("/api/health", &[]).await;
    assert_eq!(ready.status, 200);
    assert_eq!(
        ready.json,
        json!({"status": "ok", "checks": {"central": {"status": "ok"}, "server:default": {"status": "ok"}}})
    );
    for path in ["/api/health?live", "/api/health?live=1", "/api/health?a=b&live"] {
        let live = world.get(path, &[]).await;
        assert_eq!(
            (live.status, live.json),
            (200, json!({"status": "ok", "checks": {}})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn not_ready_says_which_part_and_not_why() {
    let world = World::new().await;
    // The catalogue is lost under the running service.
    let file = world.folder.path().join("central.sqlite");
    let url = format!("sqlite://{}", file.display());
    let mut central = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url)
        .await
        .unwrap();
    sqlx::query("DROP TABLE mtp_central_services")
        .execute(&mut central)
        .await
        .unwrap();
    let seen = world.get("/api/health", &[]).await;
    assert_eq!(seen.status, 503, "{seen:?}");
    assert_eq!(seen.headers["content-type"], "application/json");
    assert_eq!(
        (&seen.json["status"], &seen.json["checks"]["central"]),
        (&json!("fail"), &json!({"status": "fail"}))
    );
    assert!(
        !seen.body.contains("sqlite") && !seen.body.contains("mtp_central"),
        "{}",
        seen.body
    );
    assert_eq!(world.get("/api/health?live", &[]).await.status, 200);
}

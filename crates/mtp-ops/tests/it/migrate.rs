//! `migrate …`.

use sqlx::{Connection, SqliteConnection};

use crate::support::Service;

async fn spoil(service: &Service, tenant: &str, sql: &'static str) {
    let shown = service
        .call(&format!("tenant show {tenant} --json"))
        .await
        .good()
        .json();
    let database = shown["placement"]["database"].as_str().unwrap();
    let url = format!("sqlite://{}/notes-tenants/{database}.sqlite", service.path().display());
    let mut file = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
}

#[tokio::test]
async fn plan_up_status_verify() {
    let service = Service::new();
    for name in ["a1", "a2", "a3"] {
        service.call(&format!("tenant create {name}")).await.good();
    }
    assert!(service.call("migrate plan").await.good().out.contains("nothing to do"));
    service.file(
        "0002_tags.sql",
        "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));",
    );
    let plan = service.call("migrate plan").await.good();
    assert!(
        plan.out.contains("0002_tags.sql") && plan.out.contains("3 places"),
        "{plan:?}"
    );
    assert!(plan.out.contains("canary"), "{plan:?}");
    let status = service.call("migrate status --json").await.good().json();
    assert_eq!((&status["behind"], &status["current"]), (&3.into(), &0.into()));
    let pending = service.call("migrate verify --json").await.good().json();
    assert_eq!(pending["findings"][0]["problem"], "pending");

    // One that fails, named with its file and cause, and by status afterwards.
    spoil(&service, "a2", "CREATE TABLE tags (x)").await;
    let failed = service.call("migrate up --canary 0 --jobs 1").await.ended(1);
    assert!(
        failed.out.contains("failed: a2:") && failed.out.contains("0002_tags.sql"),
        "{failed:?}"
    );
    assert!(failed.out.contains("2 migrated, 1 failed"), "{failed:?}");
    let status = service.call("migrate status").await.good();
    assert!(
        status.out.contains("failed: a2:") && status.out.contains("behind"),
        "{status:?}"
    );
    let stopped = service
        .call("migrate up --tenant a2 --canary 0 --max-failures 0 --json")
        .await
        .ended(1)
        .json();
    assert_eq!(stopped["stopped"]["reason"], "failures");
    assert_eq!(stopped["places"][0]["failed_version"], 2);
    spoil(&service, "a2", "DROP TABLE tags").await;
    let done = service.call("migrate up --json").await.good().json();
    assert_eq!(done["migrated"], 1);
    assert!(service.call("migrate up").await.good().out.contains("nothing to do"));
    service.call("migrate verify").await.good();

    // A file changed after it was applied.
    service.file(
        "0001_notes.sql",
        "CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));",
    );
    let changed = service.call("migrate verify").await.ended(1);
    assert!(
        changed.out.contains("0001_notes.sql") && changed.out.contains("was changed"),
        "{changed:?}"
    );
}

#[tokio::test]
async fn bad_options_are_named() {
    let service = Service::new();
    for (line, says) in [
        ("migrate up --canary 2", "canary"),
        ("migrate up --jobs 0", "jobs"),
        ("migrate up --tenant nobody", "nobody"),
        ("migrate status --server mars", "server"),
        ("migrate verify --prefix A%", "prefix"),
    ] {
        let refused = service.call(line).await.ended(2);
        assert!(refused.err.contains(says), "{refused:?}");
        assert!(refused.out.is_empty(), "{refused:?}");
    }
    service.call("migrate up --keep-going --max-failures 3").await.ended(2);
}

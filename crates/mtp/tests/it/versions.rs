//! A tenant whose tables have a version that a release does not serve: 503 and when to come back.

use axum::{Router, routing::get};
use http::StatusCode;
use mtp::{
    Dsn, Platform, Problem, TenantConfig, TenantDb,
    core::{FleetOptions, TenantId},
};

use crate::service::call;

const NOTES: &str =
    "CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";
const FILES: [(i64, &str, &str); 2] = [
    (1, "notes", NOTES),
    (2, "tags", "ALTER TABLE notes ADD COLUMN tag TEXT;"),
];

async fn count(db: TenantDb) -> Result<String, Problem> {
    let (n,): (i64,) = db.query("SELECT count(*) FROM notes").fetch_one().await?;
    Ok(n.to_string())
}

#[tokio::test]
async fn it_is_told_to_come_back_until_it_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/central.sqlite", folder.path().display());
    let start = async |files: &[(i64, &'static str, &'static str)], least: i64| {
        Platform::builder("notes")
            .central_db_url(Dsn::parse(url.as_str()).unwrap())
            .data_dir(folder.path())
            .migrations(files)
            .manager(move |manager| manager.least_version(least))
            .start()
            .await
            .unwrap()
    };
    let old = start(&FILES[..1], 0).await;
    let id: TenantId = "acme".parse().unwrap();
    let tenant = old
        .manager()
        .create(TenantConfig::new("Acme").id(id.clone()))
        .await
        .unwrap();
    let grant = mtp::middleware::Grant::new(tenant.id.clone(), tenant.uid, "admin");
    let token = old.tokens().issue(&grant).unwrap();
    let ask = || call("GET", "/count").tenant(&id).token(token.token.expose());

    let new = start(&FILES, 2).await;
    let app = new.wrap(Router::new().route("/count", get(count))).unwrap();
    let answer = ask().send(&app).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    // Whoever has no right to it learns nothing of that.
    let stranger = call("GET", "/count").tenant(&id).send(&app).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        ask()
            .send(&old.wrap(Router::new().route("/count", get(count))).unwrap())
            .await
            .status,
        StatusCode::OK
    );

    let report = new.manager().fleet().run(&FleetOptions::default()).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    let mut last = ask().send(&app).await;
    for _ in 0..50 {
        if last.status == StatusCode::OK {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        last = ask().send(&app).await;
    }
    assert_eq!((last.status, last.body.as_str()), (StatusCode::OK, "0"));
}

//! Two services on one central database: each sees its own rows only.

use http::StatusCode;
use mtp::{Dsn, Platform, TenantConfig, TenantFilter};

use crate::service::call;

#[tokio::test]
async fn two_services_on_one_central_database_do_not_meet() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/central.sqlite", folder.path().display());
    let start = |service: &'static str| {
        let builder = Platform::builder(service)
            .central_db_url(Dsn::parse(url.as_str()).unwrap())
            .data_dir(folder.path().join(service));
        builder.start()
    };
    let notes = start("notes").await.unwrap();
    let tutor = start("tutor").await.unwrap();
    let id = "acme".parse().unwrap();
    let one = notes
        .manager()
        .create(TenantConfig::new("Acme").id("acme".parse().unwrap()))
        .await
        .unwrap();
    let two = tutor
        .manager()
        .create(TenantConfig::new("Acme").id("acme".parse().unwrap()))
        .await
        .unwrap();
    assert_ne!(one.uid, two.uid);
    notes.manager().suspend(&id).await.unwrap();
    assert!(
        tutor.manager().handle(&id).await.is_ok(),
        "another service's tenant of that name"
    );
    for platform in [&notes, &tutor] {
        let listed = platform.manager().list(&TenantFilter::default()).await.unwrap();
        assert_eq!(listed.items.len(), 1);
    }
    // A market's key of one service is nothing to the other.
    let app = tutor.wrap(axum::Router::new()).unwrap();
    let foreign = notes.first_market_key().unwrap().expose();
    let answer = call("DELETE", "/api/tenant/acme").market(foreign).send(&app).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // And so is a token.
    let grant = mtp::middleware::Grant::new(two.id.clone(), two.uid, "admin");
    let token = notes.tokens().issue(&grant).unwrap();
    let answer = call("GET", "/api/tenant/info")
        .tenant(&id)
        .token(token.token.expose())
        .send(&app)
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

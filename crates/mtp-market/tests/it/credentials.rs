//! The first credentials: repeated, then never again.

use mtp_core::{Secret, TenantId};
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn they_are_repeated_until_the_first_sign_in() {
    let world = World::new().await;
    let body = json!({"name": "Acme", "tenant_id": "acme"});
    let made = world.hook(&body).await;
    let password = made.password().unwrap().to_owned();
    assert_eq!(world.hook(&body).await.password(), Some(password.as_str()));
    let id: TenantId = "acme".parse().unwrap();
    let wrong = world
        .manager
        .sign_in(&id, "admin", &Secret::from("wrong"))
        .await
        .unwrap();
    assert!(wrong.is_none());
    assert_eq!(
        world.hook(&body).await.password(),
        Some(password.as_str()),
        "a failed sign-in changes nothing"
    );
    let signed_in = world
        .manager
        .sign_in(&id, "admin", &Secret::new(password))
        .await
        .unwrap();
    assert!(signed_in.is_some());
    let after = world.hook(&body).await;
    assert_eq!(after.status, 200);
    assert_eq!(
        after.json["admin_credentials"],
        json!({"username": "admin", "password": null, "rotate_url": "https://notes.example/api/tenant/credentials/rotate"})
    );
}

#[tokio::test]
async fn they_end_with_a_change() {
    let world = World::new().await;
    let body = json!({"name": "Acme", "tenant_id": "acme"});
    assert!(world.hook(&body).await.password().is_some());
    let id: TenantId = "acme".parse().unwrap();
    let link = world.manager.rotate_credentials(&id).await.unwrap();
    assert!(
        world.hook(&body).await.password().is_some(),
        "a link that was not used changes nothing"
    );
    let new = Secret::from("a long new pass phrase");
    assert!(world.manager.set_password(&link.token, &new).await.unwrap());
    assert!(world.hook(&body).await.password().is_none());
}

#[tokio::test]
async fn they_end_with_time() {
    use sqlx::Connection;
    let world = World::new().await;
    let body = json!({"name": "Acme", "tenant_id": "acme"});
    assert!(world.hook(&body).await.password().is_some());
    // Fifteen minutes go by for what is stored.
    let url = format!("sqlite://{}/central.sqlite", world.folder.path().display());
    let mut central = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let life = 15 * 60 * 1000;
    let rows =
        sqlx::query("UPDATE mtp_central_secrets SET expires_at = expires_at - ? WHERE purpose = 'stored-answer'")
            .bind(life)
            .execute(&mut central)
            .await
            .unwrap();
    assert_eq!(rows.rows_affected(), 1);
    let after = world.hook(&body).await;
    assert_eq!((after.status, after.password()), (200, None));
}
